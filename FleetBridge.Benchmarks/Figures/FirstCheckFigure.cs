using System.Globalization;
using Amazon.Emulation;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// From both ports accepting to the answer of the first check of the fleet: the backend is loaded, credentials are read,
/// a client is built, and AWS (a stand-in) is asked.
/// </summary>
internal static class FirstCheckFigure
{
    private const double MostMilliseconds = 250;

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        await using var aws = await AwsEmulator.StartAsync();
        aws.Seed.Fleet("test1-fleet", aws.Seed.Build("test1-build"));
        var environment = Surroundings.LeadingTo(aws, bench.Place.NewFolder("aws"));
        var (first, second, standIn) = (new Sample(), new Sample(), new Sample());
        for (var start = 0; start <= bench.Options.Count(21, 7); start++)
        {
            await using var bridge = bench.StartBridge(environment: environment);
            using var deployment = new Deployment(bridge);
            await bridge.WaitForBothPortsAsync(bench.Cancellation);
            var busy = aws.Busy.Total;
            var time = deployment.Time("fleet", "check");
            if (start > 0)
            {
                // the very first one warms the stand-in and the disk
                first.Add(time);
                standIn.Add(aws.Busy.Total - busy);
                second.Add(deployment.Time("fleet", "check"));
            }
        }

        table.Add(
            "the first `fleet/check` after a start, from both ports accepting (the floor: AWS's own time in it)",
            first.ToText("0", "ms"),
            standIn.ToText("0.0", "ms"),
            string.Create(CultureInfo.InvariantCulture, $"{first.MedianPaired(standIn, (a, b) => a - b):+0} ms"),
            string.Create(CultureInfo.InvariantCulture, $"≤ {MostMilliseconds} ms"),
            first.Median <= MostMilliseconds);
        table.Add("the second one", second.ToText("0.0", "ms"));
    }
}
