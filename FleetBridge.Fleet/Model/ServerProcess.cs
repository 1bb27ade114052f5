using System.Text.Json.Serialization;

namespace FleetBridge.Fleet.Model;

/// <summary>Where a server process is in its life.</summary>
internal enum ServerProcessState
{
    /// <summary>Connected (InitSDK); ActivateServerProcess (ProcessReady) has not come.</summary>
    Activating,

    /// <summary>Ready and without a game session.</summary>
    Ready,

    /// <summary>Has the one game session of its life.</summary>
    Hosting,

    /// <summary>Was told to terminate, or its game session has ended: it takes no other, and is expected to end.</summary>
    Ending,

    /// <summary>May live, but not for this host: three heartbeats were missed, or it spoke without having been introduced.</summary>
    Lost,

    /// <summary>Has said that it ends (ProcessEnding), or is known to be gone.</summary>
    Ended,
}

/// <summary>A game server's process, by the id that it gives itself.</summary>
internal sealed record ServerProcess : IRecord
{
    /// <summary>The SDK's pID.</summary>
    public required string ProcessId { get; init; }

    public required string FleetId { get; init; }

    public required string ComputeName { get; init; }

    public required string Location { get; init; }

    /// <summary>The game's port, from ActivateServerProcess.</summary>
    public int Port { get; init; }

    public required ServerProcessState State { get; init; }

    public string? SdkLanguage { get; init; }

    public string? SdkVersion { get; init; }

    public string? SdkToolName { get; init; }

    public IReadOnlyList<string>? LogPaths { get; init; }

    /// <summary>The one game session of its life, also after that has ended.</summary>
    public string? GameSessionId { get; init; }

    /// <summary>Since its activation; no game session is given to it before.</summary>
    public bool HeartbeatSeen { get; init; }

    /// <summary>Health reports in a row that were false or missing.</summary>
    public int UnhealthyCount { get; init; }

    /// <summary>Started by this host, which sees at once when it exits, and can kill it.</summary>
    public bool StartedByUs { get; init; }

    /// <summary>Its compute was deregistered: it takes no new session.</summary>
    public bool IsRetired { get; init; }

    public required DateTimeOffset CreationTime { get; init; }

    /// <summary>When it was told to be gone by; null while it was not told.</summary>
    public DateTimeOffset? TerminationTime { get; init; }

    /// <summary>The newest requests that were answered, oldest first; null for none.</summary>
    public IReadOnlyList<RequestAnswer>? Answers { get; init; }

    /// <summary>The order in which processes came.</summary>
    public long Number { get; init; }

    /// <summary>Has an open connection; not stored.</summary>
    [JsonIgnore]
    public bool IsConnected { get; init; }

    /// <summary>The number of its newest connection; not stored.</summary>
    [JsonIgnore]
    public long ConnectionNumber { get; init; }

    /// <summary>The connection on which it became ready, 0 for one of another run of the host; not stored.</summary>
    [JsonIgnore]
    public long ActivatedOn { get; init; }

    /// <summary>When it was last heard of, on the model's steady clock; not stored.</summary>
    [JsonIgnore]
    public DateTimeOffset LastHeartbeat { get; init; }

    /// <summary>When its state changes by itself, on the model's steady clock; not stored.</summary>
    [JsonIgnore]
    public DateTimeOffset? Deadline { get; init; }

    string IRecord.Key => ProcessId;
}

/// <summary>What a request of a server process was answered, to be given again when the same RequestId comes.</summary>
/// <param name="StatusCode">As in the frame: 200, or 400 and up with a message.</param>
internal sealed record RequestAnswer(string RequestId, int StatusCode, string? ErrorMessage)
{
    public const int Ok = 200;

    /// <summary>The status of a refusal.</summary>
    /// <param name="code">GameLift's exception name.</param>
    public static int StatusOf(string code) => code switch
    {
        FleetErrors.Unauthorized => 401,
        FleetErrors.NotFound => 404,
        FleetErrors.Conflict => 409,
        FleetErrors.InternalService => 500,
        _ => 400,
    };
}

/// <summary>Who a connection says it is, from the upgrade request's query.</summary>
internal sealed record ServerIdentity
{
    public required string ProcessId { get; init; }

    /// <summary>FleetId.</summary>
    public required string FleetId { get; init; }

    /// <summary>ComputeId.</summary>
    public required string ComputeName { get; init; }

    /// <summary>Authorization; null with SigV4.</summary>
    public string? AuthToken { get; init; }

    public string? SdkLanguage { get; init; }

    public string? SdkVersion { get; init; }
}

/// <summary>A connection that the model knows.</summary>
/// <param name="Number">Given back to <c>Disconnected</c>, which ignores connections that were replaced.</param>
/// <param name="IsReconnect">The process was known and lives on.</param>
/// <param name="IsKnownToken">The token was issued by this host; always true without one (SigV4).</param>
internal sealed record ServerConnection(ServerProcess Process, long Number, bool IsReconnect, bool IsKnownToken);

/// <summary>ActivateServerProcess.</summary>
internal sealed record ServerActivation
{
    public required string ProcessId { get; init; }

    /// <summary>The connection on which it came: a second one on a new connection begins a new life.</summary>
    public long ConnectionNumber { get; init; }

    public int Port { get; init; }

    public string? SdkLanguage { get; init; }

    public string? SdkVersion { get; init; }

    public string? SdkToolName { get; init; }

    public string? SdkToolVersion { get; init; }

    public IReadOnlyList<string> LogPaths { get; init; } = [];
}
