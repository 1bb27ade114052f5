using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FleetBridge.Gateway.Client;

/// <summary>
/// A consumer of a gateway. It opens its connection again by itself when that is lost or the gateway says "come back" (close codes up
/// to 4499), and continues its topics where it was; after a "stay away" (4500 and above) everything ends with why.
/// </summary>
public sealed class GatewayClient : IAsyncDisposable
{
    private const int FirstOfStayAway = 4500;
    private const int LastOfStayAway = 4999;

    private readonly GatewayClientOptions _options;
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<string, Pending> _pending = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, GatewaySubscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private TaskCompletionSource<GatewaySocket> _connected = New();
    private readonly TaskCompletionSource<GatewaySession> _session = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;
    private long _ids;

    private GatewayClient(GatewayClientOptions options)
    {
        _options = options;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Who this client is; completes with the gateway's greeting.</summary>
    public Task<GatewaySession> Session
    {
        get
        {
            lock (_lock)
            {
                return _session.Task;
            }
        }
    }

    /// <summary>Connects.</summary>
    /// <param name="options">Where to, and as whom.</param>
    /// <param name="cancellation">Ends the wait for the first connection.</param>
    /// <returns>The client, once the gateway has greeted it.</returns>
    /// <exception cref="GatewayException">The gateway cannot be reached, or refuses this client.</exception>
    public static async Task<GatewayClient> ConnectAsync(GatewayClientOptions options, CancellationToken cancellation = default)
    {
        var client = new GatewayClient(options);
        try
        {
            await client.Session.WaitAsync(cancellation).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Calls a method of a service.</summary>
    /// <param name="service">Such as <c>bridge</c>.</param>
    /// <param name="method">Such as <c>aws/1/deployment/fleet/check</c>.</param>
    /// <param name="parameters">The parameters; null for none.</param>
    /// <param name="ttl">How long the gateway waits for the service; null for its default of 10 s.</param>
    /// <param name="progress">Takes how far it is.</param>
    /// <param name="cancellation">Cancels the call, at the gateway too.</param>
    /// <returns>The result.</returns>
    /// <exception cref="GatewayException">There is none. After a lost connection nobody knows whether it ran.</exception>
    public async Task<JsonElement> CallAsync(
        string service,
        string method,
        JsonObject? parameters = null,
        TimeSpan? ttl = null,
        Action<JsonElement>? progress = null,
        CancellationToken cancellation = default)
    {
        var id = NextId();
        var payload = new JsonObject { ["id"] = id, ["service"] = service, ["method"] = method, ["params"] = parameters?.DeepClone() ?? new JsonObject() };
        if (ttl is { } time)
        {
            payload["ttl"] = (long)time.TotalMilliseconds;
        }

        var socket = await ConnectedAsync(cancellation).ConfigureAwait(false);
        var pending = _pending[id] = new Pending(socket, progress);
        try
        {
            await SendAsync(socket, "request", payload, cancellation).ConfigureAwait(false);
            var cancelling = cancellation.UnsafeRegister(_ => _ = CancelAsync(socket, id), null);
            await using (cancelling.ConfigureAwait(false))
            {
                return await pending.Done.Task.WaitAsync(cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }
    }

    /// <summary>Listens to a topic, over all connections to come.</summary>
    /// <param name="topic">Such as <c>log</c>. A client listens once to each.</param>
    /// <param name="since">Where it continues; null to begin now.</param>
    /// <param name="last">Without a position, how many of the newest events it begins with.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Everything in order: first that it has begun, then events, and what becomes of them after a lost connection.</returns>
    /// <exception cref="GatewayException">There is no such topic, or the gateway says stay away.</exception>
    public async IAsyncEnumerable<GatewayEvent> SubscribeAsync(
        string topic, GatewayPosition? since = null, int last = 0, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var subscription = new GatewaySubscription(topic, since, last);
        if (!_subscriptions.TryAdd(topic, subscription))
        {
            throw new InvalidOperationException($"The client listens to '{topic}' already.");
        }

        try
        {
            // a connection that is made after this moment subscribes by itself
            if (Current is { } socket)
            {
                await BeginAsync(socket, subscription).ConfigureAwait(false);
            }
            else if (_running.IsCompleted)
            {
                await ConnectedAsync(cancellation).ConfigureAwait(false);
            }

            await foreach (var happened in subscription.Events.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                yield return happened;
            }
        }
        finally
        {
            _subscriptions.TryRemove(topic, out _);
            if (Current is { } socket)
            {
                await TrySendAsync(socket, "unsubscribe", new JsonObject { ["topic"] = topic }).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Renews the token of the present connection.</summary>
    /// <param name="token">The new one, of the same user.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="GatewayException">It is not accepted.</exception>
    public async Task RefreshAsync(string token, CancellationToken cancellation = default)
    {
        var id = NextId();
        var socket = await ConnectedAsync(cancellation).ConfigureAwait(false);
        var pending = _pending[id] = new Pending(socket, null);
        await SendAsync(socket, "refresh", new JsonObject { ["id"] = id, ["token"] = token }, cancellation).ConfigureAwait(false);
        await pending.Done.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _ending.Dispose();
    }

    private static TaskCompletionSource<GatewaySocket> New()
    {
        var source = new TaskCompletionSource<GatewaySocket>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = source.Task.ContinueWith(static task => task.Exception, TaskContinuationOptions.OnlyOnFaulted);
        return source;
    }

    private GatewaySocket? Current
    {
        get
        {
            lock (_lock)
            {
                return _connected.Task.IsCompletedSuccessfully ? _connected.Task.Result : null;
            }
        }
    }

    private string NextId() => Interlocked.Increment(ref _ids).ToString(CultureInfo.InvariantCulture);

    private Task<GatewaySocket> ConnectedAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            return _connected.Task.WaitAsync(cancellation);
        }
    }

    private async Task RunAsync()
    {
        var pause = _options.FirstPause;
        var isFirst = true;
        Exception? end = null;
        while (!_ending.IsCancellationRequested && end is null)
        {
            using var socket = new GatewaySocket();
            try
            {
                await OpenAsync(socket).ConfigureAwait(false);
                await ReceiveAllAsync(socket, () => (pause, isFirst) = (_options.FirstPause, false)).ConfigureAwait(false);
                await socket.CloseAsync(_ending.Token).ConfigureAwait(false);
                if (socket.CloseCode is >= FirstOfStayAway and <= LastOfStayAway)
                {
                    end = new GatewayException("closed", $"The gateway has closed the connection: {socket.CloseReason} ({socket.CloseCode})", retryable: false);
                }

                Say($"The gateway at {_options.Address} has closed the connection: {socket.CloseReason} ({socket.CloseCode}).");
            }
            catch (GatewayException exception)
            {
                end = exception;
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                await socket.CloseAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is WebSocketException or IOException or InvalidOperationException or JsonException
                or KeyNotFoundException or OperationCanceledException)
            {
                Say($"The connection to the gateway at {_options.Address} was lost, or there is none: {exception.Message}");
                if (isFirst && !_options.RetriesFirst)
                {
                    end = new GatewayException("unreachable", $"No gateway responds at {_options.Address}: {exception.Message}", retryable: true);
                }
            }

            Lose(socket);
            if (end is null && !_ending.IsCancellationRequested)
            {
                var jitter = (Random.Shared.NextDouble() * 0.5) + 0.75;
                await Task.Delay(pause * jitter, _options.Clock, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < _options.LongestPause ? pause * 2 : _options.LongestPause;
            }
        }

        End(end ?? new GatewayException("closed", "The client was closed.", retryable: false));
    }

    private async Task OpenAsync(GatewaySocket socket)
    {
        using var late = new CancellationTokenSource(_options.ConnectLimit, _options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _ending.Token);
        await socket.OpenAsync(_options, either.Token).ConfigureAwait(false);
    }

    private async Task ReceiveAllAsync(GatewaySocket socket, Action greeted)
    {
        while (await socket.ReceiveAsync(_ending.Token).ConfigureAwait(false) is { } message)
        {
            if (!message.TryGetProperty("payload", out var payload))
            {
                continue;
            }

            switch (message.GetProperty("type").GetString())
            {
                case "event" when payload.GetProperty("topic").GetString() == "hello":
                    greeted();
                    await GreetedAsync(socket, payload.GetProperty("event")).ConfigureAwait(false);
                    break;
                case "event":
                    if (_subscriptions.TryGetValue(payload.GetProperty("topic").GetString()!, out var subscription))
                    {
                        await subscription.HappenedAsync(payload, _ending.Token).ConfigureAwait(false);
                    }

                    break;
                case "progress" when Find(payload) is { } pending:
                    pending.Progress?.Invoke(payload.GetProperty("progress"));
                    break;
                case "response" when Find(payload) is { } pending:
                    await RespondedAsync(pending, payload).ConfigureAwait(false);
                    break;
            }
        }
    }

    private Pending? Find(JsonElement payload) =>
        payload.TryGetProperty("id", out var id) && _pending.TryGetValue(id.GetString()!, out var pending) ? pending : null;

    private async Task GreetedAsync(GatewaySocket socket, JsonElement hello)
    {
        lock (_lock)
        {
            _session.TrySetResult(new GatewaySession(
                hello.GetProperty("session_id").GetString()!,
                hello.GetProperty("user_id").GetString()!,
                hello.GetProperty("username").GetString()!,
                hello.TryGetProperty("role", out var role) ? role.GetString()! : ""));
            _connected.TrySetResult(socket);
        }

        Say($"Connected to the gateway at {_options.Address}.");
        foreach (var (_, subscription) in _subscriptions)
        {
            await BeginAsync(socket, subscription).ConfigureAwait(false);
        }
    }

    private async Task RespondedAsync(Pending pending, JsonElement payload)
    {
        var error = payload.GetProperty("error");
        if (error.ValueKind == JsonValueKind.Object)
        {
            var exception = new GatewayException(
                error.GetProperty("error").GetString() ?? "",
                error.GetProperty("description").GetString() ?? "",
                error.TryGetProperty("retryable", out var retryable) && retryable.ValueKind == JsonValueKind.True,
                payload.TryGetProperty("call", out var call) ? call.GetString() : null);
            pending.Subscription?.End(exception);
            pending.Done.TrySetException(exception);
        }
        else if (pending.Subscription is { } subscription)
        {
            // before the next message is read: its events come after this
            if (!await subscription.BeganAsync(payload.GetProperty("result"), _ending.Token).ConfigureAwait(false))
            {
                await SubscribeAsync(pending.Socket, subscription).ConfigureAwait(false);
            }

            pending.Done.TrySetResult(default);
        }
        else
        {
            pending.Done.TrySetResult(payload.GetProperty("result"));
        }
    }

    private async Task BeginAsync(GatewaySocket socket, GatewaySubscription subscription)
    {
        if (!subscription.IsBegunOn(socket))
        {
            await SubscribeAsync(socket, subscription).ConfigureAwait(false);
        }
    }

    private async Task SubscribeAsync(GatewaySocket socket, GatewaySubscription subscription)
    {
        var id = NextId();
        _pending[id] = new Pending(socket, null) { Subscription = subscription };
        await TrySendAsync(socket, "subscribe", subscription.Request(id)).ConfigureAwait(false);
    }

    private static async Task SendAsync(GatewaySocket socket, string type, JsonObject payload, CancellationToken cancellation)
    {
        try
        {
            await socket.SendAsync(type, payload, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or InvalidOperationException or IOException)
        {
            throw Disconnected();
        }
    }

    private static async Task TrySendAsync(GatewaySocket socket, string type, JsonObject payload)
    {
        try
        {
            await socket.SendAsync(type, payload, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or InvalidOperationException or IOException)
        {
            // the loss is seen by the receive, and the next connection does it
        }
    }

    private static Task CancelAsync(GatewaySocket socket, string id) => TrySendAsync(socket, "cancel", new JsonObject { ["id"] = id });

    private static GatewayException Disconnected() => new(
        "disconnected", "The connection was lost before the response. Whether the call ran is not known; ask for its outcome, or check.", retryable: true);

    /// <summary>A connection is lost: its calls have no response.</summary>
    private void Lose(GatewaySocket socket)
    {
        lock (_lock)
        {
            if (_connected.Task.IsCompletedSuccessfully)
            {
                _connected = New();
            }
        }

        foreach (var (id, pending) in _pending)
        {
            if (pending.Socket == socket && _pending.TryRemove(id, out _))
            {
                pending.Done.TrySetException(Disconnected());
            }
        }
    }

    private void End(Exception why)
    {
        lock (_lock)
        {
            _session.TrySetException(why);
            _ = _session.Task.Exception;
            _connected.TrySetException(why);
        }

        foreach (var (_, subscription) in _subscriptions)
        {
            subscription.End(_ending.IsCancellationRequested ? null : why);
        }
    }

    private void Say(string text) => _options.Log?.Invoke(text);

    private sealed class Pending
    {
        public Pending(GatewaySocket socket, Action<JsonElement>? progress)
        {
            (Socket, Progress) = (socket, progress);
            _ = Done.Task.ContinueWith(static task => task.Exception, TaskContinuationOptions.OnlyOnFaulted);
        }

        public GatewaySocket Socket { get; }

        public Action<JsonElement>? Progress { get; }

        public GatewaySubscription? Subscription { get; init; }

        public TaskCompletionSource<JsonElement> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
