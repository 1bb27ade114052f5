using System.Diagnostics;
using System.Globalization;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// The first <c>/metadata</c> of the AWS backend with 60 more backends installed, beside the same without them: a request's own
/// backend is loaded first, and none costs a thread.
/// </summary>
internal static class ManyBackendsFigure
{
    private const int More = 60;
    private const double MostRatio = 1.15;

    private static readonly TimeSpan LoadLimit = TimeSpan.FromSeconds(60);

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var backends = bench.Place.NewFolder("backends");
        for (var i = 1; i <= More; i++)
        {
            Published.Install(bench.Published.Hello, Path.Combine(backends, $"hello{i}", "1"));
        }

        var (many, none) = (new Starts(), new Starts());
        for (var i = 0; i <= bench.Options.Count(25, 7); i++)
        {
            // the first one of each reads the program from the disk
            await none.AddAsync(() => bench.StartBridge(), isCounted: i > 0, bench.Cancellation);
            await many.AddAsync(() => bench.StartBridge(backends), isCounted: i > 0, bench.Cancellation);
        }

        var added = $"with {More} more backends installed (the floor: without them)";
        table.AddRatio($"start until the first `/metadata` is read, {added}", many.First, none.First, "0.0", MostRatio);
        table.AddRatio("start until both ports accept, likewise", many.Ports, none.Ports, "0.0");
        table.Add(
            "threads when all of them are loaded, likewise",
            many.Threads.Median.ToString("0", CultureInfo.InvariantCulture),
            none.Threads.Median.ToString("0", CultureInfo.InvariantCulture));
    }

    private sealed class Starts
    {
        public Sample Ports { get; } = new();

        public Sample First { get; } = new();

        public Sample Threads { get; } = new();

        public async Task AddAsync(Func<Served> start, bool isCounted, CancellationToken cancellation)
        {
            await using var served = start();
            var ports = await served.WaitForBothPortsAsync(cancellation);
            HttpExchange.Post(served.HttpPort, HttpExchange.MetadataTarget);
            var first = Stopwatch.GetElapsedTime(served.Started);
            if (isCounted)
            {
                Ports.Add(ports);
                First.Add(first);
                await WaitUntilLoadedAsync(served, cancellation);
                Threads.Add(served.CountThreads());
            }
        }

        private static async Task WaitUntilLoadedAsync(Served served, CancellationToken cancellation)
        {
            var started = Stopwatch.GetTimestamp();
            while (!HttpExchange.Get(served.HttpPort, "/healthz").Text.Contains("\"ready\":true", StringComparison.Ordinal))
            {
                if (Stopwatch.GetElapsedTime(started) > LoadLimit)
                {
                    throw new BenchmarkException($"The backends were not loaded within {LoadLimit.TotalSeconds} s.");
                }

                await Task.Delay(50, cancellation);
            }
        }
    }
}
