using Amazon.Emulation;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// The memory of one serving bridge after a whole deployment: all checked, created, checked, waited for and deleted. It is
/// read as it is, without a collection that nobody asks for in real life either.
/// </summary>
internal static class LifeFigure
{
    private const int Files = 50;
    private const int Bytes = 8 * 1024 * 1024;
    private const double MostMebibytes = 150;

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var (before, after, peak) = (new Sample(), new Sample(), new Sample());
        var package = bench.Place.NewFolder("package");
        Package.Write(package, Files, Bytes);
        for (var round = 0; round < bench.Options.Count(5, 2); round++)
        {
            await using var aws = await AwsEmulator.StartAsync();
            aws.Rules.LooksUntilBuildReady = 0;
            await using var bridge = bench.StartBridge(environment: Surroundings.LeadingTo(aws, bench.Place.NewFolder("aws")));
            using var deployment = new Deployment(bridge, package);
            await bridge.WaitForBothPortsAsync(bench.Cancellation);
            before.Add(bridge.ReadMemory("VmRSS"));
            await LiveAsync(aws, deployment, bench.Cancellation);
            after.Add(bridge.ReadMemory("VmRSS"));
            peak.Add(bridge.ReadMemory("VmHWM"));
        }

        table.AddAtMost(
            "memory after a whole deployment's life (the floor: when both ports accept)", after, before, "0.0", "MiB", MostMebibytes);
        table.Add("its peak until then (VmHWM)", peak.ToText("0.0", "MiB"));
    }

    private static async Task LiveAsync(AwsEmulator aws, Deployment deployment, CancellationToken cancellation)
    {
        await ForAllAsync(Deployment.Resources, "check", mustSucceed: false);
        await ForAllAsync(Deployment.Resources.Skip(1), "create", mustSucceed: true);

        // the fleet is not ACTIVE yet
        await ForAllAsync(Deployment.Resources, "check", mustSucceed: false);

        // not more than one look that finds it unfinished
        StandInFleets.Activate(aws, "ACTIVATING");
        await deployment.RunAsync("fleet", "wait", mustSucceed: true, cancellation);
        await ForAllAsync(Deployment.Resources.Skip(1).Reverse(), "delete", mustSucceed: true);

        async Task ForAllAsync(IEnumerable<string> resources, string operation, bool mustSucceed)
        {
            foreach (var resource in resources)
            {
                await deployment.RunAsync(resource, operation, mustSucceed, cancellation);
            }
        }
    }
}
