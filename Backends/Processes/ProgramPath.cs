using System.Diagnostics;
using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Processes;

/// <summary>
/// The one way to find programs of this machine: as absolute files in the absolute folders of the PATH. What lies in the current
/// folder, or in a folder that the PATH names relative to it, was never chosen by the user: the folder may be somebody else's.
/// </summary>
internal static class ProgramPath
{
    private const string Variable = "PATH";

    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>A folder that is not the user's: the working folder of the programs that we start.</summary>
    public static string WorkingFolder => AppContext.BaseDirectory;

    /// <summary>The absolute folders of the PATH, in its order.</summary>
    public static IEnumerable<string> Folders => (Environment.GetEnvironmentVariable(Variable) ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => folder.Trim('"'))
        .Where(Path.IsPathFullyQualified);

    /// <summary>Finds a program.</summary>
    /// <param name="name">Its name, without folder and extension.</param>
    /// <returns>Its absolute path; null when there is none.</returns>
    public static string? Find(string name)
    {
        var file = OperatingSystem.IsWindows() ? $"{name}.exe" : name;
        return Folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(IsProgram);
    }

    /// <summary>How a program is started: in a folder of ours, with a PATH that does not lead into the current folder.</summary>
    /// <param name="program">Its absolute path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The start, without redirected streams.</returns>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    public static ProcessStartInfo StartOf(string program, params IEnumerable<string> arguments)
    {
        if (!Path.IsPathFullyQualified(program))
        {
            throw new ArgumentException($"The program {program} has no absolute path.", nameof(program));
        }

        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = WorkingFolder };
        start.Environment[Variable] = string.Join(Path.PathSeparator, Folders);

        // Windows' shell, and what asks the system, looks into the current folder first without it
        start.Environment["NoDefaultCurrentDirectoryInExePath"] = "1";
        return start;
    }

    private static bool IsProgram(string path) => FileStatus.Of(path) is { Kind: FileKind.File } status
        && (OperatingSystem.IsWindows() || (status.Mode & Executable) != 0);
}
