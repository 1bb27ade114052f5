using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.GameLift.ServerSdk;

/// <summary>
/// What is sent to a game server: flat objects, what is empty is left out, numbers never are. Whether a message is an answer or a
/// push is told by its RequestId alone, so a push has none.
/// </summary>
internal static class SdkFrame
{
    private const int Ok = 200;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers a request that was done.</summary>
    public static byte[] Answer(string action, string requestId, Action<Utf8JsonWriter>? writeMembers = null) =>
        Write(action, requestId, Ok, error: null, writeMembers);

    /// <summary>Answers a request that was refused.</summary>
    public static byte[] Refusal(string action, string requestId, int status, string error) => Write(action, requestId, status, error, null);

    /// <summary>Makes the frame of a push.</summary>
    /// <param name="push">The push.</param>
    /// <param name="fleetId">The fleet of its server process.</param>
    /// <returns>The frame; null for a push that is not sent.</returns>
    public static byte[]? Push(Push push, string fleetId) => push switch
    {
        CreateGameSessionPush created => Write("CreateGameSession", null, null, null, json =>
        {
            json.WriteString("GameSessionId", created.GameSession.GameSessionId);
            WriteText(json, "GameSessionName", created.GameSession.Name);
            WriteGameSession(json, created.GameSession);
        }),
        UpdateGameSessionPush updated => Write("UpdateGameSession", null, null, null, json =>
        {
            json.WriteStartObject("GameSession");
            json.WriteString("GameSessionId", updated.GameSession.GameSessionId);
            WriteText(json, "Name", updated.GameSession.Name);
            json.WriteString("FleetId", fleetId);
            WriteGameSession(json, updated.GameSession);
            json.WriteEndObject();
            json.WriteString("UpdateReason", updated.UpdateReason);
            WriteText(json, "BackfillTicketId", updated.BackfillTicketId);
        }),
        TerminateProcessPush terminate => Write(
            "TerminateProcess", null, null, null, json => json.WriteNumber("TerminationTime", terminate.TerminationTime.ToUnixTimeMilliseconds())),
        RefreshConnectionPush refresh => Write("RefreshConnection", null, null, null, json =>
        {
            json.WriteString("RefreshConnectionEndpoint", refresh.RefreshConnectionEndpoint);
            json.WriteString("AuthToken", refresh.AuthToken);
        }),
        _ => null,
    };

    /// <summary>Writes the members of a DescribePlayerSessions answer.</summary>
    public static void WritePlayerSessions(Utf8JsonWriter json, IEnumerable<PlayerSession> players, string? nextToken)
    {
        WriteText(json, "NextToken", nextToken);
        json.WriteStartArray("PlayerSessions");
        foreach (var player in players)
        {
            json.WriteStartObject();
            json.WriteString("PlayerId", player.PlayerId);
            json.WriteString("PlayerSessionId", player.PlayerSessionId);
            json.WriteString("GameSessionId", player.GameSessionId);
            json.WriteString("FleetId", player.FleetId);
            WriteText(json, "PlayerData", player.PlayerData);
            WriteText(json, "IpAddress", player.IpAddress);
            json.WriteNumber("Port", player.Port);
            json.WriteNumber("CreationTime", player.CreationTime.ToUnixTimeMilliseconds());
            json.WriteNumber("TerminationTime", player.TerminationTime?.ToUnixTimeMilliseconds() ?? 0);
            WriteText(json, "DnsName", player.DnsName);
            json.WriteString("Status", player.Status.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a text that may be empty.</summary>
    public static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteGameSession(Utf8JsonWriter json, GameSession session)
    {
        WriteText(json, "GameSessionData", session.GameSessionData);
        WriteText(json, "MatchmakerData", session.MatchmakerData);
        json.WriteNumber("MaximumPlayerSessionCount", session.MaximumPlayerSessionCount);
        json.WriteNumber("Port", session.Port);
        WriteText(json, "IpAddress", session.IpAddress);
        WriteText(json, "DnsName", session.DnsName);
        json.WriteStartObject("GameProperties");
        foreach (var property in session.GameProperties)
        {
            json.WriteString(property.Key, property.Value);
        }

        json.WriteEndObject();
    }

    private static byte[] Write(string action, string? requestId, int? status, string? error, Action<Utf8JsonWriter>? writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            WriteText(json, "Action", action);
            WriteText(json, "RequestId", requestId);
            if (status is { } code)
            {
                json.WriteNumber("StatusCode", code);
            }

            WriteText(json, "ErrorMessage", error);
            writeMembers?.Invoke(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
