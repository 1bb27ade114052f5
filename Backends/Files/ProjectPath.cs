using System.Text.RegularExpressions;

namespace FleetBridge.Backends.Files;

/// <summary>A path of a user's settings: a relative one counts from the project's folder, wherever the bridge was started.</summary>
internal static partial class ProjectPath
{
    /// <summary>Makes a path absolute.</summary>
    /// <param name="path">The path.</param>
    /// <param name="projectRoot">The project's folder; null where none is known: the current folder counts then.</param>
    /// <returns>The absolute path; the path as it is, if it can be none of this system's.</returns>
    public static string Resolve(string path, string? projectRoot)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || IsForeign(path))
        {
            return path;
        }

        return projectRoot switch
        {
            null or "" => Path.GetFullPath(path),
            _ when projectRoot.Contains('\0', StringComparison.Ordinal) => Path.GetFullPath(path),
            _ when IsForeign(projectRoot) && !Path.IsPathRooted(path) => Path.Combine(projectRoot, path),
            _ => Path.GetFullPath(path, Path.GetFullPath(projectRoot)),
        };
    }

    /// <summary>Whether it is a whole path of Windows, on a drive or of a share: other systems take it for a relative one.</summary>
    public static bool IsWindows(string path) => WindowsRoot().IsMatch(path);

    private static bool IsForeign(string path) => !OperatingSystem.IsWindows() && IsWindows(path);

    [GeneratedRegex(@"^(?:[A-Za-z]:[/\\]|\\\\)")]
    private static partial Regex WindowsRoot();
}
