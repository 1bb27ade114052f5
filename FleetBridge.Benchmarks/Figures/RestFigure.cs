using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>The memory of a bridge that has started, loaded its backends, opened its log and told its metadata, and then
/// is asked nothing.</summary>
internal static class RestFigure
{
    private const double Most = 72;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var bytes = await bench.MeasureMetadataAsync();
        var (bridge, floor) = (new Sample(), new Sample());
        for (var round = 0; round < bench.Options.Count(5, 2); round++)
        {
            await using var bridgeServed = bench.StartBridge();
            await using var floorServed = bench.StartFloor(bytes);
            foreach (var served in new[] { bridgeServed, floorServed })
            {
                await served.WaitForBothPortsAsync(bench.Cancellation);
                HttpExchange.Post(served.HttpPort, HttpExchange.MetadataTarget);
            }

            using var reader = LogReader.Connect(bridgeServed.WebSocketPort);
            await Task.Delay(Rest, bench.Cancellation);
            bridge.Add(bridgeServed.ReadMemory("VmRSS"));
            floor.Add(floorServed.ReadMemory("VmRSS"));
        }

        table.AddAtMost("memory at rest, an editor connected (VmRSS)", bridge, floor, "0.0", "MiB", Most);
    }
}
