namespace FleetBridge.Fleet.Link;

/// <summary>What happens to a message for which there is no room.</summary>
internal enum LinkClass
{
    /// <summary>Its sender waits: commands, outcomes, states.</summary>
    Control,

    /// <summary>The oldest telemetry makes room, is counted, and the other side is told how many are missing: health, samples.</summary>
    Telemetry,
}
