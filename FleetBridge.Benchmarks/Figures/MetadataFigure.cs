using System.Diagnostics;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// <c>/metadata</c> on fresh connections, and the memory after 1,000 of them. Each round has two new processes that are
/// asked in turns, in blocks, so that whatever else the machine does meets both.
/// </summary>
internal static class MetadataFigure
{
    private const int Requests = 1_000;
    private const int Block = 20;
    private const double MostMoreMemory = 25;

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var bytes = await bench.MeasureMetadataAsync();
        var (bridge, floor) = (new Measured(), new Measured());
        for (var round = 0; round < bench.Options.Count(5, 2); round++)
        {
            await using var bridgeServed = bench.StartBridge();
            await using var floorServed = bench.StartFloor(bytes);
            await bridgeServed.WaitForBothPortsAsync(bench.Cancellation);
            await floorServed.WaitForBothPortsAsync(bench.Cancellation);
            Interleave(bridgeServed, floorServed, AskFresh, bridge.Fresh, floor.Fresh);
            bridge.AddMemory(bridgeServed);
            floor.AddMemory(floorServed);
            Interleave(bridgeServed, floorServed, AskKept, bridge.Kept, floor.Kept);
            bench.Cancellation.ThrowIfCancellationRequested();
        }

        table.AddRatio("`/metadata`, median of 1,000 on fresh connections", bridge.Fresh, floor.Fresh, "0.000", most: 1.35);
        table.AddRatio("`/metadata`, median of 1,000 on one connection", bridge.Kept, floor.Kept, "0.000");
        table.AddAtMostMore("memory after 1,000 requests (VmRSS)", bridge.Resident, floor.Resident, MostMoreMemory);
        table.AddAtMostMore("its peak until then (VmHWM)", bridge.Peak, floor.Peak, most: null);
    }

    private static void Interleave(
        Served bridge, Served floor, Action<Served, string, Sample> ask, Sample bridgeMedians, Sample floorMedians)
    {
        var (ofBridge, ofFloor) = (new Sample(), new Sample());
        for (var asked = 0; asked < Requests; asked += Block)
        {
            ask(bridge, HttpExchange.MetadataTarget, ofBridge);
            ask(floor, HttpExchange.MetadataTarget, ofFloor);
        }

        bridgeMedians.Add(ofBridge.Median);
        floorMedians.Add(ofFloor.Median);
    }

    private static void AskFresh(Served served, string target, Sample times)
    {
        var request = HttpExchange.Request(served.HttpPort, target);
        for (var i = 0; i < Block; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using (var socket = Connection.Open(served.HttpPort))
            {
                Ask(socket, request);
            }

            times.Add(Stopwatch.GetElapsedTime(started));
        }
    }

    private static void AskKept(Served served, string target, Sample times)
    {
        var request = HttpExchange.Request(served.HttpPort, target);
        using var socket = Connection.Open(served.HttpPort);
        Ask(socket, request);
        for (var i = 0; i < Block; i++)
        {
            var started = Stopwatch.GetTimestamp();
            Ask(socket, request);
            times.Add(Stopwatch.GetElapsedTime(started));
        }
    }

    private static void Ask(System.Net.Sockets.Socket socket, byte[] request)
    {
        if (HttpExchange.Post(socket, request).Status != 200)
        {
            throw new BenchmarkException("/metadata was not answered with 200.");
        }
    }

    private sealed class Measured
    {
        public Sample Fresh { get; } = new();

        public Sample Kept { get; } = new();

        public Sample Resident { get; } = new();

        public Sample Peak { get; } = new();

        public void AddMemory(Served served)
        {
            Resident.Add(served.ReadMemory("VmRSS"));
            Peak.Add(served.ReadMemory("VmHWM"));
        }
    }
}
