using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>
/// The exchanges and queues at the broker. All that is used is declared, since a service that connects first finds nothing; and ours are
/// durable or exclusive: RabbitMQ 4.3 refuses the others.
/// </summary>
internal static class MeshTopology
{
    private const int AccessRefused = 403;

    /// <summary>How many messages with events wait for a process that does not take them; older ones are dropped.</summary>
    public const int MostEvents = 10_000;

    /// <summary>How many bytes of them wait.</summary>
    public const int MostEventBytes = 16 * 1024 * 1024;

    /// <summary>Declares the exchanges. Each one on a channel of its own, which the broker closes where it is declared otherwise.</summary>
    /// <exception cref="OperationInterruptedException">One is declared otherwise; the broker's words name it and the difference.</exception>
    public static async Task DeclareExchangesAsync(IConnection connection, CancellationToken cancellation)
    {
        foreach (var (name, type) in ((string, string)[])
            [
                (MeshProtocol.RpcExchange, ExchangeType.Direct),
                (MeshProtocol.EventsExchange, ExchangeType.Topic),
                (MeshProtocol.DeadLetterExchange, ExchangeType.Fanout),
            ])
        {
            await DeclareAsync(connection, name, type, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Declares what takes several events in one message. nuropb's services know only one by one, so an event in a batch is published for
    /// them alone as well: a header leads it away from ours, and the alternate exchange gives ours all that have no such header.
    /// </summary>
    /// <returns>Whether it is there; a user without the right to declare it publishes and listens one by one.</returns>
    public static async Task<bool> TryDeclareBatchesAsync(IConnection connection, CancellationToken cancellation)
    {
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
            await channel.ExchangeDeclareAsync(MeshProtocol.BatchExchange, ExchangeType.Topic, durable: true, cancellationToken: cancellation)
                .ConfigureAwait(false);
            await channel.ExchangeDeclareAsync(MeshProtocol.BatchedExchange, ExchangeType.Fanout, durable: true, cancellationToken: cancellation)
                .ConfigureAwait(false);
            await channel.ExchangeDeclareAsync(
                MeshProtocol.SinglesExchange, ExchangeType.Headers, durable: true,
                arguments: new Dictionary<string, object?> { [Headers.AlternateExchange] = MeshProtocol.BatchExchange },
                cancellationToken: cancellation).ConfigureAwait(false);
            await channel.ExchangeBindAsync(
                MeshProtocol.BatchedExchange, MeshProtocol.SinglesExchange, "",
                new Dictionary<string, object?> { ["x-match"] = "all", [MeshProtocol.BatchedHeader] = MeshProtocol.Batched },
                cancellationToken: cancellation).ConfigureAwait(false);
            await channel.ExchangeBindAsync(
                MeshProtocol.SinglesExchange, MeshProtocol.EventsExchange, "#", cancellationToken: cancellation).ConfigureAwait(false);
            return true;
        }
        catch (OperationInterruptedException)
        {
            // refused, or declared otherwise: the broker has closed this channel
            return false;
        }
    }

    /// <summary>Declares the queue that all instances of a service share.</summary>
    public static async Task DeclareSharedAsync(IChannel channel, string service, CancellationToken cancellation)
    {
        await channel.QueueDeclareAsync(
            MeshProtocol.QueueOf(service), durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-dead-letter-exchange"] = MeshProtocol.DeadLetterExchange },
            cancellationToken: cancellation).ConfigureAwait(false);
        await channel.QueueBindAsync(MeshProtocol.QueueOf(service), MeshProtocol.RpcExchange, service, cancellationToken: cancellation).ConfigureAwait(false);
    }

    /// <summary>Declares the queue of this process alone. It ends with the connection, so that a call to one that is gone comes back at once.</summary>
    public static async Task DeclareOwnAsync(IChannel channel, string service, CancellationToken cancellation)
    {
        await channel.QueueDeclareAsync(
            MeshProtocol.QueueOf(service), durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellation).ConfigureAwait(false);
        await channel.QueueBindAsync(MeshProtocol.QueueOf(service), MeshProtocol.RpcExchange, service, cancellationToken: cancellation).ConfigureAwait(false);
    }

    /// <summary>Declares the queue of this process for events.</summary>
    /// <returns>Its name, which the broker gives.</returns>
    public static async Task<string> DeclareEventsAsync(IChannel channel, CancellationToken cancellation) => (await channel.QueueDeclareAsync(
        "", durable: false, exclusive: true, autoDelete: true,
        new Dictionary<string, object?> { ["x-max-length"] = MostEvents, ["x-max-length-bytes"] = MostEventBytes, ["x-overflow"] = "drop-head" },
        cancellationToken: cancellation).ConfigureAwait(false)).QueueName;

    private static async Task DeclareAsync(IConnection connection, string name, string type, CancellationToken cancellation)
    {
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
            await channel.ExchangeDeclareAsync(name, type, durable: true, cancellationToken: cancellation).ConfigureAwait(false);
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == AccessRefused)
        {
            // whoever may not declare it can still use it
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
            await channel.ExchangeDeclarePassiveAsync(name, cancellation).ConfigureAwait(false);
        }
    }
}
