using System.Globalization;
using Amazon.Emulation;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>Checks of a whole deployment that is there, once everything is warm: what the bridge adds to AWS's own time.
/// </summary>
internal static class CheckFigure
{
    private const int Warming = 60;
    private const int FewFiles = 20;
    private const int FewBytes = 1024 * 1024;
    private const double MostMilliseconds = 15;

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var samples = Deployment.Resources.ToDictionary(resource => resource, _ => (Bridge: new Sample(), StandIn: new Sample()));
        var package = bench.Place.NewFolder("package");
        Package.Write(package, FewFiles, FewBytes);
        for (var round = 0; round < bench.Options.Count(5, 2); round++)
        {
            await using var aws = await AwsEmulator.StartAsync();
            aws.Rules.LooksUntilBuildReady = 0;
            await using var bridge = bench.StartBridge(environment: Surroundings.LeadingTo(aws, bench.Place.NewFolder("aws")));
            using var deployment = new Deployment(bridge, package);
            await bridge.WaitForBothPortsAsync(bench.Cancellation);
            await MakeAsync(aws, deployment, bench.Cancellation);
            foreach (var (resource, sample) in samples)
            {
                Measure(aws, deployment, resource, sample.Bridge, sample.StandIn);
                bench.Cancellation.ThrowIfCancellationRequested();
            }
        }

        foreach (var (resource, (bridge, standIn)) in samples)
        {
            var beyond = bridge.MedianPaired(standIn, (a, b) => a - b);
            table.Add(
                $"`{resource}/check`, warm (the floor: AWS's own time in it)",
                bridge.ToText("0.00", "ms"),
                standIn.ToText("0.00", "ms"),
                string.Create(CultureInfo.InvariantCulture, $"{beyond:+0.00} ms"),
                string.Create(CultureInfo.InvariantCulture, $"≤ +{MostMilliseconds} ms"),
                beyond <= MostMilliseconds);
        }
    }

    /// <summary>Makes all that can be checked.</summary>
    private static async Task MakeAsync(AwsEmulator aws, Deployment deployment, CancellationToken cancellation)
    {
        foreach (var resource in Deployment.Resources.Skip(1))
        {
            await deployment.RunAsync(resource, "create", mustSucceed: true, cancellation);
        }

        StandInFleets.Activate(aws);
    }

    /// <summary>The median of a round; each request is paired with the stand-in's time in it.</summary>
    private static void Measure(AwsEmulator aws, Deployment deployment, string resource, Sample bridge, Sample standIn)
    {
        for (var i = 0; i < Warming; i++)
        {
            deployment.Time(resource, "check");
        }

        var (times, busyTimes) = (new Sample(), new Sample());
        for (var i = 0; i < 2 * Warming; i++)
        {
            var busy = aws.Busy.Total;
            times.Add(deployment.Time(resource, "check"));
            busyTimes.Add(aws.Busy.Total - busy);
        }

        bridge.Add(times.Median);
        standIn.Add(busyTimes.Median);
    }
}
