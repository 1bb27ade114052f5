using System.Text.Json.Serialization;

namespace FleetBridge.Fleet.Model;

/// <summary>GameLift's GameSessionStatus, in its spelling.</summary>
internal enum GameSessionStatus { ACTIVATING, ACTIVE, TERMINATING, TERMINATED, ERROR }

/// <summary>GameLift's GameSessionStatusReason, in its spelling.</summary>
internal enum GameSessionStatusReason { INTERRUPTED, TRIGGERED_ON_PROCESS_TERMINATE, FORCE_TERMINATED }

/// <summary>GameLift's PlayerSessionCreationPolicy, in its spelling.</summary>
internal enum PlayerSessionCreationPolicy { ACCEPT_ALL, DENY_ALL }

/// <summary>GameLift's TerminationMode, in its spelling.</summary>
internal enum TerminationMode { TRIGGER_ON_PROCESS_TERMINATE, FORCE_TERMINATE }

/// <summary>A game property; a session's keep their order.</summary>
internal sealed record GameProperty(string Key, string Value);

/// <summary>A game session.</summary>
internal sealed record GameSession : IRecord
{
    /// <summary>GameLift's limit for one session.</summary>
    public const int MostPlayers = 200;

    /// <summary>The ARN.</summary>
    public required string GameSessionId { get; init; }

    public string? Name { get; init; }

    public required string FleetId { get; init; }

    public required string ProcessId { get; init; }

    public required string ComputeName { get; init; }

    public required string Location { get; init; }

    public required GameSessionStatus Status { get; init; }

    public GameSessionStatusReason? StatusReason { get; init; }

    public required DateTimeOffset CreationTime { get; init; }

    public DateTimeOffset? TerminationTime { get; init; }

    public required int MaximumPlayerSessionCount { get; init; }

    /// <summary>RESERVED and ACTIVE ones.</summary>
    public int CurrentPlayerSessionCount { get; init; }

    public IReadOnlyList<GameProperty> GameProperties { get; init; } = [];

    public string? GameSessionData { get; init; }

    public required string IpAddress { get; init; }

    public string? DnsName { get; init; }

    public required int Port { get; init; }

    public PlayerSessionCreationPolicy PlayerSessionCreationPolicy { get; init; }

    public string? CreatorId { get; init; }

    public string? MatchmakerData { get; init; }

    public ProtectionPolicy ProtectionPolicy { get; init; }

    /// <summary>The idempotency token or custom id of the request, unique in the fleet.</summary>
    public string? IdempotencyToken { get; init; }

    /// <summary>A digest of the request's other parameters, where it had a token.</summary>
    public string? RequestDigest { get; init; }

    /// <summary>The placement that it was made for.</summary>
    public string? PlacementId { get; init; }

    /// <summary>The order in which sessions were made.</summary>
    public long Number { get; init; }

    /// <summary>When ACTIVATING or TERMINATING ends by itself, on the model's steady clock; not stored.</summary>
    [JsonIgnore]
    public DateTimeOffset Deadline { get; init; }

    /// <summary>Neither TERMINATED nor in ERROR.</summary>
    [JsonIgnore]
    public bool IsOpen => Status is GameSessionStatus.ACTIVATING or GameSessionStatus.ACTIVE or GameSessionStatus.TERMINATING;

    string IRecord.Key => GameSessionId;
}

/// <summary>What CreateGameSession was asked for.</summary>
internal sealed record NewGameSession
{
    /// <summary>Its id or ARN; null when <see cref="AliasId"/> is given.</summary>
    public string? FleetId { get; init; }

    public string? AliasId { get; init; }

    /// <summary>Null is right on a fleet with one location only.</summary>
    public string? Location { get; init; }

    public required int MaximumPlayerSessionCount { get; init; }

    public string? Name { get; init; }

    public IReadOnlyList<GameProperty> GameProperties { get; init; } = [];

    public string? CreatorId { get; init; }

    /// <summary>The deprecated parameter GameSessionId: forms the id as the token does.</summary>
    public string? CustomId { get; init; }

    public string? IdempotencyToken { get; init; }

    public string? GameSessionData { get; init; }

    /// <summary>For the ARN; null is the host's region.</summary>
    public string? Region { get; init; }
}

/// <summary>What UpdateGameSession was asked for; null members stay as they are.</summary>
internal sealed record GameSessionUpdate
{
    public required string GameSessionId { get; init; }

    public string? Name { get; init; }

    public int? MaximumPlayerSessionCount { get; init; }

    public PlayerSessionCreationPolicy? PlayerSessionCreationPolicy { get; init; }

    public ProtectionPolicy? ProtectionPolicy { get; init; }

    /// <summary>Added, or changed where the key is there; none is removed.</summary>
    public IReadOnlyList<GameProperty>? GameProperties { get; init; }
}
