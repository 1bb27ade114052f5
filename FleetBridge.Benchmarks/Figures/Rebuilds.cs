using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>How soon a changed backend answers.</summary>
internal static class Rebuilds
{
    /// <summary>Changes a backend again and again, and each time sends a request at once: how long until the new build has
    /// answered one. An answer of the old build does not count; the request is sent again.</summary>
    /// <param name="bench">What figures are given.</param>
    /// <param name="bridge">The bridge that has the backend.</param>
    /// <param name="target">A request whose answer has the build's name in quotes.</param>
    /// <param name="change">Changes the backend for the nth time, and returns the new build's name.</param>
    /// <returns>The times after a change, those of a request right before each, and how many answers came of an old
    /// build.</returns>
    public static async Task<(Sample First, Sample Warm, int Old)> MeasureAsync(
        Bench bench, Served bridge, string target, Func<int, string> change)
    {
        var (first, warm, old) = (new Sample(), new Sample(), 0);
        await bridge.WaitForBothPortsAsync(bench.Cancellation);
        HttpExchange.Post(bridge.HttpPort, target);
        for (var i = 0; i < bench.Options.Count(30, 8); i++)
        {
            warm.Add(Time(() => HttpExchange.Post(bridge.HttpPort, target)));
            var name = change(i);
            first.Add(Time(() =>
            {
                while (!HttpExchange.Post(bridge.HttpPort, target).Text.Contains($"\"{name}\"", StringComparison.Ordinal))
                {
                    old++;
                }
            }));
            await WaitUntilCalmAsync(bridge, bench.Cancellation);
        }

        return (first, warm, old);
    }

    /// <summary>Adds the line for it.</summary>
    public static void Add(FigureTable table, string figure, Sample first, Sample warm, double mostMilliseconds) => table.Add(
        figure,
        first.ToText("0", "ms"),
        warm.ToText("0.0", "ms"),
        string.Create(CultureInfo.InvariantCulture, $"{first.MedianPaired(warm, (a, b) => a - b):+0} ms"),
        string.Create(CultureInfo.InvariantCulture, $"≤ {mostMilliseconds} ms"),
        first.Median <= mostMilliseconds);

    /// <summary>How long something takes.</summary>
    public static TimeSpan Time(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Waits until no backend is being loaded, so that one rebuild is not measured into the next.</summary>
    /// <returns>The sum of the generations' numbers.</returns>
    public static async Task<int> WaitUntilCalmAsync(Served bridge, CancellationToken cancellation)
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
