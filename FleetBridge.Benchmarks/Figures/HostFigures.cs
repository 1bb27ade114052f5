using System.Diagnostics;
using System.Globalization;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>A host: how soon it is there, what it takes, and how soon it is there again.</summary>
internal static class HostFigures
{
    private const string Health = "/healthz";
    private const int ConstantBytes = 300;
    private const double MostMemory = 90;
    private const double MostServerKiB = 40;
    private const double MostCore = 1;
    private const int Sessions = 200;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan MostRestart = TimeSpan.FromSeconds(3);

    /// <summary>From the start of the process until both ports accept, and until each answers.</summary>
    public static async Task MeasureStartAsync(Bench bench, FigureTable table)
    {
        await using (var first = bench.StartHost())
        {
            // the first one reads the program from the disk
            await first.WaitForBothPortsAsync(bench.Cancellation);
        }

        var (hostPorts, floorPorts, hostAnswer, floorAnswer) = (new Sample(), new Sample(), new Sample(), new Sample());
        for (var i = 0; i < bench.Options.Count(25, 7); i++)
        {
            await MeasureOneAsync(bench.StartHost(), hostPorts, hostAnswer);
            await MeasureOneAsync(bench.StartFloor(ConstantBytes), floorPorts, floorAnswer);
        }

        table.AddRatio("host: start until both ports accept", hostPorts, floorPorts, "0.0", most: 1.4);
        table.AddRatio("host: start until the first `/healthz` is read", hostAnswer, floorAnswer, "0.0");

        async Task MeasureOneAsync(Served served, Sample ports, Sample answer)
        {
            await using (served)
            {
                ports.Add(await served.WaitForBothPortsAsync(bench.Cancellation));
                HttpExchange.Get(served.HttpPort, Health);
                answer.Add(Stopwatch.GetElapsedTime(served.Started));
            }
        }
    }

    /// <summary>The memory of a host that nobody has asked anything but how it is.</summary>
    public static async Task MeasureRestAsync(Bench bench, FigureTable table)
    {
        var (host, floor) = (new Sample(), new Sample());
        for (var round = 0; round < bench.Options.Count(5, 2); round++)
        {
            await using var hostServed = bench.StartHost();
            await using var floorServed = bench.StartFloor(ConstantBytes);
            foreach (var served in new[] { hostServed, floorServed })
            {
                await served.WaitForBothPortsAsync(bench.Cancellation);
                HttpExchange.Get(served.HttpPort, Health);
            }

            await Task.Delay(Rest, bench.Cancellation);
            host.Add(hostServed.ReadMemory("VmRSS"));
            floor.Add(floorServed.ReadMemory("VmRSS"));
        }

        table.AddAtMost("host: memory at rest (VmRSS)", host, floor, "0.0", "MiB", MostMemory);
    }

    /// <summary>Game servers that are connected and have nothing to say.</summary>
    public static async Task MeasureIdleServersAsync(Bench bench, FigureTable table)
    {
        var count = bench.Options.Count(5_000, 1_000);
        await using var host = bench.StartHost();
        await host.WaitForBothPortsAsync(bench.Cancellation);
        HttpExchange.Get(host.HttpPort, Health);
        await using var warm = new GameServers(host.HttpPort, 0, 100);
        await warm.StartAsync();
        await host.WaitUntilIdleAsync(bench.Cancellation);
        var before = host.ReadMemory("VmRSS");
        await using var servers = new GameServers(host.HttpPort, 100, count);
        await servers.StartAsync();
        await host.WaitUntilIdleAsync(bench.Cancellation);
        var each = (host.ReadMemory("VmRSS") - before) * 1024 / count;
        var (busy, watch) = (host.ProcessorTime, Stopwatch.StartNew());
        await Task.Delay(Watch, bench.Cancellation);
        var core = (host.ProcessorTime - busy) / watch.Elapsed * 100;
        table.Add(Name("a connected server that is idle"), Text($"{each:0.0} KiB"), bound: Text($"≤ {MostServerKiB} KiB"), holds: each <= MostServerKiB);
        table.Add(Name("the processor beside them"), Text($"{core:0.00} % of a core"), bound: Text($"≤ {MostCore} %"), holds: core <= MostCore);

        string Name(string what) => Text($"host: {what} ({count} of them)");
    }

