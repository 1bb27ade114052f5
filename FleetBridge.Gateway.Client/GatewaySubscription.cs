using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace FleetBridge.Gateway.Client;

/// <summary>A topic that a client listens to, over all connections.</summary>
internal sealed class GatewaySubscription(string topic, GatewayPosition? since, int last)
{
    /// <summary>The gateway closes a consumer that leaves 1 MiB unread; what has been read from the socket waits here.</summary>
    private readonly Channel<GatewayEvent> _events = Channel.CreateBounded<GatewayEvent>(10_000);
    private GatewayPosition? _position = since;
    private bool _hasBegun;
    private bool _hasRestarted;

    private GatewaySocket? _begunOn;

    public string Topic => topic;

    /// <summary>Whether it has been begun on a connection; from now on it has.</summary>
    public bool IsBegunOn(GatewaySocket socket) => Interlocked.Exchange(ref _begunOn, socket) == socket;

    public ChannelReader<GatewayEvent> Events => _events.Reader;

    /// <summary>What is sent to begin, or to continue.</summary>
    public JsonObject Request(string id) => new()
    {
        ["id"] = id,
        ["topic"] = topic,
        ["since"] = _position is { } seen ? new JsonObject { ["epoch"] = seen.Epoch, ["offset"] = seen.Offset } : null,
        ["last"] = _position is null ? last : 0,
    };

    /// <summary>The gateway has responded.</summary>
    /// <returns>False when the topic has begun again, and is to be asked for from its beginning.</returns>
    public async ValueTask<bool> BeganAsync(JsonElement result, CancellationToken cancellation)
    {
        var isRecovered = result.GetProperty("recovered").GetBoolean();
        var epoch = result.GetProperty("epoch").GetString()!;
        if (!isRecovered && _position is { } before && before.Epoch != epoch)
        {
            // the gateway was started again: what it has told since is there from the first event, unless that is long ago
            (_position, _hasRestarted) = (new GatewayPosition(epoch, 0), true);
            return false;
        }

        var kind = !isRecovered || _hasRestarted ? GatewayEventKind.Lost : _hasBegun ? GatewayEventKind.Resumed : GatewayEventKind.Began;
        var snapshot = result.TryGetProperty("snapshot", out var value) ? value : default;
        _hasRestarted = false;
        var at = new GatewayPosition(epoch, result.GetProperty("offset").GetInt64());
        if (!isRecovered || _position is null)
        {
            // with history, the events before the position come next, and each moves it
            _position = at;
        }

        _hasBegun = true;
        await _events.Writer.WriteAsync(new GatewayEvent(kind, at, snapshot), cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>An event has come.</summary>
    public ValueTask HappenedAsync(JsonElement payload, CancellationToken cancellation)
    {
        _position = new GatewayPosition(payload.GetProperty("epoch").GetString()!, payload.GetProperty("offset").GetInt64());
        return _events.Writer.WriteAsync(new GatewayEvent(GatewayEventKind.Event, _position, payload.GetProperty("event")), cancellation);
    }

    /// <summary>It is over.</summary>
    public void End(Exception? why) => _events.Writer.TryComplete(why);
}
