using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace FleetBridge.Backends.Processes;

/// <summary>What a program has printed until it ended.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record ProcessOutput(int Code, string Output, string Error);

/// <summary>
/// Runs programs whose output is wanted, within bounds: one that does not end in time, or prints without end, is killed with all that
/// it has started.
/// </summary>
internal static class LimitedProcess
{
    private const int MostOutput = 1024 * 1024;

    /// <summary>Runs a program.</summary>
    /// <param name="start">How to start it; its output is redirected here.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="clock">The clock of the wait.</param>
    /// <param name="cancellation">Ends it earlier.</param>
    /// <returns>What it has printed.</returns>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    /// <exception cref="InvalidDataException">It printed more than a mebibyte.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<ProcessOutput> RunAsync(
        ProcessStartInfo start, TimeSpan limit, TimeProvider clock, CancellationToken cancellation)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError, start.CreateNoWindow) = (true, true, true);
        using var process = Process.Start(start)!;
        using var late = new CancellationTokenSource(limit, clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            if (start.RedirectStandardInput)
            {
                process.StandardInput.Close();
            }

            var output = ReadAsync(process.StandardOutput, ending);
            var error = ReadAsync(process.StandardError, ending);
            var all = Task.WhenAll(output, error, process.WaitForExitAsync(ending.Token));
            await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (all.Exception?.InnerExceptions.OfType<InvalidDataException>().FirstOrDefault() is { } tooMuch)
            {
                throw tooMuch;
            }

            await all.ConfigureAwait(false);
            return new ProcessOutput(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"It did not end within {limit.TotalSeconds:0} s and was stopped.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, CancellationTokenSource ending)
    {
        var text = new StringBuilder();
        var part = new char[4096];
        for (int read; (read = await reader.ReadAsync(part, ending.Token).ConfigureAwait(false)) > 0;)
        {
            if (text.Length + read > MostOutput)
            {
                // the other stream is not waited for
                var tooMuch = new InvalidDataException($"It printed more than {MostOutput / 1024} KiB and was stopped.");
                await ending.CancelAsync().ConfigureAwait(false);
                throw tooMuch;
            }

            text.Append(part, 0, read);
        }

        return text.ToString();
    }
}