    /// <summary>From the start after a kill until every server with its game session is back and was answered.</summary>
    public static async Task MeasureRestartAsync(Bench bench, FigureTable table)
    {
        var times = new Sample();
        for (var round = 0; round < bench.Options.Count(5, 2); round++)
        {
            await using var host = bench.StartHost();
            await host.WaitForBothPortsAsync(bench.Cancellation);
            await using var servers = new GameServers(host.HttpPort, 0, Sessions);
            await servers.StartAsync();
            using var calls = new GameLiftCalls(host.HttpPort);
            await Parallel.ForAsync(0, Sessions, async (_, cancellation) => await calls.CreateGameSessionAsync(cancellation));
            await host.RestartAsync();
            while (!servers.All.All(server => server.Connections == 2 && server.Answers > 0))
            {
                await Task.Delay(5, bench.Cancellation);
            }

            times.Add(Stopwatch.GetElapsedTime(host.Started));
        }

        table.Add(
            Text($"host: start after a kill until {Sessions} servers with sessions are back and answered"),
            times.ToText("0", "ms"),
            bound: Text($"≤ {MostRestart.TotalSeconds} s"),
            holds: times.Median <= MostRestart.TotalMilliseconds);
    }

    /// <summary>
    /// CreateGameSession, CreatePlayerSession and TerminateGameSession beside a program that says the same to the same clients and servers,
    /// and stores nothing. A client waits until its server has been answered; nobody asks again and again.
    /// </summary>
    public static async Task MeasureCyclesAsync(Bench bench, FigureTable table)
    {
        const int Clients = 16;
        const int Processes = 64;
        const int AnswerBytes = 500;
        const double Most = 1_500;
        const double Share = 0.4;
        await using var host = bench.StartHost();
        await using var stub = bench.StartFleetStub(AnswerBytes);
        var (hostActivations, stubActivations) = (new Activations(), new Activations());
        await host.WaitForBothPortsAsync(bench.Cancellation);
        await stub.WaitForBothPortsAsync(bench.Cancellation);
        await using var hostServers = new GameServers(host.HttpPort, 0, Processes, hostActivations);
        await using var stubServers = new GameServers(stub.HttpPort, 0, Processes, stubActivations);
        await hostServers.StartAsync();
        await stubServers.StartAsync();

        // what is called often is compiled once more
        await RateAsync(host.HttpPort, hostActivations);
        await RateAsync(stub.HttpPort, stubActivations);
        var (hostRates, stubRates, hostTimes, stubTimes) = (new Sample(), new Sample(), new Sample(), new Sample());
        for (var round = 0; round < bench.Options.Count(5, 3); round++)
        {
            await MeasureOneAsync(host, hostActivations, hostRates, hostTimes);
            await MeasureOneAsync(stub, stubActivations, stubRates, stubTimes);
        }

        var share = hostRates.MedianPaired(stubRates, (a, b) => a / b);
        table.Add(
            Text($"host: CreateGameSession + CreatePlayerSession + Terminate, {Clients} clients, {Processes} processes"),
            hostRates.ToText("0", "/s"),
            stubRates.ToText("0", "/s"),
            Text($"{share:0.00} ×"),
            Text($"≥ {Most}/s, ≥ {Share} ×"),
            hostRates.Median >= Most && share >= Share);
        table.Add("host: its processor time for one of them", hostTimes.ToText("0.00", "ms"), stubTimes.ToText("0.00", "ms"));

        async Task MeasureOneAsync(Served served, Activations activations, Sample rates, Sample times)
        {
            var before = served.ProcessorTime;
            var (rate, cycles) = await RateAsync(served.HttpPort, activations);
            rates.Add(rate);
            times.Add((served.ProcessorTime - before) / cycles);
        }

        async Task<(double Rate, int Cycles)> RateAsync(int port, Activations activations)
        {
            using var calls = new GameLiftCalls(port);
            var cycles = 0;
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
            {
                while (watch.Elapsed < Rest)
                {
                    await CycleAsync(calls, activations);
                    Interlocked.Increment(ref cycles);
                }
            })));
            return (cycles / watch.Elapsed.TotalSeconds, cycles);
        }

        async Task CycleAsync(GameLiftCalls calls, Activations activations)
        {
            var id = await calls.CreateGameSessionAsync(bench.Cancellation);
            await activations.WaitAsync(id, bench.Cancellation);
            foreach (var (operation, members) in new[]
            {
                ("CreatePlayerSession", "\"PlayerId\":\"p\""), ("TerminateGameSession", "\"TerminationMode\":\"TRIGGER_ON_PROCESS_TERMINATE\""),
            })
            {
                if (await calls.CallAsync(operation, $$"""{"GameSessionId":"{{id}}",{{members}}}""", bench.Cancellation) is null)
                {
                    throw new BenchmarkException($"{operation} was refused.");
                }
            }
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Several game servers of one host.</summary>
    private sealed class GameServers(int port, int first, int count, Activations? activations = null) : IAsyncDisposable
    {
        private const int AtOnce = 64;

        public IReadOnlyList<GameServer> All { get; } =
            [.. Enumerable.Range(first, count).Select(number => new GameServer(port, number, livesAgain: activations is not null, activations))];

        public Task StartAsync() => Parallel.ForEachAsync(
            All, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (server, _) => await server.StartAsync());

        public async ValueTask DisposeAsync() => await Task.WhenAll(All.Select(server => server.DisposeAsync().AsTask()));
    }
}
