using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// <c>/metadata</c> once everything is compiled, on one connection that stays open, as the engine keeps it.
/// </summary>
internal static class WarmFigure
{
    private const int WarmUps = 10_000;
    private const int Requests = 4_000;
    private const int Block = 50;
    private const double MostOfFloor = 1.3;

    // The runtime compiles again what is called often once nothing new has been called for 100 ms, in the background.
    private static readonly TimeSpan CompileTime = TimeSpan.FromSeconds(1);

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
            using var bridgeClient = new Client(bridgeServed.HttpPort);
            using var floorClient = new Client(floorServed.HttpPort);
            for (var pass = 0; pass < 2; pass++)
            {
                Interleave(bridgeClient, floorClient, WarmUps / 2, new Sample(), new Sample());
                await Task.Delay(CompileTime, bench.Cancellation);
            }

            var (ofBridge, ofFloor) = (new Sample(), new Sample());
            Interleave(bridgeClient, floorClient, Requests, ofBridge, ofFloor);
            bridge.Add(ofBridge.Median);
            floor.Add(ofFloor.Median);
        }

        table.AddRatio(
            string.Create(CultureInfo.InvariantCulture, $"warm `/metadata`, median of {Requests:N0} on one connection"),
            bridge, floor, "0.000", MostOfFloor);
    }

    private static void Interleave(Client bridge, Client floor, int requests, Sample ofBridge, Sample ofFloor)
    {
        for (var asked = 0; asked < requests; asked += Block)
        {
            bridge.Ask(ofBridge);
            floor.Ask(ofFloor);
        }
    }

    private sealed class Client(int port) : IDisposable
    {
        private readonly Socket _socket = Connection.Open(port);
        private readonly byte[] _request = HttpExchange.Request(port, HttpExchange.MetadataTarget);

        public void Ask(Sample times)
        {
            for (var i = 0; i < Block; i++)
            {
                var started = Stopwatch.GetTimestamp();
                if (HttpExchange.Post(_socket, _request).Status != 200)
                {
                    throw new BenchmarkException("/metadata was not answered with 200.");
                }

                times.Add(Stopwatch.GetElapsedTime(started));
            }
        }

        public void Dispose() => _socket.Dispose();
    }
}
