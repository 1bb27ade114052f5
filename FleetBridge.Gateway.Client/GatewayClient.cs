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
    private readonly CancellationTokenSource _ending = new();
    private readonly PendingCalls _calls = new();
    private readonly ClientTopics _topics;
    private readonly CurrentConnection _connection = new();
    private readonly Task _running;

    private GatewayClient(GatewayClientOptions options)
    {
        _topics = new ClientTopics(_calls);
        var loop = new ConnectionLoop(options, _connection, _calls, _topics, _ending.Token);
        _running = Task.Run(loop.RunAsync);
    }

    /// <summary>Who this client is; completes with the gateway's greeting.</summary>
    public Task<GatewaySession> Session => _connection.Session;

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
        var payload = new JsonObject { ["service"] = service, ["method"] = method, ["params"] = parameters?.DeepClone() ?? new JsonObject() };
        if (ttl is { } time)
        {
            payload["ttl"] = (long)time.TotalMilliseconds;
        }

        var socket = await _connection.WaitAsync(cancellation).ConfigureAwait(false);
        using var call = _calls.Add(socket, progress);
        payload["id"] = call.Id;
        await SendAsync(socket, "request", payload, cancellation).ConfigureAwait(false);
        var cancelling = cancellation.UnsafeRegister(
            _ => _ = socket.TrySendAsync("cancel", new JsonObject { ["id"] = call.Id }), null);
        await using (cancelling.ConfigureAwait(false))
        {
            return await call.Done.WaitAsync(cancellation).ConfigureAwait(false);
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
        var subscription = _topics.Add(topic, since, last);
        try
        {
            // a connection that is made after this moment subscribes by itself
            if (_connection.Socket is { } socket)
            {
                await _topics.BeginAsync(socket, subscription).ConfigureAwait(false);
            }
            else if (_running.IsCompleted)
            {
                await _connection.WaitAsync(cancellation).ConfigureAwait(false);
            }

            await foreach (var happened in subscription.Events.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                yield return happened;
            }
        }
        finally
        {
            _topics.Remove(topic);
            if (_connection.Socket is { } socket)
            {
                await socket.TrySendAsync("unsubscribe", new JsonObject { ["topic"] = topic }).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Renews the token of the present connection.</summary>
    /// <param name="token">The new one, of the same user.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="GatewayException">It is not accepted.</exception>
    public async Task RefreshAsync(string token, CancellationToken cancellation = default)
    {
        var socket = await _connection.WaitAsync(cancellation).ConfigureAwait(false);
        using var call = _calls.Add(socket);
        await SendAsync(socket, "refresh", new JsonObject { ["id"] = call.Id, ["token"] = token }, cancellation).ConfigureAwait(false);
        await call.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _ending.Dispose();
    }

    private static async Task SendAsync(GatewaySocket socket, string type, JsonObject payload, CancellationToken cancellation)
    {
        try
        {
            await socket.SendAsync(type, payload, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (GatewaySocket.IsLoss(exception))
        {
            throw PendingCalls.Disconnected();
        }
    }
}
