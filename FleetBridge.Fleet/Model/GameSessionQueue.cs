namespace FleetBridge.Fleet.Model;

/// <summary>GameLift's PlayerLatencyPolicy.</summary>
internal sealed record PlayerLatencyPolicy(int? MaximumIndividualPlayerLatencyMilliseconds, int? PolicyDurationSeconds);

/// <summary>A game session queue.</summary>
internal sealed record GameSessionQueue : IRecord
{
    public required string Name { get; init; }

    public required string GameSessionQueueArn { get; init; }

    public required int TimeoutInSeconds { get; init; }

    /// <summary>ARNs of fleets and aliases, in the order in which they are tried.</summary>
    public IReadOnlyList<string> Destinations { get; init; } = [];

    public IReadOnlyList<PlayerLatencyPolicy>? PlayerLatencyPolicies { get; init; }

    public IReadOnlyList<string>? AllowedLocations { get; init; }

    public IReadOnlyList<string>? PriorityOrder { get; init; }

    public IReadOnlyList<string>? LocationOrder { get; init; }

    public string? CustomEventData { get; init; }

    public string? NotificationTarget { get; init; }

    public long Number { get; init; }

    string IRecord.Key => Name;
}

/// <summary>What CreateGameSessionQueue or UpdateGameSessionQueue was asked for; on an update, null members stay as they are.</summary>
internal sealed record QueueSettings
{
    /// <summary>Its name, on an update also its ARN.</summary>
    public required string Name { get; init; }

    public int? TimeoutInSeconds { get; init; }

    public IReadOnlyList<string>? Destinations { get; init; }

    public IReadOnlyList<PlayerLatencyPolicy>? PlayerLatencyPolicies { get; init; }

    public IReadOnlyList<string>? AllowedLocations { get; init; }

    public IReadOnlyList<string>? PriorityOrder { get; init; }

    public IReadOnlyList<string>? LocationOrder { get; init; }

    public string? CustomEventData { get; init; }

    public string? NotificationTarget { get; init; }

    public IReadOnlyList<Tag> Tags { get; init; } = [];

    public string? Region { get; init; }
}
