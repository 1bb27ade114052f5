using Amazon.GameLift;
using Amazon.GameLift.Model;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>What a fleet's state means for who deploys.</summary>
internal static class FleetStates
{
    /// <summary>Whether AWS is still working on its coming about.</summary>
    /// <param name="fleet">The fleet.</param>
    public static bool IsProvisioning(this FleetAttributes fleet) => !fleet.IsSettled() && !fleet.IsTerminating();

    /// <summary>Whether its coming about has ended, well or badly; only then may it be deleted.</summary>
    /// <param name="fleet">The fleet.</param>
    public static bool IsSettled(this FleetAttributes fleet) =>
        fleet.Status == FleetStatus.ACTIVE || fleet.Status == FleetStatus.ERROR;

    /// <summary>Whether it is being deleted, or is gone and only still listed.</summary>
    /// <param name="fleet">The fleet.</param>
    public static bool IsTerminating(this FleetAttributes fleet) =>
        fleet.Status == FleetStatus.DELETING || fleet.Status == FleetStatus.TERMINATED || fleet.Status == FleetStatus.NOT_FOUND;

    /// <summary>The fleet that counts among those of one name: an ACTIVE one, else one that is coming, else the newest.
    /// </summary>
    /// <param name="fleets">The fleets, newest first.</param>
    /// <returns>The fleet; null when there is none but such as are gone.</returns>
    public static FleetAttributes? Current(this IReadOnlyList<FleetAttributes> fleets) =>
        fleets.FirstOrDefault(fleet => fleet.Status == FleetStatus.ACTIVE)
        ?? fleets.FirstOrDefault(fleet => fleet.IsProvisioning())
        ?? fleets.FirstOrDefault(fleet => fleet.Status == FleetStatus.ERROR)
        ?? fleets.FirstOrDefault(fleet => fleet.Status == FleetStatus.DELETING);

    /// <summary>What a state means, for a sentence that begins with the fleet.</summary>
    /// <param name="status">The state; those of GameLift's FleetStatus.</param>
    public static string Meaning(FleetStatus? status) => status?.Value switch
    {
        "NEW" => "is new: GameLift has accepted it and will fetch the build",
        "DOWNLOADING" => "is fetching the build",
        "VALIDATING" => "is checking the build",
        "BUILDING" => "is being built: instances run the install script",
        "ACTIVATING" => "is activating: the server's processes are starting",
        "ACTIVE" => "is active",
        "DELETING" => "is being deleted",
        "ERROR" => "has ended in an error",
        "TERMINATED" => "is deleted",
        "NOT_FOUND" => "is gone",
        _ => $"is in the state {status?.Value}",
    };
}
