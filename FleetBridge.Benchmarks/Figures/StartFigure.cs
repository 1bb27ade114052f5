using System.Diagnostics;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>From the start of the process until both ports accept, and until each has answered for the first time.</summary>
internal static class StartFigure
{
    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var bytes = await bench.MeasureMetadataAsync();
        await using (var first = bench.StartFloor(bytes))
        {
            // the first one reads the program from the disk
            await first.WaitForBothPortsAsync(bench.Cancellation);
        }

        var (bridge, floor) = (new Starts(), new Starts());
        for (var i = 0; i < bench.Options.Count(25, 7); i++)
        {
            await bridge.AddAsync(() => bench.StartBridge(), HttpExchange.MetadataTarget, bench.Cancellation);
            await floor.AddAsync(() => bench.StartFloor(bytes), "/", bench.Cancellation);
        }

        table.AddRatio("start until both ports accept", bridge.Ports, floor.Ports, "0.0", most: 0.65);
        table.AddRatio("start until the first `/metadata` is read", bridge.Answer, floor.Answer, "0.0", most: 1.4);
        table.AddRatio("start until the log socket's 101", bridge.Upgrade, floor.Upgrade, "0.0");
    }

    private sealed class Starts
    {
        public Sample Ports { get; } = new();

        public Sample Answer { get; } = new();

        public Sample Upgrade { get; } = new();

        public async Task AddAsync(Func<Served> start, string target, CancellationToken cancellation)
        {
            await using var served = start();
            Ports.Add(await served.WaitForBothPortsAsync(cancellation));

            // as the editor does it: the log is opened first, and at the same time the metadata is asked for
            var upgrade = Task.Run(
                () =>
                {
                    using var reader = LogReader.Connect(served.WebSocketPort, "//?count=1&bytes=200");
                    return Stopwatch.GetElapsedTime(served.Started);
                },
                cancellation);
            HttpExchange.Post(served.HttpPort, target);
            Answer.Add(Stopwatch.GetElapsedTime(served.Started));
            Upgrade.Add(await upgrade);
        }
    }
}
