using System.Diagnostics;
using Amazon.Emulation.GameLift.Model;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>SearchGameSessions over 10,000 sessions that are ACTIVE, with a filter on a property and a sort, beside a bare Kestrel that
/// answers as many bytes.</summary>
internal static class SearchFigure
{
    private const int Sessions = 10_000;
    private const int WarmUps = 200;
    private const double MostMilliseconds = 15;

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var store = Path.Combine(bench.Place.NewFolder("fleet"), "fleet.db");
        await FleetStore.MakeAsync(store, Sessions);
        var request = GameLiftRequest.Json("SearchGameSessions", new SearchGameSessionsRequest
        {
            FleetId = "fleet-local",
            FilterExpression = "hasAvailablePlayerSessions=true AND (gameSessionProperties.mode = 'brawl' OR NOT maximumSessions < 3)",
            SortExpression = "creationTimeMillis DESC",
        });
        await using var host = bench.StartHost(store);
        await host.WaitForBothPortsAsync(bench.Cancellation);
        var bytes = await GameLiftReadFigure.AnswerAsync(host.HttpPort, request, bench.Cancellation);
        if (bytes < 5_000)
        {
            throw new BenchmarkException($"The search has found too little: {bytes} bytes.");
        }

        await using var floor = bench.StartFloor(bytes);
        await floor.WaitForBothPortsAsync(bench.Cancellation);
        Ask(host, request, WarmUps);
        Ask(floor, request, WarmUps);
        await host.WaitUntilIdleAsync(bench.Cancellation);
        var (ofHost, ofFloor) = (new Sample(), new Sample());
        for (var round = 0; round < bench.Options.Count(20, 5); round++)
        {
            ofHost.Add(Ask(host, request, 20).Median);
            ofFloor.Add(Ask(floor, request, 20).Median);
        }

        table.AddAtMost("SearchGameSessions over 10,000 sessions, median", ofHost, ofFloor, "0.00", "ms", MostMilliseconds);
    }

    private static Sample Ask(Served served, byte[] request, int count)
    {
        var times = new Sample();
        using var socket = Connection.Open(served.HttpPort);
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            if (HttpExchange.Post(socket, request).Status != 200)
            {
                throw new BenchmarkException("SearchGameSessions was not answered with 200.");
            }

            times.Add(Stopwatch.GetElapsedTime(started));
        }

        return times;
    }
}
