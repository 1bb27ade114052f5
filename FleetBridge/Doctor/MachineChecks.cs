using System.Runtime.InteropServices;
using FleetBridge.Core.Logs;
using FleetBridge.Core.State;
using FleetBridge.Core.Text;

namespace FleetBridge.Doctor;

/// <summary>The program itself, and where it writes.</summary>
internal static class MachineChecks
{
    /// <summary>Examines them.</summary>
    /// <param name="logFile">The log file that is asked for; null for the usual one.</param>
    public static IEnumerable<ReportedCheck> Run(string? logFile) => [ExamineProgram(), ExamineState(), ExamineLog(logFile)];

    private static ReportedCheck ExamineProgram() => ReportedCheck.Ok(
        "program",
        $"{ProgramInfo.Name} {ProgramInfo.Version} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, "
        + $"in {Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)}.");

    private static ReportedCheck ExamineState()
    {
        const string Name = "state folder";
        var folder = StateFolder.Locate();
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $"doctor-{Environment.ProcessId}");
            using (new FileStream(probe, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
                return ReportedCheck.Ok(Name, $"{folder} can be written.");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ReportedCheck.Failed(
                Name, $"{folder} cannot be written: {exception.Message}", $"Mend its rights, or name another folder in {StateFolder.Variable}.");
        }
    }

    private static ReportedCheck ExamineLog(string? logFile)
    {
        const string Name = "log file";
        var wanted = Path.GetFullPath(logFile ?? BridgeLogOptions.DefaultFile);
        using var claim = LogFileClaim.TryMake(wanted, out var problem);
        return claim is null
            ? ReportedCheck.Warning(
                Name, $"{wanted} cannot be written: {problem}", "Mend its rights, or name another file with --log-file; the bridge works without.")
            : ReportedCheck.Ok(Name, $"{wanted} can be written.");
    }
}
