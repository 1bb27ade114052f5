using System.Diagnostics;
using FleetBridge.Gateway.Mesh.RabbitMq;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// What the broker itself can deliver here: one publisher and many connections with a queue each, with RabbitMQ.Client alone and messages
/// of the same length, which nobody reads and which need no acknowledgement.
/// </summary>
internal static class BareEvents
{
    private const string Key = "bare.benchmark.events";

    /// <summary>Measures the deliveries a second.</summary>
    public static async Task<double> MeasureAsync(string broker, int listeners, int events, CancellationToken cancellation)
    {
        var factory = new ConnectionFactory { Uri = new Uri(broker) };
        var got = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var connections = new List<IConnection>();
        try
        {
            for (var number = 0; number < listeners; number++)
            {
                var connection = await factory.CreateConnectionAsync(cancellation);
                connections.Add(connection);
                var channel = await connection.CreateChannelAsync(cancellationToken: cancellation);
                var queue = (await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellation)).QueueName;
                await channel.QueueBindAsync(queue, MeshProtocol.EventsExchange, Key, cancellationToken: cancellation);
                var consumer = new AsyncEventingBasicConsumer(channel);
                consumer.ReceivedAsync += (_, _) =>
                {
                    if (Interlocked.Increment(ref got) == events * listeners)
                    {
                        all.TrySetResult();
                    }

                    return Task.CompletedTask;
                };
                await channel.BasicConsumeAsync(queue, autoAck: true, consumer, cancellation);
            }

            var publisher = await factory.CreateConnectionAsync(cancellation);
            connections.Add(publisher);
            var publishing = await publisher.CreateChannelAsync(cancellationToken: cancellation);
            var body = new byte[400];
            var watch = Stopwatch.StartNew();
            for (var number = 0; number < events; number++)
            {
                await publishing.BasicPublishAsync(
                    MeshProtocol.EventsExchange, Key, mandatory: false, MessageProperties.Make(MessageKind.Event, "0123456789abcdef0123456789abcdef", null), body,
                    cancellation);
            }

            await all.Task.WaitAsync(TimeSpan.FromMinutes(5), TimeProvider.System, cancellation);
            return events * listeners / watch.Elapsed.TotalSeconds;
        }
        finally
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }
}
