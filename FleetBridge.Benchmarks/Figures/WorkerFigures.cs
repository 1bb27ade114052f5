using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>A worker whose host is there: how soon its private API responds, and what it takes.</summary>
internal static class WorkerFigures
{
    private const string Status = "/status";
    private const string List = "server?limit=200";
    private const int ConstantBytes = 300;
    private const double MostStart = 1.4;
    private const double MostMemory = 70;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    /// <summary>From the start of the process until its first response: of a worker that has to register first, and of one that the host
    /// knows already.</summary>
    public static async Task MeasureStartAsync(Bench bench, FigureTable table)
    {
        await using var host = await StartHostAsync(bench);
        await MeasureOneAsync(new Samples());
        var samples = new Samples();
        for (var i = 0; i < bench.Options.Count(25, 7); i++)
        {
            await MeasureOneAsync(samples);
        }

        table.AddRatio(
            "worker: start until the first `/status` is read, known to its host", samples.Known, samples.Floor, "0.0", MostStart);
        table.AddRatio("the same with its first registration", samples.New, samples.Floor, "0.0");

        async Task MeasureOneAsync(Samples into)
        {
            await using (var worker = bench.StartWorker(host))
            {
                await ReadStatusAsync(worker);
                into.New.Add(Stopwatch.GetElapsedTime(worker.Started));
                await worker.RestartAsync();
                await ReadStatusAsync(worker);
                into.Known.Add(Stopwatch.GetElapsedTime(worker.Started));
            }

            await using var floor = bench.StartFloor(ConstantBytes);
            await floor.WaitForBothPortsAsync(bench.Cancellation);
            HttpExchange.Get(floor.HttpPort, Status);
            into.Floor.Add(Stopwatch.GetElapsedTime(floor.Started));
        }
    }

    /// <summary>The memory of a worker that is linked to its host, has responded once, and has no servers.</summary>
    public static async Task MeasureRestAsync(Bench bench, FigureTable table)
    {
        await using var host = await StartHostAsync(bench);
        var (memory, floorMemory) = (new Sample(), new Sample());
        for (var round = 0; round < bench.Options.Count(5, 2); round++)
        {
            await using var worker = bench.StartWorker(host);
            await using var floor = bench.StartFloor(ConstantBytes);
            await ReadStatusAsync(worker);
            await floor.WaitForBothPortsAsync(bench.Cancellation);
            HttpExchange.Get(floor.HttpPort, Status);
            await Task.Delay(Rest, bench.Cancellation);
            memory.Add(worker.ReadMemory("VmRSS"));
            floorMemory.Add(floor.ReadMemory("VmRSS"));
        }

        table.AddAtMost("worker: memory at rest, linked to its host (VmRSS)", memory, floorMemory, "0.0", "MiB", MostMemory);
    }

    /// <summary>Two hundred servers of one worker, which do nothing: how soon the host lists them, and what they cost the worker.</summary>
    public static async Task MeasureServersAsync(Bench bench, FigureTable table)
    {
        await using var host = await StartHostAsync(bench);
        await using var worker = bench.StartWorker(host);
        await ReadStatusAsync(worker);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{host.HttpPort}") };
        var game = KeeperFigures.MakeGame(bench, "exec sleep 100000");
        var count = bench.Options.Count(200, 20);
        for (var i = 0; i < count; i++)
        {
            await PostAsync(
                http, "server", $$$"""{"game_id": "folder:{{{game}}}", "configuration": {"executable": "{{{KeeperFigures.Script}}}"}}""");
        }

        try
        {
            foreach (var id in await WaitForAsync("stopped"))
            {
                await PostAsync(http, $"server/{id}/command", """{"type": "start"}""");
            }

            await WaitForAsync("ready");
            var list = new Sample();
            for (var i = 0; i < bench.Options.Count(500, 50); i++)
            {
                var begun = Stopwatch.GetTimestamp();
                await http.GetByteArrayAsync(List, bench.Cancellation);
                list.Add(Stopwatch.GetElapsedTime(begun));
            }

            await worker.WaitUntilIdleAsync(bench.Cancellation);
            var before = worker.ProcessorTime;
            var time = TimeSpan.FromSeconds(bench.Options.Count(20, 5));
            await Task.Delay(time, TimeProvider.System, bench.Cancellation);
            var share = 100 * ((worker.ProcessorTime - before) / time);
            table.Add(
                Text($"`GET /server` of a host, {count} servers on one worker"),
                list.ToText("0.00", "ms"),
                bound: "≤ 5 ms",
                holds: list.Median <= 5);
            table.Add(
                Text($"supervision of {count} servers, of a core, the whole worker"),
                Text($"{share:0.0} %"),
                bound: "≤ 2 %",
                holds: share <= 2);
            table.Add(Text($"the worker's memory with {count} servers"), Text($"{worker.ReadMemory("VmRSS"):0.0} MiB"));
        }
        finally
        {
            foreach (var (id, _) in await ListAsync())
            {
                await PostAsync(http, $"server/{id}/command", """{"type": "kill"}""");
            }

            await WaitForAsync("stopped");
        }

        async Task<IReadOnlyList<string>> WaitForAsync(string state)
        {
            IReadOnlyList<(string Id, string State)> found;
            while ((found = await ListAsync()).Any(server => server.State != state))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, bench.Cancellation);
            }

            return [.. found.Select(server => server.Id)];
        }

        async Task<IReadOnlyList<(string Id, string State)>> ListAsync()
        {
            using var json = JsonDocument.Parse(await http.GetByteArrayAsync(List, bench.Cancellation));
            return
            [
                .. json.RootElement.GetProperty("items").EnumerateArray()
                    .Select(item => (item.GetProperty("id").GetString()!, item.GetProperty("state").GetString()!)),
            ];
        }
    }

    private static async Task PostAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(path, content);
        if (!response.IsSuccessStatusCode)
        {
            throw new BenchmarkException(
                $"POST /{path} has status {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static async Task<Served> StartHostAsync(Bench bench)
    {
        var host = bench.StartHost();
        await host.WaitForBothPortsAsync(bench.Cancellation);
        HttpExchange.Get(host.HttpPort, "/healthz");
        return host;
    }

    /// <summary>The first request that anybody can send: the announcement names the port.</summary>
    private static async Task ReadStatusAsync(Served worker)
    {
        using var announced = JsonDocument.Parse(await worker.FirstLine ?? throw new BenchmarkException("The worker has ended."));
        var token = await File.ReadAllTextAsync(announced.RootElement.GetProperty("token_file").GetString()!);
        var response = HttpExchange.Get(announced.RootElement.GetProperty("port").GetInt32(), Status, token.Trim());
        if (response.Status != 200)
        {
            throw new BenchmarkException($"GET {Status} of the worker has status {response.Status}: {response.Text}");
        }
    }

    private sealed class Samples
    {
        /// <summary>Workers that register first.</summary>
        public Sample New { get; } = new();

        /// <summary>Workers that have registered before.</summary>
        public Sample Known { get; } = new();

        public Sample Floor { get; } = new();
    }
}
