using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>The properties and headers of messages. All five headers are in every message: a receiver fails outside its guard without them.</summary>
internal static class MessageProperties
{
    /// <summary>Makes those of a message.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="correlationId">Its id.</param>
    /// <param name="traceId">The caller's trace; null for none.</param>
    /// <param name="ttl">How long a request or command is worth to be delivered; null for others.</param>
    public static BasicProperties Make(MessageKind kind, string correlationId, string? traceId, TimeSpan? ttl = null)
    {
        var properties = new BasicProperties
        {
            ContentType = MeshProtocol.ContentType,
            CorrelationId = correlationId,
            ReplyTo = kind is MessageKind.Request or MessageKind.Command ? MeshProtocol.DirectReplyTo : "",
            Headers = new Dictionary<string, object?>(5)
            {
                [MeshProtocol.VersionHeader] = MeshProtocol.Version,
                [MeshProtocol.ProgramHeader] = MeshProtocol.ProgramVersion,
                [MeshProtocol.KindHeader] = kind.Tag(),
                [MeshProtocol.TraceHeader] = traceId,
                [MeshProtocol.EncryptedHeader] = "",
            },
        };
        if (ttl is { } time)
        {
            properties.Expiration = Math.Max(1, (long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        return properties;
    }

    /// <summary>Makes those of an event.</summary>
    /// <param name="correlationId">Its id.</param>
    /// <param name="isBatched">Whether ours get it in a batch, and it is for others alone.</param>
    public static BasicProperties MakeEvent(string correlationId, bool isBatched)
    {
        var properties = Make(MessageKind.Event, correlationId, traceId: null);
        if (isBatched)
        {
            properties.Headers![MeshProtocol.BatchedHeader] = MeshProtocol.Batched;
        }

        return properties;
    }

    /// <summary>A header as text.</summary>
    /// <returns>Null for none, and for what is no text.</returns>
    public static string? Text(IReadOnlyBasicProperties properties, string name) =>
        properties.Headers?.TryGetValue(name, out var value) != true ? null
        : value switch
        {
            byte[] bytes => Encoding.UTF8.GetString(bytes),
            string text => text,
            _ => null,
        };

    /// <summary>Why a message cannot be understood; null where it can.</summary>
    /// <param name="kind">What it says it is.</param>
    public static string? FindProblem(IReadOnlyBasicProperties properties, out MessageKind kind)
    {
        kind = default;
        if (Text(properties, MeshProtocol.VersionHeader) is not MeshProtocol.Version)
        {
            return $"its header {MeshProtocol.VersionHeader} is not {MeshProtocol.Version}";
        }

        if (MeshProtocol.ReadKind(Text(properties, MeshProtocol.KindHeader)) is not { } known)
        {
            return $"its header {MeshProtocol.KindHeader} is none of request, command, event and response";
        }

        kind = known;
        return string.IsNullOrEmpty(properties.CorrelationId) ? "it has no correlation id"
            : Text(properties, MeshProtocol.EncryptedHeader) is "yes" ? "it is encrypted, which this service has not asked for"
            : null;
    }
}
