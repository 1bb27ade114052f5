using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.GameLift.Events;

/// <summary>
/// The event of a placement that has ended (GameLift Queue Placement Event), in the envelope in which SNS posts it to an HTTP
/// endpoint.
/// </summary>
/// <param name="MessageId">SNS's id of the message.</param>
/// <param name="TopicArn">The queue's NotificationTarget; empty where it has none.</param>
/// <param name="Body">The envelope, as JSON.</param>
internal sealed record PlacementEvent(string MessageId, string TopicArn, byte[] Body)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the event of a placement.</summary>
    /// <param name="placement">The placement.</param>
    /// <param name="queue">Its queue; null for one that was deleted.</param>
    /// <param name="account">The account of the ARNs.</param>
    /// <param name="now">The time of the event.</param>
    /// <returns>The event; null while the placement is PENDING.</returns>
    public static PlacementEvent? Of(Placement placement, GameSessionQueue? queue, string account, DateTimeOffset now)
    {
        if (TypeOf(placement.Status) is not { } type)
        {
            return null;
        }

        var (id, topic) = (Guid.NewGuid().ToString(), queue?.NotificationTarget ?? "");
        var message = Encoding.UTF8.GetString(Write(json => WriteMessage(json, placement, queue, type, account, now)));
        return new PlacementEvent(id, topic, Write(json =>
        {
            json.WriteString("Type", "Notification");
            json.WriteString(nameof(MessageId), id);
            json.WriteString(nameof(TopicArn), topic);
            json.WriteString("Message", message);
            json.WriteString("Timestamp", Time(now));
        }));
    }

    private static string? TypeOf(PlacementStatus status) => status switch
    {
        PlacementStatus.FULFILLED => "PlacementFulfilled",
        PlacementStatus.CANCELLED => "PlacementCancelled",
        PlacementStatus.TIMED_OUT => "PlacementTimedOut",
        PlacementStatus.FAILED => "PlacementFailed",
        _ => null,
    };

    private static void WriteMessage(
        Utf8JsonWriter json, Placement placement, GameSessionQueue? queue, string type, string account, DateTimeOffset now)
    {
        json.WriteString("version", "0");
        json.WriteString("id", Guid.NewGuid());
        json.WriteString("detail-type", "GameLift Queue Placement Event");
        json.WriteString("source", "aws.gamelift");
        json.WriteString("account", account);
        json.WriteString("time", Time(now));
        json.WriteString("region", placement.Region);
        json.WriteStartArray("resources");
        if (queue is not null)
        {
            json.WriteStringValue(queue.GameSessionQueueArn);
        }

        json.WriteEndArray();
        json.WriteStartObject("detail");
        json.WriteString("type", type);
        json.WriteString("placementId", placement.PlacementId);
        if (placement.Status == PlacementStatus.FULFILLED)
        {
            WriteSession(json, placement);
        }

        json.WriteString("startTime", Time(placement.StartTime));
        json.WriteString("endTime", Time(placement.EndTime ?? now));
        WriteText(json, "customEventData", queue?.CustomEventData);
        json.WriteEndObject();
    }

    private static void WriteSession(Utf8JsonWriter json, Placement placement)
    {
        WriteText(json, "port", placement.Port?.ToString(CultureInfo.InvariantCulture));
        WriteText(json, "gameSessionArn", placement.GameSessionId);
        WriteText(json, "ipAddress", placement.IpAddress);
        WriteText(json, "dnsName", placement.DnsName);
        WriteText(json, "gameSessionRegion", placement.GameSessionRegion);
        json.WriteStartArray("placedPlayerSessions");
        foreach (var player in placement.PlacedPlayerSessions)
        {
            json.WriteStartObject();
            json.WriteString("playerId", player.PlayerId);
            json.WriteString("playerSessionId", player.PlayerSessionId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            json.WriteString(name, text);
        }
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static byte[] Write(Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
