using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace FleetBridge.Tests.Support;

/// <summary>A game server with the habits of one language's SDK, which does what a test tells it.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    /// <summary>What the SDK for C# gives a connection, and a ping.</summary>
    public static readonly TimeSpan PingLimit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, (string Text, TaskCompletionSource<JsonObject> Answer)> _open = new();
    private readonly Channel<JsonObject> _pushes = Channel.CreateUnbounded<JsonObject>();
    private readonly SemaphoreSlim _sending = new(1);
    private SdkSocket? _socket;
    private Task _reading = Task.CompletedTask;
    private bool _isDisposed;

    public FakeServer(SdkDialect dialect, int port, bool tls)
    {
        (Dialect, Port, IsTls) = (dialect, port, tls);
        GamePort = Interlocked.Increment(ref _lastGamePort);
    }

    private static int _lastGamePort = 7000;

    public SdkDialect Dialect { get; }

    /// <summary>The host's port.</summary>
    public int Port { get; private set; }

    public bool IsTls { get; private set; }

    /// <summary>The port that it names to players.</summary>
    public int GamePort { get; init; }

    public string ProcessId { get; init; } = $"process-{Guid.NewGuid():N}";

    public string FleetId { get; init; } = "fleet-local";

    public string ComputeName { get; init; } = "local";

    public string AuthToken { get; set; } = Guid.NewGuid().ToString();

    public string IdempotencyToken { get; private set; } = Guid.NewGuid().ToString();

    /// <summary>Decides about the host's certificate; null to take any.</summary>
    public RemoteCertificateValidationCallback? Verifies { get; init; }

    /// <summary>Whether it connects again when its connection is lost, and repeats what was not answered.</summary>
    public bool Reconnects { get; init; }

    /// <summary>What it does by itself with a push; null for nothing.</summary>
    public Func<FakeServer, JsonObject, Task>? Handles { get; init; }

    /// <summary>The pushes that nothing handles.</summary>
    public ChannelReader<JsonObject> Pushes => _pushes.Reader;

    /// <summary>The present connection.</summary>
    public SdkSocket Socket => _socket!;

    /// <summary>The connection that it had before it was asked to move; null when it was not.</summary>
    public SdkSocket? OlderSocket { get; private set; }

    /// <summary>Whether RefreshConnection is obeyed, as every SDK does, or is a push like others.</summary>
    public bool Moves { get; init; }

    /// <summary>How often it has connected.</summary>
    public int Connections { get; private set; }

    /// <summary>Whether a close code has ended it.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Connects, as InitSDK does: one that connects again also tries again.</summary>
    public async Task ConnectAsync()
    {
        if (Reconnects)
        {
            await ReconnectAsync();
        }
        else
        {
            await OpenAsync();
        }

        _reading = ReadAsync();
    }

    /// <summary>Connects, calls ProcessReady, and sends the first heartbeat.</summary>
    public async Task<FakeServer> ReadyAsync()
    {
        await ConnectAsync();
        await DemandAsync("ActivateServerProcess", Activation());
        await BeatAsync();
        return this;
    }

    /// <summary>The members of ActivateServerProcess.</summary>
    public JsonObject Activation() => new()
    {
        ["SdkVersion"] = Dialect.Version,
        ["SdkLanguage"] = Dialect.Language,
        ["SdkToolName"] = null,
        ["SdkToolVersion"] = null,
        ["Port"] = GamePort,
        ["LogPaths"] = new JsonArray("logs/game.log"),
    };

    /// <summary>Sends a heartbeat.</summary>
    public Task<JsonObject> BeatAsync(bool healthy = true) => DemandAsync("HeartbeatServerProcess", new() { ["HealthStatus"] = healthy });

    /// <summary>Sends a request, and waits for its answer, however often the connection is lost meanwhile.</summary>
    public async Task<JsonObject> RequestAsync(string action, JsonObject members, string? requestId = null)
    {
        var id = requestId ?? Dialect.NewRequestId();
        var text = Dialect.Write(action, id, members);
        var answer = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[id] = (text, answer);
        await TrySendAsync(text);
        return await answer.Task.WaitAsync(Eventually.Limit);
    }

    /// <summary>Sends a request that has to succeed.</summary>
    public async Task<JsonObject> DemandAsync(string action, JsonObject members, string? requestId = null)
    {
        var answer = await RequestAsync(action, members, requestId);
        Assert.True((int?)answer["StatusCode"] == 200, $"{action}: {answer.ToJsonString()}");
        return answer;
    }

    /// <summary>The next push.</summary>
    public async Task<JsonObject> NextPushAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        return await _pushes.Reader.ReadAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        if (_socket is not null)
        {
            await _socket.DisposeAsync();
        }

        await _reading;
    }

    private async Task OpenAsync()
    {
        Connections++;
        var opening = SdkSocket.ConnectAsync(
            Port, Dialect.Target(this), IsTls, Verifies, Dialect == SdkDialect.Go ? SslProtocols.None : SslProtocols.Tls12);
        if (Dialect.PingsBeforeSending && await Task.WhenAny(opening, Task.Delay(PingLimit)) != opening)
        {
            _ = opening.ContinueWith(late => late.Result.Abort(), TaskContinuationOptions.OnlyOnRanToCompletion);
            throw new TimeoutException("The connection took longer than the SDK for C# waits.");
        }

        var socket = await opening;
        try
        {
            if (Dialect.PingsBeforeSending)
            {
                await socket.PingAsync(PingLimit);
                await socket.PingAsync(PingLimit);
            }

            _socket = socket;
        }
        catch
        {
            socket.Abort();
            throw;
        }
    }

    private async Task TrySendAsync(string text)
    {
        await _sending.WaitAsync();
        var socket = Socket;
        try
        {
            if (Dialect.PingsBeforeSending)
            {
                await socket.PingAsync(PingLimit);
            }

            await socket.SendAsync(text);
        }
        catch (Exception exception) when (Reconnects && exception is IOException or ObjectDisposedException or TimeoutException)
        {
            // sent again on the next connection
            socket.Abort();
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReadAsync()
    {
        while (!_isDisposed)
        {
            var socket = Socket;
            await foreach (var text in socket.Messages.ReadAllAsync())
            {
                await TakeAsync(JsonNode.Parse(text)!.AsObject());
            }

            if (socket != Socket)
            {
                // the older one of two: what becomes of it is nothing to the newer
                return;
            }

            IsDead = socket.CloseCodes.Any(Dialect.EndsAfter);
            if (!Reconnects || IsDead)
            {
                break;
            }

            await ReconnectAsync();
        }

        _pushes.Writer.TryComplete();
    }

    private async Task TakeAsync(JsonObject message)
    {
        // as the SDKs do: a message with a RequestId is an answer
        if ((string?)message["RequestId"] is { Length: > 0 } id)
        {
            if (_open.TryRemove(id, out var open))
            {
                open.Answer.TrySetResult(message);
            }
        }
        else if (Moves && (string?)message["Action"] == "RefreshConnection")
        {
            await MoveAsync(message);
        }
        else if (Handles is not null)
        {
            // on a thread of its own: it may send requests
            _ = Task.Run(() => Handles(this, message));
        }
        else
        {
            await _pushes.Writer.WriteAsync(message);
        }
    }

    /// <summary>Opens the connection that it is told to, and leaves the present one as its SDK does.</summary>
    private async Task MoveAsync(JsonObject push)
    {
        var endpoint = new Uri((string)push["RefreshConnectionEndpoint"]!);
        (Port, IsTls, AuthToken, IdempotencyToken) = (
            endpoint.Port, endpoint.Scheme == "wss", (string)push["AuthToken"]!, Guid.NewGuid().ToString());
        var older = OlderSocket = Socket;
        await OpenAsync();
        _reading = Task.WhenAll(_reading, ReadAsync(), Task.Run(() => Dialect.LeavesAsync(older)));
    }

    private async Task ReconnectAsync()
    {
        while (!_isDisposed)
        {
            try
            {
                await OpenAsync();
                foreach (var (text, _) in _open.Values)
                {
                    await TrySendAsync(text);
                }

                return;
            }
            catch (Exception exception) when (exception is IOException or SocketException or TimeoutException or SdkRefusedException
                or ObjectDisposedException or AuthenticationException)
            {
                await Task.Delay(Pause);
            }
        }
    }
}
