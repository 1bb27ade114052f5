using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace FleetBridge.Gateway.Client;

/// <summary>The calls that wait for a response, each by the id that it was sent with.</summary>
internal sealed class PendingCalls
{
    private readonly ConcurrentDictionary<string, PendingCall> _calls = new(StringComparer.Ordinal);
    private long _ids;

    /// <summary>What a call ends with whose connection was lost.</summary>
    public static GatewayException Disconnected() => new(
        "disconnected",
        "The connection was lost before the response. Whether the call ran is not known; ask for its outcome, or check.",
        retryable: true);

    /// <summary>Begins to wait for a response.</summary>
    /// <param name="socket">The connection that it is sent on.</param>
    /// <param name="progress">Takes how far it is; null for nobody.</param>
    /// <param name="subscription">The topic that it begins; null for another call.</param>
    /// <returns>The call; disposing it ends the wait.</returns>
    public PendingCall Add(GatewaySocket socket, Action<JsonElement>? progress = null, GatewaySubscription? subscription = null)
    {
        var id = Interlocked.Increment(ref _ids).ToString(CultureInfo.InvariantCulture);
        var call = new PendingCall(this, id, socket, progress, subscription);
        _calls[call.Id] = call;
        return call;
    }

    /// <summary>The call that a message is for.</summary>
    /// <param name="payload">The message's payload.</param>
    /// <returns>Null for one that nobody waits for any more.</returns>
    public PendingCall? Find(JsonElement payload) =>
        payload.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && _calls.TryGetValue(id.GetString()!, out var call)
            ? call
            : null;

    /// <summary>Waits no more.</summary>
    public void Remove(PendingCall call) => _calls.TryRemove(call.Id, out _);

    /// <summary>A connection is lost: its calls have no response.</summary>
    public void Lose(GatewaySocket socket)
    {
        foreach (var (_, call) in _calls)
        {
            if (call.Socket == socket)
            {
                Remove(call);
                call.Fail(Disconnected());
            }
        }
    }
}

/// <summary>A call that waits for its response.</summary>
internal sealed class PendingCall : IDisposable
{
    private readonly PendingCalls _all;
    private readonly Action<JsonElement>? _progress;
    private readonly TaskCompletionSource<JsonElement> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PendingCall(PendingCalls all, string id, GatewaySocket socket, Action<JsonElement>? progress, GatewaySubscription? subscription)
    {
        (_all, Id, Socket, _progress, Subscription) = (all, id, socket, progress, subscription);

        // whoever has waited may have left
        _ = _done.Task.ContinueWith(static task => task.Exception, TaskContinuationOptions.OnlyOnFaulted);
    }

    public string Id { get; }

    /// <summary>The connection that it was sent on.</summary>
    public GatewaySocket Socket { get; }

    /// <summary>The topic that it begins; null for another call.</summary>
    public GatewaySubscription? Subscription { get; }

    /// <summary>Its result.</summary>
    public Task<JsonElement> Done => _done.Task;

    /// <summary>How far it is.</summary>
    public void Report(JsonElement progress) => _progress?.Invoke(progress);

    /// <summary>Its response has come.</summary>
    public void Succeed(JsonElement result)
    {
        _all.Remove(this);
        _done.TrySetResult(result);
    }

    /// <summary>It has no result.</summary>
    public void Fail(GatewayException why)
    {
        _all.Remove(this);
        _done.TrySetException(why);
    }

    public void Dispose() => _all.Remove(this);
}
