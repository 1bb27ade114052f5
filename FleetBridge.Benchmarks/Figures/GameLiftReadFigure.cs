using System.Globalization;
using Amazon.Emulation.GameLift.Model;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>DescribeGameSessions by id, as a client that polls asks, beside a bare Kestrel that answers the same bytes; in JSON and in
/// CBOR, in turns.</summary>
internal static class GameLiftReadFigure
{
    private static readonly TimeSpan Block = TimeSpan.FromSeconds(1);

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var store = Path.Combine(bench.Place.NewFolder("fleet"), "fleet.db");
        var input = new DescribeGameSessionsRequest { GameSessionId = await FleetStore.MakeAsync(store, 100) };
        var (json, cbor) = (GameLiftRequest.Json("DescribeGameSessions", input), GameLiftRequest.Cbor("DescribeGameSessions", input));
        await using var host = bench.StartHost(store);
        await host.WaitForBothPortsAsync(bench.Cancellation);
        var bytes = await AnswerAsync(host.HttpPort, json, bench.Cancellation);
        await using var floor = bench.StartFloor(bytes);
        await floor.WaitForBothPortsAsync(bench.Cancellation);
        foreach (var request in new[] { json, cbor, json, cbor })
        {
            RequestRate.Measure(host.HttpPort, request, Block);
            RequestRate.Measure(floor.HttpPort, request, Block);
        }

        var (ofJson, ofCbor, ofFloor) = (new Sample(), new Sample(), new Sample());
        for (var round = 0; round < bench.Options.Count(9, 3); round++)
        {
            ofFloor.Add(RequestRate.Measure(floor.HttpPort, json, Block));
            var isJsonFirst = round % 2 == 0;
            (isJsonFirst ? ofJson : ofCbor).Add(RequestRate.Measure(host.HttpPort, isJsonFirst ? json : cbor, Block));
            (isJsonFirst ? ofCbor : ofJson).Add(RequestRate.Measure(host.HttpPort, isJsonFirst ? cbor : json, Block));
            bench.Cancellation.ThrowIfCancellationRequested();
        }

        Add(table, "DescribeGameSessions by id in JSON, 8 clients", ofJson, ofFloor, 0.5);
        Add(table, "the same in CBOR", ofCbor, ofFloor, 0.5);

        // the bound is "no slower"; a fortieth is what two runs of the same differ by
        Add(table, "the same in CBOR beside JSON", ofCbor, ofJson, 0.975);
    }

    /// <summary>The length of an answer, once the store is open behind the port.</summary>
    public static async Task<int> AnswerAsync(int port, byte[] request, CancellationToken cancellation)
    {
        for (var i = 0; ; i++)
        {
            using var socket = Connection.Open(port);
            var answer = HttpExchange.Post(socket, request);
            if (answer.Status == 200)
            {
                return answer.Body.Length;
            }

            if (i == 100)
            {
                throw new BenchmarkException($"The host answers {answer.Status}: {answer.Text}");
            }

            await Task.Delay(50, cancellation);
        }
    }

    private static void Add(FigureTable table, string figure, Sample host, Sample beside, double least)
    {
        var ratio = host.MedianPaired(beside, (a, b) => a / b);
        table.Add(
            figure,
            host.ToText("0", "a second"),
            beside.ToText("0", "a second"),
            string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00} ×"),
            string.Create(CultureInfo.InvariantCulture, $"≥ {least:0.0##} ×"),
            ratio >= least);
    }
}
