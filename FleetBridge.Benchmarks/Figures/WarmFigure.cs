using System.Globalization;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// <c>/metadata</c> once everything is compiled, on one connection that stays open, as the engine keeps it.
/// </summary>
internal static class WarmFigure
{
    private const int Requests = 4_000;
    private const double MostOfFloor = 1.2;

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var bytes = await bench.MeasureMetadataAsync();
        var (bridge, floor) = (new Sample(), new Sample());
        for (var round = 0; round < bench.Options.Count(7, 3); round++)
        {
            await using var bridgeServed = bench.StartBridge();
            await using var floorServed = bench.StartFloor(bytes);
            await bridgeServed.WaitForBothPortsAsync(bench.Cancellation);
            await floorServed.WaitForBothPortsAsync(bench.Cancellation);
            using var bridgeClient = new KeptConnection(bridgeServed.HttpPort, HttpExchange.MetadataTarget);
            using var floorClient = new KeptConnection(floorServed.HttpPort, HttpExchange.MetadataTarget);
            var (ofBridge, ofFloor) = await KeptConnection.CompareWarmAsync(
                bridgeClient, floorClient, Requests, bench.Cancellation);
            bridge.Add(ofBridge.Median);
            floor.Add(ofFloor.Median);
        }

        table.AddRatio(
            string.Create(CultureInfo.InvariantCulture, $"warm `/metadata`, median of {Requests:N0} on one connection"),
            bridge, floor, "0.000", MostOfFloor);
    }
}
