using System.Diagnostics;

namespace FleetBridge.Tests.Support;

/// <summary>Runs the program from a shell: with another umask, another current folder, other outputs.</summary>
internal static class Shell
{
    /// <summary>Runs a line in which <c>$A</c> is the program.</summary>
    /// <param name="state">The program's state folder.</param>
    /// <param name="line">The line.</param>
    /// <param name="folder">The current folder; null for the test's own.</param>
    /// <param name="environment">More variables.</param>
    public static async Task<FleetBridgeResult> RunAsync(
        string state, string line, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-c", line])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        FleetBridgeProcess.Prepare(start.Environment, state);
        start.Environment["A"] = FleetBridgeProcess.Program;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Eventually.Limit);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return new FleetBridgeResult(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
