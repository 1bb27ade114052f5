namespace FleetBridge.Fleet.Model;

/// <summary>GameLift's GameSessionPlacementState, in its spelling.</summary>
internal enum PlacementStatus { PENDING, FULFILLED, CANCELLED, TIMED_OUT, FAILED }

/// <summary>A player for whom a placement reserves a slot.</summary>
internal sealed record DesiredPlayerSession(string PlayerId, string? PlayerData);

/// <summary>A player with the slot that a placement has reserved.</summary>
internal sealed record PlacedPlayerSession(string PlayerId, string PlayerSessionId);

/// <summary>GameLift's PlayerLatency.</summary>
internal sealed record PlayerLatency(string PlayerId, string? RegionIdentifier, double LatencyInMilliseconds);

/// <summary>A request to a queue for a game session.</summary>
internal sealed record Placement : IRecord
{
    public required string PlacementId { get; init; }

    public required string GameSessionQueueName { get; init; }

    public required PlacementStatus Status { get; init; }

    public required int MaximumPlayerSessionCount { get; init; }

    public IReadOnlyList<GameProperty> GameProperties { get; init; } = [];

    public string? GameSessionName { get; init; }

    public string? GameSessionData { get; init; }

    public string? MatchmakerData { get; init; }

    public IReadOnlyList<PlayerLatency>? PlayerLatencies { get; init; }

    public IReadOnlyList<DesiredPlayerSession> DesiredPlayerSessions { get; init; } = [];

    public IReadOnlyList<PlacedPlayerSession> PlacedPlayerSessions { get; init; } = [];

    /// <summary>The session that was made for it, also while that is ACTIVATING; answers show it once FULFILLED.</summary>
    public string? GameSessionId { get; init; }

    public string? GameSessionRegion { get; init; }

    public string? IpAddress { get; init; }

    public string? DnsName { get; init; }

    public int? Port { get; init; }

    public required DateTimeOffset StartTime { get; init; }

    public DateTimeOffset? EndTime { get; init; }

    /// <summary>The region of the request, for the session's ARN.</summary>
    public required string Region { get; init; }

    public long Number { get; init; }

    /// <summary>When it times out, on the model's steady clock; not stored.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public DateTimeOffset Deadline { get; init; }

    string IRecord.Key => PlacementId;
}

/// <summary>What StartGameSessionPlacement was asked for.</summary>
internal sealed record NewPlacement
{
    public required string PlacementId { get; init; }

    /// <summary>Its name or ARN.</summary>
    public required string GameSessionQueueName { get; init; }

    public required int MaximumPlayerSessionCount { get; init; }

    public IReadOnlyList<GameProperty> GameProperties { get; init; } = [];

    public string? GameSessionName { get; init; }

    public string? GameSessionData { get; init; }

    public IReadOnlyList<PlayerLatency>? PlayerLatencies { get; init; }

    public IReadOnlyList<DesiredPlayerSession> DesiredPlayerSessions { get; init; } = [];

    public string? Region { get; init; }
}
