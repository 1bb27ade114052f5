using System.Collections.Concurrent;
using System.Diagnostics;

namespace FleetBridge.Benchmarks.Programs;

/// <summary>A program from its start to its end.</summary>
/// <param name="Time">How long it took.</param>
/// <param name="ProcessorTime">How long it kept processors busy, as far as the last look saw.</param>
/// <param name="PeakMebibytes">The most memory it had.</param>
/// <param name="Files">What it made in its temporary and its working folder, and perhaps removed again.</param>
internal sealed record WatchedRun(TimeSpan Time, TimeSpan ProcessorTime, double PeakMebibytes, IReadOnlyCollection<string> Files)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs it.</summary>
    /// <param name="start">The program; its working and its temporary folder are set here.</param>
    /// <param name="folder">An empty folder for both.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<WatchedRun> RunAsync(ProcessStartInfo start, string folder, CancellationToken cancellation)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError, start.RedirectStandardInput) = (true, true, true);
        start.WorkingDirectory = folder;
        foreach (var name in new[] { "TMPDIR", "TMP", "TEMP" })
        {
            start.Environment[name] = folder;
        }

        // the runtime's own pipes for debuggers would be in the temporary folder
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        var files = new ConcurrentDictionary<string, bool>();
        using var watch = new FileSystemWatcher(folder) { IncludeSubdirectories = true };
        watch.Created += (_, change) => files[Path.GetRelativePath(folder, change.FullPath)] = true;
        watch.EnableRaisingEvents = true;
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        var (peak, busy) = (0.0, TimeSpan.Zero);
        var ending = process.WaitForExitAsync(CancellationToken.None);
        try
        {
            while (!ending.IsCompleted)
            {
                (peak, busy) = Look(process) is { } seen ? seen : (peak, busy);
                await ending.WaitAsync(Pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await ending;
            }
        }

        var time = Stopwatch.GetElapsedTime(began);
        return process.ExitCode == 0
            ? new WatchedRun(time, busy, peak, [.. files.Keys])
            : throw new BenchmarkException($"{start.FileName} ended with {process.ExitCode}:\n{string.Join('\n', await output)}");
    }

    private static (double Peak, TimeSpan Busy)? Look(Process process)
    {
        try
        {
            return (ProcessMemory.Read(process, "VmHWM"), process.TotalProcessorTime);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            // it is just ending
            return null;
        }
    }
}
