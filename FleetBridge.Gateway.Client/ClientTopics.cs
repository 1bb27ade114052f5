using System.Collections.Concurrent;
using System.Text.Json;

namespace FleetBridge.Gateway.Client;

/// <summary>The topics that a client listens to, which are begun again on each connection.</summary>
internal sealed class ClientTopics(PendingCalls calls)
{
    private readonly ConcurrentDictionary<string, GatewaySubscription> _topics = new(StringComparer.Ordinal);

    /// <summary>Begins to listen, on the present connection or on the next one.</summary>
    /// <exception cref="InvalidOperationException">The client listens to it already.</exception>
    public GatewaySubscription Add(string topic, GatewayPosition? since, int last)
    {
        var subscription = new GatewaySubscription(topic, since, last);
        return _topics.TryAdd(topic, subscription)
            ? subscription
            : throw new InvalidOperationException($"The client listens to '{topic}' already.");
    }

    /// <summary>Listens no more.</summary>
    public void Remove(string topic) => _topics.TryRemove(topic, out _);

    /// <summary>Begins a topic on a connection, once.</summary>
    public Task BeginAsync(GatewaySocket socket, GatewaySubscription subscription) =>
        subscription.IsBegunOn(socket) ? Task.CompletedTask : SendAsync(socket, subscription);

    /// <summary>Continues all topics on a new connection.</summary>
    public async Task ContinueAsync(GatewaySocket socket)
    {
        foreach (var (_, subscription) in _topics)
        {
            await BeginAsync(socket, subscription).ConfigureAwait(false);
        }
    }

    /// <summary>An event has come.</summary>
    /// <param name="payload">The message's payload.</param>
    /// <param name="cancellation">Ends the wait for a reader that is behind.</param>
    public ValueTask HappenedAsync(JsonElement payload, CancellationToken cancellation) =>
        _topics.TryGetValue(payload.GetProperty("topic").GetString()!, out var subscription)
            ? subscription.HappenedAsync(payload, cancellation)
            : ValueTask.CompletedTask;

    /// <summary>The response to the beginning of a topic has come.</summary>
    /// <param name="call">The call that has begun it.</param>
    /// <param name="result">Its result.</param>
    /// <param name="cancellation">Ends the wait for a reader that is behind.</param>
    public async ValueTask BeganAsync(PendingCall call, JsonElement result, CancellationToken cancellation)
    {
        if (!await call.Subscription!.BeganAsync(result, cancellation).ConfigureAwait(false))
        {
            await SendAsync(call.Socket, call.Subscription).ConfigureAwait(false);
        }
    }

    /// <summary>There will be no more connections.</summary>
    /// <param name="why">Why; null where the client itself has ended it.</param>
    public void End(Exception? why)
    {
        foreach (var (_, subscription) in _topics)
        {
            subscription.End(why);
        }
    }

    /// <summary>The loss of the connection is seen by the receive, and the next connection begins the topic.</summary>
    private Task SendAsync(GatewaySocket socket, GatewaySubscription subscription) =>
        socket.TrySendAsync("subscribe", subscription.Request(calls.Add(socket, subscription: subscription).Id));
}
