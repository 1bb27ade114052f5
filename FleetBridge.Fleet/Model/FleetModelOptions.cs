namespace FleetBridge.Fleet.Model;

/// <summary>What the model has to know of the host.</summary>
internal sealed record FleetModelOptions
{
    /// <summary>For ARNs, where a request does not name a region.</summary>
    public string RegionName { get; init; } = "us-west-2";

    public string Account { get; init; } = "000000000000";

    /// <summary>A server whose token this host did not issue is refused.</summary>
    public bool Strict { get; init; }

    /// <summary>How long a game session may be ACTIVATING, unless its fleet's runtime configuration says.</summary>
    public TimeSpan ActivationTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether the events of placements are posted to an address of the user's.</summary>
    public bool PostsEvents { get; init; }

    /// <summary>The address of the compute <c>local</c>.</summary>
    public string LocalIpAddress { get; init; } = "127.0.0.1";
}
