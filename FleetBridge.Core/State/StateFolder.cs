namespace FleetBridge.Core.State;

/// <summary>
/// The folder of this user for what outlives a run (log files) and for what must not be in the backends' own
/// folders (copies of loaded builds).
/// </summary>
internal static class StateFolder
{
    /// <summary>Names another folder; used by tests and by users whose home is read-only.</summary>
    public const string Variable = "FLEETBRIDGE_STATE";

    /// <summary>
    /// <c>$FLEETBRIDGE_STATE</c>, else <c>%LOCALAPPDATA%\FleetBridge</c>, <c>~/Library/Application Support/FleetBridge</c>
    /// or <c>$XDG_STATE_HOME/fleetbridge</c> (by default <c>~/.local/state/fleetbridge</c>), whichever the system has.
    /// </summary>
    /// <returns>The absolute path; the folder may not exist yet.</returns>
    public static string Locate()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return Path.GetFullPath(named);
        }

        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
        {
            return Path.Combine(
                Environment.GetFolderPath(
                    Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
                "FleetBridge");
        }

        var stateHome = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (!Path.IsPathFullyQualified(stateHome ?? ""))
        {
            var home = Environment.GetFolderPath(
                Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
            stateHome = Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), ".local", "state");
        }

        return Path.Combine(stateHome!, "fleetbridge");
    }
}
