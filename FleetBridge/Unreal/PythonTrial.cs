using System.ComponentModel;
using FleetBridge.Backends.Processes;

namespace FleetBridge.Unreal;

/// <summary>What this machine's Python printed for a script of ours. The editor has its own Python.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Lines">The lines of its output.</param>
/// <param name="Error">Its error output.</param>
internal sealed record PythonTrial(int Code, string[] Lines, string Error)
{
    private const int TooOld = 9;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Windows' installer has only the second one; the first one may be a program there that opens the store.</summary>
    private static readonly string[] Names = ["python3", "python"];

    /// <summary>Runs a script.</summary>
    /// <param name="script">The script; it exits with 9 where Python is too old.</param>
    /// <param name="argument">Its argument.</param>
    /// <returns>What came of it; null without a Python that can run it.</returns>
    public static async Task<PythonTrial?> RunAsync(string script, string argument, TimeProvider clock, CancellationToken cancellation)
    {
        foreach (var python in Names.Select(ProgramPath.Find).OfType<string>())
        {
            if (await RunAsync(python, script, argument, clock, cancellation).ConfigureAwait(false) is { } trial)
            {
                return trial;
            }
        }

        return null;
    }

    private static async Task<PythonTrial?> RunAsync(
        string python, string script, string argument, TimeProvider clock, CancellationToken cancellation)
    {
        var start = ProgramPath.StartOf(python, "-I", "-B", "-c", script, argument);
        (start.RedirectStandardInput, start.StandardOutputEncoding) = (true, System.Text.Encoding.UTF8);
        try
        {
            var (code, output, error) = await LimitedProcess.RunAsync(start, Limit, clock, cancellation).ConfigureAwait(false);

            // On Windows a python3 that only opens the store fails without a Python traceback.
            var isNone = code == TooOld || (code != 0 && !error.Contains("Traceback", StringComparison.Ordinal));
            return isNone
                ? null
                : new PythonTrial(code, output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), error.Trim());
        }
        catch (Exception exception) when (exception is Win32Exception or TimeoutException or InvalidDataException)
        {
            return null;
        }
    }
}
