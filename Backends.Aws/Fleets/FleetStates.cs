using Amazon.GameLift;
using Amazon.GameLift.Model;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>What a fleet's status means for a deployment.</summary>
internal static class FleetStates
{
    /// <summary>Whether GameLift is still creating it.</summary>
    public static bool IsProvisioning(this FleetAttributes fleet) => !fleet.IsInFinalState() && !fleet.IsTerminating();

    /// <summary>Whether its creation has succeeded or failed; only then can it be deleted.</summary>
    public static bool IsInFinalState(this FleetAttributes fleet) =>
        fleet.Status == FleetStatus.ACTIVE || fleet.Status == FleetStatus.ERROR;

    /// <summary>Whether it is being deleted, or is deleted and still listed.</summary>
    public static bool IsTerminating(this FleetAttributes fleet) =>
        fleet.Status == FleetStatus.DELETING || fleet.Status == FleetStatus.TERMINATED || fleet.Status == FleetStatus.NOT_FOUND;

    /// <summary>The one in use of the fleets of a name: an ACTIVE one, else one that is being created, else the newest.</summary>
    /// <param name="fleets">The fleets, newest first.</param>
    /// <returns>The fleet; null when all of them are deleted.</returns>
    public static FleetAttributes? Current(this IReadOnlyList<FleetAttributes> fleets) =>
        fleets.FirstOrDefault(fleet => fleet.Status == FleetStatus.ACTIVE)
        ?? fleets.FirstOrDefault(fleet => fleet.IsProvisioning())
        ?? fleets.FirstOrDefault(fleet => fleet.Status == FleetStatus.ERROR)
        ?? fleets.FirstOrDefault(fleet => fleet.Status == FleetStatus.DELETING);

    /// <summary>What a status means, for a sentence that begins with the fleet.</summary>
    /// <param name="status">One of GameLift's FleetStatus.</param>
    public static string Meaning(FleetStatus? status) => status?.Value switch
    {
        "NEW" => "is new: GameLift has accepted it and will download the build",
        "DOWNLOADING" => "is downloading the build",
        "VALIDATING" => "is validating the build",
        "BUILDING" => "is being built: instances run the install script",
        "ACTIVATING" => "is activating: its server processes are starting",
        "ACTIVE" => "is active",
        "DELETING" => "is being deleted",
        "ERROR" => "has failed",
        "TERMINATED" => "is deleted",
        "NOT_FOUND" => "no longer exists",
        _ => $"has the status {status?.Value}",
    };
}
