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
    private readonly byte[] _response = new byte[180];
    private readonly IConnection[] _connections;
    private readonly IChannel _caller;
    private readonly string _service;
    private readonly Func<string, ReadOnlyMemory<byte>> _request;

    private BareMesh(IConnection[] connections, IChannel caller, string service, Func<string, ReadOnlyMemory<byte>> request) =>
        (_connections, _caller, _service, _request) = (connections, caller, service, request);

    /// <summary>A service and its caller.</summary>
    public static async Task<BareMesh> StartAsync(string broker, CancellationToken cancellation)
    {
        var factory = new ConnectionFactory { Uri = new Uri(broker) };
        IConnection[] connections = [await factory.CreateConnectionAsync(cancellation), await factory.CreateConnectionAsync(cancellation)];
        var (service, caller) = (
            await connections[0].CreateChannelAsync(cancellationToken: cancellation), await connections[1].CreateChannelAsync(cancellationToken: cancellation));
        var request = new byte[520];
        var bare = new BareMesh(connections, caller, Key, _ => request);
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
        await bare.TakeRepliesAsync(cancellation);
        return bare;
    }

    /// <summary>A caller of a service that is there already.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="service">The service.</param>
    /// <param name="request">Makes the body of a request with an id.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<BareMesh> ConnectAsync(
        string broker, string service, Func<string, ReadOnlyMemory<byte>> request, CancellationToken cancellation)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync(cancellation);
        var bare = new BareMesh([connection], await connection.CreateChannelAsync(cancellationToken: cancellation), service, request);
        await bare.TakeRepliesAsync(cancellation);
        return bare;
    }

    /// <summary>A request and its reply.</summary>
    public async Task CallAsync()
    {
        var id = Guid.NewGuid().ToString("N");
        var pending = _pending[id] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _caller.BasicPublishAsync(
            MeshProtocol.RpcExchange, _service, mandatory: true, MessageProperties.Make(MessageKind.Request, id, null, TimeSpan.FromSeconds(60)), _request(id));
        await pending.Task;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }

    private async Task TakeRepliesAsync(CancellationToken cancellation)
    {
        var replies = new AsyncEventingBasicConsumer(_caller);
        replies.ReceivedAsync += (_, reply) =>
        {
            if (_pending.TryRemove(reply.BasicProperties.CorrelationId!, out var pending))
            {
                pending.TrySetResult();
            }

            return Task.CompletedTask;
        };
        await _caller.BasicConsumeAsync(MeshProtocol.DirectReplyTo, autoAck: true, replies, cancellation);
    }
}
