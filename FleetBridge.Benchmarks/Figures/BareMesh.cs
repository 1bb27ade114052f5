using System.Collections.Concurrent;
using FleetBridge.Gateway.Mesh.RabbitMq;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// The floor of the mesh: a request and its reply with RabbitMQ.Client alone, over the same exchange, with messages of the same length and
/// headers, acknowledged; nobody reads them, signs them, or knows a deadline.
/// </summary>
internal sealed class BareMesh : IAsyncDisposable
{
    private const string Key = "bare.benchmark";

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _pending = new(StringComparer.Ordinal);
    private readonly byte[] _request = new byte[520];
    private readonly byte[] _response = new byte[180];
    private readonly IConnection[] _connections;
    private readonly IChannel _caller;

    private BareMesh(IConnection[] connections, IChannel caller) => (_connections, _caller) = (connections, caller);

    public static async Task<BareMesh> StartAsync(string broker, CancellationToken cancellation)
    {
        var factory = new ConnectionFactory { Uri = new Uri(broker) };
        IConnection[] connections = [await factory.CreateConnectionAsync(cancellation), await factory.CreateConnectionAsync(cancellation)];
        var (service, caller) = (
            await connections[0].CreateChannelAsync(cancellationToken: cancellation), await connections[1].CreateChannelAsync(cancellationToken: cancellation));
        var bare = new BareMesh(connections, caller);
        await service.QueueDeclareAsync("bare-benchmark", durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellation);
        await service.QueueBindAsync("bare-benchmark", MeshProtocol.RpcExchange, Key, cancellationToken: cancellation);
        await service.BasicQosAsync(0, 64, global: false, cancellation);
        var serving = new AsyncEventingBasicConsumer(service);
        serving.ReceivedAsync += async (_, request) =>
        {
            await service.BasicPublishAsync(
                "", request.BasicProperties.ReplyTo!, mandatory: false,
                MessageProperties.Make(MessageKind.Response, request.BasicProperties.CorrelationId!, null), bare._response, CancellationToken.None);
            await service.BasicAckAsync(request.DeliveryTag, multiple: false, CancellationToken.None);
        };
        await service.BasicConsumeAsync("bare-benchmark", autoAck: false, serving, cancellation);
        var replies = new AsyncEventingBasicConsumer(caller);
        replies.ReceivedAsync += (_, reply) =>
        {
            if (bare._pending.TryRemove(reply.BasicProperties.CorrelationId!, out var pending))
            {
                pending.TrySetResult();
            }

            return Task.CompletedTask;
        };
        await caller.BasicConsumeAsync(MeshProtocol.DirectReplyTo, autoAck: true, replies, cancellation);
        return bare;
    }

    /// <summary>A request and its reply.</summary>
    public async Task CallAsync()
    {
        var id = Guid.NewGuid().ToString("N");
        var pending = _pending[id] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _caller.BasicPublishAsync(
            MeshProtocol.RpcExchange, Key, mandatory: true, MessageProperties.Make(MessageKind.Request, id, null, TimeSpan.FromSeconds(60)), _request);
        await pending.Task;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }
}
