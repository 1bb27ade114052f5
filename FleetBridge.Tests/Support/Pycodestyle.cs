using System.ComponentModel;
using System.Diagnostics;

namespace FleetBridge.Tests.Support;

/// <summary>This machine's pycodestyle, as a command: Debian's python3 has it, and need not be the one that is first on the PATH.
/// </summary>
internal static class Pycodestyle
{
    private static readonly Lazy<string[]?> Found = new(() => Candidates.FirstOrDefault(Runs));

    /// <summary>The command; null where there is none.</summary>
    public static string[]? Command => Found.Value;

    private static IEnumerable<string[]> Candidates =>
        Python.IsInstalled ? [["pycodestyle"], [Python.Program, "-m", "pycodestyle"]] : [["pycodestyle"]];

    /// <summary>Checks files.</summary>
    /// <returns>What it objects to; empty when all is well.</returns>
    public static string Check(IEnumerable<string> files)
    {
        var (code, output) = Run([.. Command!, .. files]);
        return code == 0 ? "" : $"exit code {code}\n{output}";
    }

    private static bool Runs(string[] command)
    {
        try
        {
            return Run([.. command, "--version"]).Code == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static (int Code, string Output) Run(string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
