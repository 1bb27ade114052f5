namespace FleetBridge.Fleet.Model;

/// <summary>GameLift's FleetStatus, in its spelling.</summary>
internal enum FleetStatus { NEW, DOWNLOADING, VALIDATING, BUILDING, ACTIVATING, ACTIVE, DELETING, ERROR, TERMINATED }

/// <summary>GameLift's ProtectionPolicy, in its spelling.</summary>
internal enum ProtectionPolicy { NoProtection, FullProtection }

/// <summary>A fleet of type ANYWHERE.</summary>
internal sealed record AnywhereFleet : IRecord
{
    /// <summary><c>fleet-</c> and a UUID; <c>fleet-local</c> is there from the start.</summary>
    public required string FleetId { get; init; }

    public required string FleetArn { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required FleetStatus Status { get; init; }

    public required DateTimeOffset CreationTime { get; init; }

    public DateTimeOffset? TerminationTime { get; init; }

    /// <summary>AnywhereConfiguration.Cost, a string such as <c>10</c>.</summary>
    public required string AnywhereCost { get; init; }

    public ProtectionPolicy NewGameSessionProtectionPolicy { get; init; }

    public IReadOnlyList<string> MetricGroups { get; init; } = ["default"];

    /// <summary>The names of its locations, in the order in which they were given.</summary>
    public IReadOnlyList<string> Locations { get; init; } = [];

    public RuntimeConfiguration? RuntimeConfiguration { get; init; }

    public ResourceCreationLimitPolicy? ResourceCreationLimitPolicy { get; init; }

    /// <summary>The order in which fleets were made: the default fleet is 0.</summary>
    public long Number { get; init; }

    string IRecord.Key => FleetId;
}

/// <summary>What a fleet's servers are started with, where something starts them, and how long a game session may activate.</summary>
internal sealed record RuntimeConfiguration
{
    public IReadOnlyList<ServerProcessConfiguration> ServerProcesses { get; init; } = [];

    public int? MaxConcurrentGameSessionActivations { get; init; }

    public int? GameSessionActivationTimeoutSeconds { get; init; }
}

/// <summary>GameLift's ServerProcess of a runtime configuration.</summary>
internal sealed record ServerProcessConfiguration(string LaunchPath, string? Parameters, int ConcurrentExecutions);

/// <summary>Kept and answered; not enforced on this machine.</summary>
internal sealed record ResourceCreationLimitPolicy(int? NewGameSessionsPerCreator, int? PolicyPeriodInMinutes);

/// <summary>What CreateFleet was asked for.</summary>
internal sealed record NewFleet
{
    /// <summary>Null: <c>fleet-</c> and a new UUID.</summary>
    public string? FleetId { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required string AnywhereCost { get; init; }

    public required IReadOnlyList<string> Locations { get; init; }

    public ProtectionPolicy NewGameSessionProtectionPolicy { get; init; }

    public IReadOnlyList<string>? MetricGroups { get; init; }

    public RuntimeConfiguration? RuntimeConfiguration { get; init; }

    public ResourceCreationLimitPolicy? ResourceCreationLimitPolicy { get; init; }

    public IReadOnlyList<Tag> Tags { get; init; } = [];

    /// <summary>For the ARN; null is the host's region.</summary>
    public string? Region { get; init; }
}

/// <summary>What UpdateFleetAttributes was asked for; null members stay as they are.</summary>
internal sealed record FleetUpdate
{
    public required string FleetId { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public string? AnywhereCost { get; init; }

    public ProtectionPolicy? NewGameSessionProtectionPolicy { get; init; }

    public IReadOnlyList<string>? MetricGroups { get; init; }

    public ResourceCreationLimitPolicy? ResourceCreationLimitPolicy { get; init; }
}

/// <summary>Numbers of DescribeFleetUtilization and DescribeFleetCapacity.</summary>
internal sealed record FleetUtilization(
    string FleetId, string? Location, int ActiveServerProcessCount, int IdleServerProcessCount, int ActiveGameSessionCount,
    int CurrentPlayerSessionCount, int MaximumPlayerSessionCount);
