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
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || (!OperatingSystem.IsWindows() && WindowsDrive().IsMatch(path)))
        {
            return path;
        }

        return projectRoot is { Length: > 0 } && !projectRoot.Contains('\0', StringComparison.Ordinal)
            ? Path.GetFullPath(path, Path.GetFullPath(projectRoot))
            : Path.GetFullPath(path);
    }

    /// <summary>A path of a Windows project: absolute on Windows, although other systems take it for relative.</summary>
    [GeneratedRegex(@"^[A-Za-z]:[/\\]")]
    private static partial Regex WindowsDrive();
}
