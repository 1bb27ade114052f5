using System.Diagnostics;
using System.Text.Json;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>A worker whose host is there: how soon its private API responds, and what it takes.</summary>
internal static class WorkerFigures
{
    private const string Status = "/status";
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
