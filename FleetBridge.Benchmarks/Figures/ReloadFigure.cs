using System.Diagnostics;
using System.Globalization;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// The bridge's memory after 100 builds of a backend, each of which has called S3 through the AWS SDK, against its memory
/// after 10.
/// </summary>
internal static class ReloadFigure
{
    private const int Early = 10;
    private const double MostMore = 10;
    private const string Target = "/awsload/1/deployment/buckets/check?endpoint=";

    private static readonly TimeSpan GoneLimit = TimeSpan.FromSeconds(40);

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var last = bench.Options.Count(100, 40);
        var (early, late, left) = (new Sample(), new Sample(), 0);
        using var s3 = new S3StandIn();
        for (var round = 0; round < bench.Options.Count(2, 1); round++)
        {
            var backends = bench.Place.NewFolder("backends");
            var folder = Path.Combine(backends, "awsload", "1");
            Published.Install(bench.Published.AwsLoad, folder);
            await using var bridge = bench.StartBridge(backends);
            await bridge.WaitForBothPortsAsync(bench.Cancellation);
            Call(bridge, s3);
            var installed = bridge.CountGenerations();
            for (var reload = 1; reload <= last; reload++)
            {
                Published.Install(bench.Published.AwsLoad, folder);
                Call(bridge, s3);
                if (reload is Early)
                {
                    await WaitUntilGoneAsync(bridge, installed, bench.Cancellation);
                    early.Add(bridge.ReadMemory("VmRSS"));
                }
            }

            left += await WaitUntilGoneAsync(bridge, installed, bench.Cancellation);
            late.Add(bridge.ReadMemory("VmRSS"));
        }

        var more = late.MedianPaired(early, (a, b) => a - b);
        table.Add(
            $"memory after {last} reloads with the AWS SDK in use (the floor: after {Early})",
            late.ToText("0.0", "MiB"),
            early.ToText("0.0", "MiB"),
            string.Create(CultureInfo.InvariantCulture, $"{more:+0.0;-0.0} MiB"),
            string.Create(CultureInfo.InvariantCulture, $"≤ +{MostMore} MiB"),
            more <= MostMore);
        table.Add("old generations that stayed in memory", string.Create(CultureInfo.InvariantCulture, $"{left} of {last * late.Values.Count}"));
    }

    private static void Call(Served bridge, S3StandIn s3)
    {
        var answer = HttpExchange.Post(bridge.HttpPort, Target + s3.Address);
        if (!answer.Text.Contains("\"Buckets\"", StringComparison.Ordinal))
        {
            throw new BenchmarkException($"S3 was not called: {answer.Text}");
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
