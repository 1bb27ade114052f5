using System.Diagnostics;
using System.Globalization;

namespace FleetBridge.Benchmarks.Programs;

/// <summary>The machine's Python, which the editor's module runs in, and the bridge in Python beside which ours is
/// measured.</summary>
internal static class Python
{
    /// <summary>What to do where there is none.</summary>
    public const string HowToGet = "There is no python3 here (with boto3, for the second of these figures; Debian: apt-get install python3-boto3).";

    private static readonly string[] Candidates = OperatingSystem.IsWindows() ? ["python3", "python"] : ["/usr/bin/python3", "python3"];

    /// <summary>Finds an interpreter.</summary>
    /// <param name="imports">A package that it has to have.</param>
    /// <returns>Its own path, and not that of a script that calls it, whose time would be counted; null when there is
    /// none.</returns>
    public static async Task<string?> FindAsync(string imports, CancellationToken cancellation)
    {
        foreach (var candidate in Candidates)
        {
            try
            {
                return (await RunAsync(candidate, ["-c", $"import {imports}, sys; print(sys.executable)"], null, cancellation)).Trim();
            }
            catch (Exception exception) when (exception is BenchmarkException or System.ComponentModel.Win32Exception)
            {
                continue;
            }
        }

        return null;
    }

    /// <summary>Times a call of <c>start_servers</c> in a new interpreter.</summary>
    /// <returns>Milliseconds of the import, and of the call.</returns>
    public static async Task<(double Import, double Call)> TimeCallAsync(
        string python,
        string how,
        string folder,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken cancellation)
    {
        var (http, webSocket) = Served.FreePorts();
        var output = await RunAsync(
            python, [Published.InBenchmarks("PythonPeer", "call.py"), how, folder, $"{http}", $"{webSocket}"], environment, cancellation);
        var times = output.Trim().Split('\n')[^1].Split(' ')
            .Select(time => double.Parse(time, CultureInfo.InvariantCulture)).ToArray();
        return (times[0], times[1]);
    }

    /// <summary>Starts a program that stays.</summary>
    /// <param name="python">The interpreter.</param>
    /// <param name="arguments">The program and its arguments.</param>
    /// <param name="ready">The line by which it says that it is ready.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<Process> StartAsync(string python, IEnumerable<string> arguments, string ready, CancellationToken cancellation)
    {
        var process = Process.Start(new ProcessStartInfo(python, ["-B", .. arguments]) { RedirectStandardOutput = true })!;
        return await process.StandardOutput.ReadLineAsync(cancellation) == ready
            ? process
            : throw new BenchmarkException($"{string.Join(' ', arguments.Take(1))} did not say that it is ready.");
    }

    private static async Task<string> RunAsync(
        string python, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = await process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0 ? await output : throw new BenchmarkException($"{python}: {error}");
    }
}
