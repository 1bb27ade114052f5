using FleetBridge.Gateway.Wire;
using RabbitMQ.Client;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>Takes the responses to this process's calls.</summary>
internal sealed class ReplyConsumer(IChannel channel, PendingCalls pending) : AsyncDefaultBasicConsumer(channel)
{
    public override Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        if (properties.CorrelationId is not { Length: > 0 } id)
        {
            return Task.CompletedTask;
        }

        // the client's memory is valid only during this method
        if (MessageBody.TryReadResponse(body.ToArray(), out var result, out var error))
        {
            pending.Respond(id, result, error);
        }
        else
        {
            pending.Fail(id, new WireError(WireError.Internal, "The service has sent a response that is none: it lacks a result or an error."));
        }

        return Task.CompletedTask;
    }
}
