using System.Globalization;
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
        var backends = bench.Place.NewFolder("backends");
        var folder = Path.Combine(backends, "probe", "1");
        Published.Install(bench.Published.Probes[1].Folder, folder);
        await using var bridge = bench.StartBridge(backends);
        var (first, warm, old) = await Rebuilds.MeasureAsync(
            bench,
            bridge,
            Target,
            i =>
            {
                var (name, build) = bench.Published.Probes[i % 2];
                Published.Install(build, folder);
                return name;
            });
        Rebuilds.Add(table, "the first request after a rebuild (the floor: one without a rebuild)", first, warm, MostMilliseconds);
        table.Add("responses of the old build after a rebuild", string.Create(CultureInfo.InvariantCulture, $"{old} of {first.Values.Count}"));
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
            var before = await Rebuilds.WaitUntilCalmAsync(bridge, bench.Cancellation);
            Published.Install(build, folder);
            first.Add(Rebuilds.Time(() => HttpExchange.Post(bridge.HttpPort, HttpExchange.MetadataTarget)));
            if (await Rebuilds.WaitUntilCalmAsync(bridge, bench.Cancellation) == before)
            {
                throw new BenchmarkException("The rebuilt AWS backend was not loaded.");
            }
        }

        table.Add("the same with the AWS backend and its SDK", first.ToText("0", "ms"));
    }
}
