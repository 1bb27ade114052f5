using System.CommandLine;
using FleetBridge.Core.Client;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;

namespace FleetBridge.Options;

/// <summary>The options that name a backend and the folders to look for it.</summary>
internal static class BackendOptions
{
    public static Option<string> Backend() => new("--backend")
    {
        Description = $"The backend and its version. [{EnvironmentVariables.Backend}]",
        DefaultValueFactory = _ => EnvironmentVariables.Find(EnvironmentVariables.Backend) ?? BackendAddress.Default,
    };

    public static Option<string[]> Folders() => new("--backends")
    {
        Description = "A folder with more backends (<name>/<version>/); may be repeated. "
            + $"[{EnvironmentVariables.Backends}: folders, separated by '{Path.PathSeparator}']",
        DefaultValueFactory = _ => EnvironmentVariables.Find(EnvironmentVariables.Backends)?
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [],
    };

    /// <summary>The absolute paths of the folders that a command line names, and after them the one beside the program.</summary>
    /// <param name="named">The value of <see cref="Folders"/>.</param>
    /// <exception cref="UserException">One is a whole disk, whose every folder would be looked at as a backend.</exception>
    public static IReadOnlyList<string> RootsWith(string[]? named)
    {
        var folders = (named ?? []).Where(folder => folder.Length > 0)
            .Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))).ToList();
        return folders.FirstOrDefault(folder => folder == Path.GetPathRoot(folder)) is { } disk
            ? throw new UserException(ExitCode.Usage, $"--backends {disk}: name the folder that holds <name>/<version>/, not a whole disk.")
            : [.. folders, BackendFolder.BesideProgram];
    }
}
