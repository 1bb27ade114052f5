using FleetBridge.Gateway.Calls;
using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Topics;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Hosting;

/// <summary>What a consumer's messages do. They are handled in the order in which they came; what they begin runs side by side.</summary>
internal sealed class MessageHandler(
    ConsumerRegistry registry, TopicTable topics, CallTracker calls, TokenVerifier tokens, ConsumerLimits limits, AuditLog audit, TimeProvider clock)
{
    /// <summary>Handles a message.</summary>
    public ValueTask HandleAsync(Consumer consumer, ReadOnlyMemory<byte> utf8, CancellationToken ended)
    {
        if (!consumer.TryCount(clock))
        {
            Refuse(consumer);
            return default;
        }

        consumer.Refused = 0;
        if (!Incoming.TryRead(utf8.Span, out var message, out var problem))
        {
            if (consumer.Identity is null)
            {
                consumer.Outbox.Close(CloseCode.BadToken, "The first message has to be 'authenticate'.");
                return default;
            }

            consumer.Outbox.Send(Outgoing.Error(WireError.BadMessage, problem));
            return default;
        }

        switch (message.Type)
        {
            case "authenticate" when consumer.Identity is null:
                return AuthenticateAsync(consumer, message, ended);
            case var _ when consumer.Identity is null:
                consumer.Outbox.Close(CloseCode.BadToken, "The first message has to be 'authenticate'.");
                break;
            case "request":
                calls.Request(consumer, message);
                break;
            case "cancel":
                CallTracker.Cancel(consumer, message.Text("id") ?? "");
                break;
            case "subscribe":
                Subscribe(consumer, message);
                break;
            case "unsubscribe":
                Unsubscribe(consumer, message);
                break;
            case "ping":
                consumer.Outbox.Send(Outgoing.Pong);
                break;
            case "refresh":
                return RefreshAsync(consumer, message, ended);
            default:
                consumer.Outbox.Send(Outgoing.Error(
                    WireError.BadMessage, $"There is no message of the type '{Core.Security.ShortText.Of(message.Type)}'."));
                break;
        }

        return default;
    }

    /// <summary>The consumer's connection has ended.</summary>
    public void Left(Consumer consumer)
    {
        consumer.Outbox.End();
        foreach (var name in consumer.Topics ?? [])
        {
            topics.Find(name)?.Unsubscribe(consumer);
        }

        CallTracker.Left(consumer);
        registry.Unregister(consumer);
    }

    private async ValueTask AuthenticateAsync(Consumer consumer, Incoming message, CancellationToken ended)
    {
        var verdict = await tokens.VerifyAsync(message.Text("token") ?? "", ended).ConfigureAwait(false);
        if (verdict.Identity is not { } identity)
        {
            audit.Refused(consumer.AddressText, verdict.Problem!);
            consumer.Outbox.Close(CloseCode.BadToken, verdict.Problem!);
            return;
        }

        consumer.Identity = identity;
        if (registry.Register(consumer) is { } objection)
        {
            audit.Refused(consumer.AddressText, objection);
            consumer.Outbox.Close(CloseCode.Limit, objection);
        }
    }

    private async ValueTask RefreshAsync(Consumer consumer, Incoming message, CancellationToken ended)
    {
        var verdict = await tokens.VerifyAsync(message.Text("token") ?? "", ended).ConfigureAwait(false);
        if (verdict.Identity is not { } identity || identity.UserId != consumer.Identity!.UserId)
        {
            var problem = verdict.Problem ?? "The token is another user's. Connect again with it.";
            consumer.Outbox.Send(Outgoing.Response(message.Echo, null, new WireError(WireError.BadToken, problem)));
            return;
        }

        consumer.Identity = identity;
        consumer.Outbox.Send(Outgoing.Response(message.Echo, null, System.Text.Encoding.ASCII.GetBytes(
            identity.Expires is { } end
                ? $"{{\"expires\":\"{end.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture)}\",\"role\":\"{identity.Role.NameOf()}\"}}"
                : $"{{\"expires\":null,\"role\":\"{identity.Role.NameOf()}\"}}")));
    }

    private void Subscribe(Consumer consumer, Incoming message)
    {
        var echo = message.Echo;
        var name = message.Text("topic") ?? "";
        WireError? error = null;
        if (!message.TrySince(out var since))
        {
            error = new WireError(WireError.BadMessage, "A subscription's 'since' is null or {\"epoch\":…,\"offset\":…}.");
        }
        else if (topics.Find(name) is null)
        {
            error = new WireError(
                WireError.NotFound, $"There is no topic '{Core.Security.ShortText.Of(name)}'. There are: {string.Join(", ", topics.Names)}.");
        }
        else if ((consumer.Topics ??= new HashSet<string>(1, StringComparer.Ordinal)).Count >= limits.Topics && !consumer.Topics.Contains(name))
        {
            error = new WireError(WireError.TooMany, $"You listen to {limits.Topics} topics, which is as many as you may.");
        }

        if (error is not null)
        {
            consumer.Outbox.Send(Outgoing.Response(echo, null, error));
            return;
        }

        consumer.Topics!.Add(name);
        topics.Find(name)!.Subscribe(consumer, since, message.Number("last") ?? 0, (at, recovered, snapshot) =>
            Outgoing.Response(echo, null, Subscribed(name, at, recovered, snapshot)));
    }

    private static byte[] Subscribed(string topic, Position at, bool recovered, System.Text.Json.Nodes.JsonNode? snapshot)
    {
        var result = new System.Text.Json.Nodes.JsonObject
        {
            ["topic"] = topic,
            ["epoch"] = at.Epoch,
            ["offset"] = at.Offset,
            ["recovered"] = recovered,
        };
        if (snapshot is not null)
        {
            result["snapshot"] = snapshot;
        }

        return Mesh.MeshJson.Write(result);
    }

    private void Unsubscribe(Consumer consumer, Incoming message)
    {
        var name = message.Text("topic") ?? "";
        if (consumer.Topics?.Remove(name) == true)
        {
            topics.Find(name)?.Unsubscribe(consumer);
        }

        consumer.Outbox.Send(Outgoing.Response(
            message.Echo, null, Mesh.MeshJson.Write(new System.Text.Json.Nodes.JsonObject { ["topic"] = name })));
    }

    /// <summary>A message too many: told each time, and in the end a reason to close.</summary>
    private void Refuse(Consumer consumer)
    {
        if (++consumer.Refused > limits.MostRefused)
        {
            consumer.Outbox.Close(CloseCode.TooMany, "You send too many messages. Come back, and send fewer.", discards: true);
            return;
        }

        consumer.Outbox.Send(Outgoing.Error(
            WireError.RateLimited, $"You may send {limits.MessagesPerSecond:0} messages a second, and {limits.Burst} at once."));
    }
}
