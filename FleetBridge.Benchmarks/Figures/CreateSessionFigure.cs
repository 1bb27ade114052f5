using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// A player who starts a session: from <c>POST /create_session</c> to the player session, with servers that are ready and activate at once.
/// </summary>
internal static class CreateSessionFigure
{
    private const int Processes = 16;
    private const double MostMedian = 25;
    private const double MostPercentile = 60;

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        await using var host = bench.StartHost();
        await using var floor = bench.StartFloor(300);
        await host.WaitForBothPortsAsync(bench.Cancellation);
        await floor.WaitForBothPortsAsync(bench.Cancellation);
        var servers = Enumerable.Range(0, Processes).Select(number => new GameServer(host.HttpPort, number, livesAgain: true)).ToList();
        try
        {
            await Task.WhenAll(servers.Select(server => server.StartAsync()));
            using var calls = new GameLiftCalls(host.HttpPort);
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            var (created, constant) = (new Sample(), new Sample());
            for (var number = 0; number < bench.Options.Count(1_000, 300); number++)
            {
                // the first ones compile the way
                var counts = number >= Processes;
                var body = $$"""{"session_name":"session {{number}}","build_id":1,"uuid":"player","num_connections":4}""";
                var begun = Stopwatch.GetTimestamp();
                var response = await PostAsync(host.HttpPort, body);
                Count(created, begun, counts);
                begun = Stopwatch.GetTimestamp();
                await PostAsync(floor.HttpPort, body);
                Count(constant, begun, counts);
                var id = (string?)JsonNode.Parse(response)!["GameSessionId"] ?? throw new InvalidOperationException(Encoding.UTF8.GetString(response));
                await calls.CallAsync(
                    "TerminateGameSession", $$"""{"GameSessionId":"{{id}}","TerminationMode":"TRIGGER_ON_PROCESS_TERMINATE"}""", bench.Cancellation);
            }

            var percentile = created.Values.Order().ElementAt(created.Values.Count * 99 / 100);
            table.Add(
                "host: `create_session` to the player session",
                string.Create(CultureInfo.InvariantCulture, $"{created.Median:0.0} ms, 99 % within {percentile:0.0} ms"),
                constant.ToText("0.0", "ms"),
                bound: string.Create(CultureInfo.InvariantCulture, $"≤ {MostMedian} ms, ≤ {MostPercentile} ms"),
                holds: created.Median <= MostMedian && percentile <= MostPercentile);

            async Task<byte[]> PostAsync(int port, string text)
            {
                using var content = new StringContent(text, Encoding.UTF8, "application/json");
                using var response = await http.PostAsync(new Uri($"http://127.0.0.1:{port}/create_session"), content, bench.Cancellation);
                return await response.Content.ReadAsByteArrayAsync(bench.Cancellation);
            }
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        }
    }

    private static void Count(Sample sample, long begun, bool counts)
    {
        if (counts)
        {
            sample.Add(Stopwatch.GetElapsedTime(begun));
        }
    }
}
