using System.Diagnostics;
using System.Globalization;
using FleetBridge.Benchmarks.Programs;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>What many changes of a backend leave in memory.</summary>
internal static class Reloads
{
    private const int Early = 10;

    private static readonly TimeSpan GoneLimit = TimeSpan.FromSeconds(40);

    /// <summary>Changes the one backend of a new bridge 100 times, and uses it each time.</summary>
    /// <param name="bench">What figures are given.</param>
    /// <param name="table">Where the lines go.</param>
    /// <param name="changes">What that is called, in the plural, and what is used.</param>
    /// <param name="mostMore">How many MiB the last memory may be above the early one.</param>
    /// <param name="change">Changes the backend in a folder of backends for the nth time; 0 installs it.</param>
    /// <param name="use">Uses the change just made; throws when that fails.</param>
    /// <param name="whenIdle">Whether the memory is read when the runtime has also compiled once more what was called often:
    /// a compiler is so much code that this takes longer than ten changes. What was read before that is told too.</param>
    public static async Task MeasureAsync(
        Bench bench,
        FigureTable table,
        string changes,
        double mostMore,
        Action<string, int> change,
        Action<Served, int> use,
        bool whenIdle = false)
    {
        var last = bench.Options.Count(100, 40);
        var (early, late, left) = (new Sample(), new Sample(), 0);
        var (earlyAtOnce, lateAtOnce) = (new Sample(), new Sample());
        for (var round = 0; round < bench.Options.Count(2, 1); round++)
        {
            var backends = bench.Place.NewFolder("backends");
            change(backends, 0);
            await using var bridge = bench.StartBridge(backends);
            await bridge.WaitForBothPortsAsync(bench.Cancellation);
            use(bridge, 0);
            var installed = bridge.CountGenerations();
            for (var i = 1; i <= last; i++)
            {
                change(backends, i);
                use(bridge, i);
                if (i is Early)
                {
                    await WaitUntilGoneAsync(bridge, installed, bench.Cancellation);
                    await ReadAsync(bridge, earlyAtOnce, early);
                }
            }

            left += await WaitUntilGoneAsync(bridge, installed, bench.Cancellation);
            await ReadAsync(bridge, lateAtOnce, late);
        }

        table.AddAtMostMore($"memory after {last} {changes} (the floor: after {Early})", late, early, mostMore);
        if (whenIdle)
        {
            table.AddAtMostMore("the same, read before the runtime is idle", lateAtOnce, earlyAtOnce, most: null);
        }

        table.Add("old generations that stayed in memory", string.Create(CultureInfo.InvariantCulture, $"{left} of {last * late.Values.Count}"));

        async Task ReadAsync(Served bridge, Sample atOnce, Sample then)
        {
            atOnce.Add(bridge.ReadMemory("VmRSS"));
            if (whenIdle)
            {
                await bridge.WaitUntilIdleAsync(bench.Cancellation);
            }

            then.Add(bridge.ReadMemory("VmRSS"));
        }
    }

    /// <summary>Waits until the copies of old generations are deleted, which happens when they are out of memory.</summary>
    /// <returns>How many are still there when the wait ends.</returns>
    private static async Task<int> WaitUntilGoneAsync(Served bridge, int installed, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (bridge.CountGenerations() > installed && Stopwatch.GetElapsedTime(started) < GoneLimit)
        {
            await Task.Delay(100, cancellation);
        }

        return bridge.CountGenerations() - installed;
    }
}
