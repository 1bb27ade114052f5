namespace FleetBridge.Fleet.Model;

/// <summary>GameLift's RoutingStrategyType, in its spelling.</summary>
internal enum RoutingStrategyType { SIMPLE, TERMINAL }

/// <summary>Where an alias leads: to a fleet, or to a message.</summary>
internal sealed record RoutingStrategy(RoutingStrategyType Type, string? FleetId, string? Message);

/// <summary>A name for a fleet that can be changed.</summary>
internal sealed record Alias : IRecord
{
    public required string AliasId { get; init; }

    public required string AliasArn { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required RoutingStrategy RoutingStrategy { get; init; }

    public required DateTimeOffset CreationTime { get; init; }

    public required DateTimeOffset LastUpdatedTime { get; init; }

    public long Number { get; init; }

    string IRecord.Key => AliasId;
}

/// <summary>What CreateAlias was asked for.</summary>
internal sealed record NewAlias
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public required RoutingStrategy RoutingStrategy { get; init; }

    public IReadOnlyList<Tag> Tags { get; init; } = [];

    public string? Region { get; init; }
}

/// <summary>What UpdateAlias was asked for; null members stay as they are.</summary>
internal sealed record AliasUpdate
{
    public required string AliasId { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public RoutingStrategy? RoutingStrategy { get; init; }
}
