namespace FleetBridge.Fleet.Containers;

/// <summary>The labels of what a worker makes in the engine: the truth after a restart of the worker.</summary>
internal static class ContainerLabels
{
    /// <summary>The worker's data folder.</summary>
    public const string Worker = "fleetbridge.worker";

    /// <summary>The server's id.</summary>
    public const string Server = "fleetbridge.server";

    /// <summary>The run's id.</summary>
    public const string Run = "fleetbridge.run";

    /// <summary>The filter of a list or of events.</summary>
    public static Dictionary<string, IDictionary<string, bool>> Filter(params string[] labels) =>
        new() { ["label"] = labels.ToDictionary(label => label, _ => true) };
}
