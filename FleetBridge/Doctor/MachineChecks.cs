using System.Runtime.InteropServices;
using FleetBridge.Hosting;
using FleetBridge.Logs;

namespace FleetBridge.Doctor;

/// <summary>The program itself, and where it writes.</summary>
internal static class MachineChecks
{
    /// <summary>Examines them.</summary>
    /// <param name="logFile">The log file that is asked for; null for the usual one.</param>
    public static IEnumerable<CheckResult> Run(string? logFile) => [ExamineProgram(), ExamineState(), ExamineLog(logFile)];

    private static CheckResult ExamineProgram() => CheckResult.Ok(
        "program",
        $"{ProgramInfo.Name} {ProgramInfo.Version} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, "
        + $"in {Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)}.");

    private static CheckResult ExamineState()
    {
        const string Name = "state folder";
        var folder = StateFolder.Locate();
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $"doctor-{Environment.ProcessId}");
            using (new FileStream(probe, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
                return CheckResult.Ok(Name, $"{folder} can be written.");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return CheckResult.Failed(
                Name, $"{folder} cannot be written: {exception.Message}", $"Mend its rights, or name another folder in {StateFolder.Variable}.");
        }
    }

    private static CheckResult ExamineLog(string? logFile)
    {
        const string Name = "log file";
        var wanted = Path.GetFullPath(logFile ?? BridgeLogOptions.DefaultFile);
        using var claim = LogFileClaim.TryMake(wanted, out var problem);
        return claim is null
            ? CheckResult.Warning(
                Name, $"{wanted} cannot be written: {problem}", "Mend its rights, or name another file with --log-file; the bridge works without.")
            : CheckResult.Ok(Name, $"{wanted} can be written.");
    }
}
