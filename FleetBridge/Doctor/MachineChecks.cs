using System.Runtime.InteropServices;
using FleetBridge.Backends.Files;
using FleetBridge.Core.Logs;
using FleetBridge.Core.State;
using FleetBridge.Core.Text;

namespace FleetBridge.Doctor;

/// <summary>Checks the program itself, and the places that it writes to.</summary>
internal static class MachineChecks
{
    /// <summary>Runs the checks.</summary>
    /// <param name="logFile">The value of --log-file; null for the file in the state folder.</param>
    public static IEnumerable<ReportedCheck> Run(string? logFile) => [CheckProgram(), CheckStateFolder(), CheckLogFile(logFile)];

    private static ReportedCheck CheckProgram() => ReportedCheck.Ok(
        "program",
        $"{ProgramInfo.Name} {ProgramInfo.Version} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, "
        + $"in {Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)}. {DescribeRuntime()}");

    /// <summary>Whose .NET it runs on, and which archive suits machines that have none.</summary>
    private static string DescribeRuntime()
    {
        var runtime = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        return runtime == Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)
            ? "It brings its own .NET."
            : $"It uses this machine's .NET in {runtime}; for a machine without .NET take the archive with 'self-contained' in its name.";
    }

    private static ReportedCheck CheckStateFolder()
    {
        const string Name = "state folder";
        var folder = StateFolder.Locate();
        try
        {
            OwnFolder.Create(folder);
            var probe = Path.Combine(folder, $".doctor-{Path.GetRandomFileName()}");
            using (new FileStream(probe, OwnFolder.Options(FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose)))
            {
                return FileStatus.Of(folder) is { } status && (status.Mode & FileStatus.WritableByOthers) != 0
                    ? ReportedCheck.Warning(
                        Name,
                        $"{folder} can be changed by other users, who could replace what is loaded from it.",
                        $"Take that away with chmod go-w, or choose another folder with {StateFolder.Variable}.")
                    : ReportedCheck.Ok(Name, $"{folder} can be written.");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ReportedCheck.Failed(
                Name, $"{folder} cannot be written: {FileProblem.Describe(exception)}.", $"Fix its permissions, or choose another folder with {StateFolder.Variable}.");
        }
    }

    private static ReportedCheck CheckLogFile(string? logFile)
    {
        const string Name = "log file";
        var file = Path.GetFullPath(logFile ?? BridgeLogOptions.DefaultFile);
        using var claim = LogFileClaim.TryMake(file, out var problem);
        return claim is { Evaded: { } others }
            ? ReportedCheck.Warning(
                Name, $"{others} is not a log file of FleetBridge, so the log is written to {claim.Path}.", "Choose another file with --log-file.")
            : claim is null
            ? ReportedCheck.Warning(
                Name, $"{file} cannot be written: {problem}.", "Fix its permissions, or choose another file with --log-file. The bridge works without a log file.")
            : ReportedCheck.Ok(Name, $"{file} can be written.");
    }
}
