using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// A backend's folder is overwritten with another build, and at once a request is sent: how long until the new build has
/// answered one. An answer of the old build does not count; the request is sent again.
/// </summary>
internal static class RebuildFigure
{
    private const double MostMilliseconds = 250;
    private const string Target = "/probe/1/deployment/thing/check";

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var (first, warm, old) = (new Sample(), new Sample(), 0);
        var backends = bench.Place.NewFolder("backends");
        var folder = Path.Combine(backends, "probe", "1");
        Published.Install(bench.Published.Probes[1].Folder, folder);
        await using var bridge = bench.StartBridge(backends);
        await bridge.WaitForBothPortsAsync(bench.Cancellation);
        HttpExchange.Post(bridge.HttpPort, Target);
        for (var i = 0; i < bench.Options.Count(30, 8); i++)
        {
            warm.Add(Time(() => HttpExchange.Post(bridge.HttpPort, Target)));
            var (name, build) = bench.Published.Probes[i % 2];
            Published.Install(build, folder);
            first.Add(Time(() =>
            {
                while (!HttpExchange.Post(bridge.HttpPort, Target).Text.Contains($"\"{name}\"", StringComparison.Ordinal))
                {
                    old++;
                }
            }));
            await WaitUntilCalmAsync(bridge, bench.Cancellation);
        }

        table.Add(
            "the first request after a rebuild (the floor: one without a rebuild)",
            first.ToText("0", "ms"),
            warm.ToText("0.0", "ms"),
            string.Create(CultureInfo.InvariantCulture, $"{first.MedianPaired(warm, (a, b) => a - b):+0} ms"),
            string.Create(CultureInfo.InvariantCulture, $"≤ {MostMilliseconds} ms"),
            first.Median <= MostMilliseconds);
        table.Add("answers of the old build after a rebuild", string.Create(CultureInfo.InvariantCulture, $"{old} of {first.Values.Count}"));
        await MeasureAwsAsync(bench, table);
    }

    /// <summary>The same with the program's own backend, which has the AWS SDK beside it to be copied.</summary>
    private static async Task MeasureAwsAsync(Bench bench, FigureTable table)
    {
        var first = new Sample();
        var backends = bench.Place.NewFolder("backends");
        var folder = Path.Combine(backends, "aws", "1");
        var build = Path.Combine(Path.GetDirectoryName(bench.Published.Bridge)!, "backends", "aws", "1");
        Published.Install(build, folder);
        await using var bridge = bench.StartBridge(backends);
        await bridge.WaitForBothPortsAsync(bench.Cancellation);
        HttpExchange.Post(bridge.HttpPort, HttpExchange.MetadataTarget);
        for (var i = 0; i < bench.Options.Count(10, 3); i++)
        {
            var before = await WaitUntilCalmAsync(bridge, bench.Cancellation);
            Published.Install(build, folder);
            first.Add(Time(() => HttpExchange.Post(bridge.HttpPort, HttpExchange.MetadataTarget)));
            if (await WaitUntilCalmAsync(bridge, bench.Cancellation) == before)
            {
                throw new BenchmarkException("The rebuilt AWS backend was not loaded.");
            }
        }

        table.Add("the same with the AWS backend and its SDK", first.ToText("0", "ms"));
    }

    private static TimeSpan Time(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Waits until no backend is being loaded, so that one rebuild is not measured into the next.</summary>
    /// <returns>The sum of the generations' numbers.</returns>
    private static async Task<int> WaitUntilCalmAsync(Served bridge, CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(100, cancellation);
            using var health = JsonDocument.Parse(HttpExchange.Get(bridge.HttpPort, "/healthz").Body);
            var backends = health.RootElement.GetProperty("backends").EnumerateArray().ToArray();
            if (backends.All(backend => backend.GetProperty("state").GetString() is "Serving"))
            {
                return backends.Sum(backend => backend.GetProperty("generation").GetInt32());
            }
        }
    }
}
