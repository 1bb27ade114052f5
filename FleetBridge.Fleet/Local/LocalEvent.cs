using System.Text.Json.Nodes;

namespace FleetBridge.Fleet.Local;

/// <summary>Something that <c>fleetbridge local</c> tells: one line of JSON.</summary>
/// <param name="Name">What happened.</param>
internal sealed record LocalEvent(string Name)
{
    public const string ProcessReady = "process_ready";
    public const string ProcessEnded = "process_ended";
    public const string SessionCreated = "session_created";
    public const string SessionEnded = "session_ended";

    /// <summary>A session accepts players; only for people.</summary>
    public const string SessionActive = "session_active";

    /// <summary>A player has a place; only for people, who want the connect string.</summary>
    public const string PlayerSessionCreated = "player_session_created";

    /// <summary>A line of a server's output; only for people.</summary>
    public const string Output = "output";

    /// <summary>A game server could not be started; only for people.</summary>
    public const string Trouble = "trouble";

    public string? ProcessId { get; init; }

    /// <summary>The name of a server that was started here.</summary>
    public string? Server { get; init; }

    public int? Port { get; init; }

    public string? IpAddress { get; init; }

    public string? GameSessionId { get; init; }

    public string? SessionName { get; init; }

    public string? Status { get; init; }

    /// <summary>Its exit code; 128 and the number of the signal where one has ended it.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that has ended it.</summary>
    public string? Signal { get; init; }

    /// <summary>What a server said last, where it has ended before it was ready.</summary>
    public IReadOnlyList<string>? LastLines { get; init; }

    /// <summary>When it starts again.</summary>
    public double? RestartSeconds { get; init; }

    /// <summary>A line of output, or what is wrong.</summary>
    public string? Text { get; init; }

    /// <summary>Reads what <see cref="ToJson"/> has written; null for anything else.</summary>
    public static LocalEvent? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject json && (string?)json["event"] is { } name
                ? new LocalEvent(name)
                {
                    ProcessId = (string?)json["process_id"],
                    Server = (string?)json["server"],
                    Port = (int?)json["port"],
                    IpAddress = (string?)json["ip_address"],
                    GameSessionId = (string?)json["game_session_id"],
                    SessionName = (string?)json["session_name"],
                    Status = (string?)json["status"],
                    ExitCode = (int?)json["exit_code"],
                    Signal = (string?)json["signal"],
                    LastLines = json["last_lines"] is JsonArray lines ? [.. lines.Select(one => (string?)one ?? "")] : null,
                    RestartSeconds = (double?)json["restart_seconds"],
                    Text = (string?)json["text"],
                }
                : null;
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>One line; absent members are left out.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["event"] = Name };
        Add("process_id", ProcessId);
        Add("server", Server);
        Add("port", Port);
        Add("ip_address", IpAddress);
        Add("game_session_id", GameSessionId);
        Add("session_name", SessionName);
        Add("status", Status);
        Add("exit_code", ExitCode);
        Add("signal", Signal);
        Add("last_lines", LastLines is null ? null : new JsonArray([.. LastLines.Select(line => JsonValue.Create(line))]));
        Add("restart_seconds", RestartSeconds);
        Add("text", Text);
        return json;

        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                json[name] = value;
            }
        }
    }
}
