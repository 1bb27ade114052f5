using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Aws.Packages;

/// <summary>
/// Whether Linux may start a file. The upload takes over the permissions that files have here; from Windows, which has none, programs
/// and scripts are uploaded as executable.
/// </summary>
internal static class ExecutableBit
{
    /// <summary>What is missing, and what to do, behind the file's name; null when nothing is.</summary>
    public static string? FindProblem(string path) =>
        OperatingSystem.IsWindows() || FileStatus.Of(path) is not { } status || status.Mode.HasFlag(UnixFileMode.UserExecute)
            ? null
            : $"has no executable bit, so that Linux cannot start it; archives and build artifacts often lose it. Set it: chmod +x \"{path}\"";
}
