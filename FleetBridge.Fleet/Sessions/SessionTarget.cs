namespace FleetBridge.Fleet.Sessions;

/// <summary>Which fleet the plain session routes use.</summary>
internal sealed record SessionTarget
{
    /// <summary>The AWS profile; null for the environment's credentials, or for this host.</summary>
    public string? ProfileName { get; init; }

    /// <summary>The AWS region; null for the profile's, or for this host.</summary>
    public string? RegionName { get; init; }

    /// <summary>The fleet; null where there is an alias.</summary>
    public string? FleetId { get; init; }

    /// <summary>The alias; null where there is a fleet.</summary>
    public string? AliasId { get; init; }

    /// <summary>The location of the sessions; null for a fleet with only one.</summary>
    public string? Location { get; init; }

    /// <summary>Whether it is GameLift on AWS rather than this host.</summary>
    public bool IsOnAws => ProfileName is not null || RegionName is not null;
}
