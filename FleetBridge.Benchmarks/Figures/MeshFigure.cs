using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Gateway.Rights;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// Calls between two processes' worth of the mesh, signed, beside bare requests and replies of RabbitMQ.Client over the same exchange, in
/// turns; and events to many that listen. The broker is the one that a variable names: nothing is installed for it.
/// </summary>
internal static class MeshFigure
{
    /// <summary>The broker, with user and password, as in <c>amqp://test:test@127.0.0.1:5672/mesh</c>.</summary>
    public const string BrokerVariable = "FLEETBRIDGE_BENCHMARK_BROKER";

    private const string Service = "fleetbridge.benchmark";
    private const int Callers = 64;
    private const int Listeners = 50;

    public static Task MeasureAsync(Bench bench, FigureTable table) =>
        Environment.GetEnvironmentVariable(BrokerVariable) is { Length: > 0 } broker
            ? MeasureAsync(broker, bench.Place.NewFolder("gateway"), bench.Options.Count(9, 3), table, bench.Cancellation)
            : throw new BenchmarkException($"The mesh needs a broker: set {BrokerVariable}, as in amqp://user:password@127.0.0.1:5672/vhost.");

    /// <summary>Measures with a broker.</summary>
    public static async Task MeasureAsync(string broker, string folder, int rounds, FigureTable table, CancellationToken cancellation)
    {
        var key = new MeshKey("the key of the benchmark");
        await using var service = Member(broker, "benchmark", key);
        service.Serve(new Echo(), Service);
        await using var caller = Member(broker, "caller", key);
        service.Start();
        caller.Start();
        await service.ConnectedAsync(cancellation);
        await caller.ConnectedAsync(cancellation);
        await using var floor = await BareMesh.StartAsync(broker, cancellation);
        var call = CallOf();
        Func<Task> ours = () => caller.CallAsync(call, cancellation);
        Func<Task> bare = floor.CallAsync;
        await SerialAsync(ours, 500);
        await SerialAsync(bare, 500);

        var (median, floorMedian, rate, floorRate) = (new Sample(), new Sample(), new Sample(), new Sample());
        var (busy, floorBusy) = (new Sample(), new Sample());
        for (var round = 0; round < rounds; round++)
        {
            floorMedian.Add(await SerialAsync(bare, 1_000));
            median.Add(await SerialAsync(ours, 1_000));
            floorRate.Add(await ManyAsync(bare, 10_000, floorBusy));
            rate.Add(await ManyAsync(ours, 10_000, busy));
        }

        table.AddRatio("mesh call, one after another: p50", median, floorMedian, "0.000", 1.25);
        var ratio = rate.MedianPaired(floorRate, (a, b) => a / b);
        table.Add(
            $"mesh calls, {Callers} at once", rate.ToText("0", "a second"), floorRate.ToText("0", "a second"),
            string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00} ×"), "≥ 0.8 ×", ratio >= 0.8);

        // both ends are in this process: what a loaded machine does not change
        table.Add("processor time of a mesh call, both ends", busy.ToText("0", "µs"), floorBusy.ToText("0", "µs"));
        await MeasureGatewayAsync(caller, ours, folder, rounds, table, cancellation);
        await MeasurePythonAsync(broker, caller, rounds, table, cancellation);
        await MeasureEventsAsync(broker, key, table, cancellation);
    }

    /// <summary>A consumer's request through a gateway and the mesh, in turns with a call by the mesh alone.</summary>
    private static async Task MeasureGatewayAsync(
        RabbitMqMesh caller, Func<Task> mesh, string folder, int rounds, FigureTable table, CancellationToken cancellation)
    {
        const double MostMore = 0.3;
        const string Request =
            $$$"""{"type":"request","payload":{"service":"{{{Service}}}","method":"echo","params":{"value":"0123456789"},"trace_id":"same"}}""";
        await using var gateway = await MeasuredGateway.StartAsync(folder, caller);
        using var consumer = await Crowd.OpenAsync(gateway.Port, 1, gateway.Header);
        await consumer.WaitAsync(1, cancellation);
        Func<Task> whole = () => consumer.AskAsync(0, Request);
        await SerialAsync(whole, 500);
        var (times, floor) = (new Sample(), new Sample());
        for (var round = 0; round < rounds; round++)
        {
            floor.Add(await SerialAsync(mesh, 1_000));
            times.Add(await SerialAsync(whole, 1_000));
        }

        var more = times.MedianPaired(floor, (own, alone) => own - alone);
        table.Add(
            "consumer, gateway, mesh, service and back: p50 (the floor: the mesh alone)", times.ToText("0.000", "ms"), floor.ToText("0.000", "ms"),
            string.Create(CultureInfo.InvariantCulture, $"{more:+0.000;-0.000} ms"), $"≤ +{MostMore.ToString(CultureInfo.InvariantCulture)} ms", more <= MostMore);
    }

    /// <summary>Calls of a Python service, in turns with the same requests of RabbitMQ.Client alone.</summary>
    private static async Task MeasurePythonAsync(string broker, RabbitMqMesh caller, int rounds, FigureTable table, CancellationToken cancellation)
    {
        const string Figure = "calls of a Python service a second";
        const int Calls = 1_000;
        var signature = new MeshKey("another").Sign(CallOf().Caller, "", new CallBody("", "", default, default), TimeProvider.System.GetUtcNow());
        if (await Python.FindAsync("pika", cancellation) is not { } python)
        {
            table.Add(Figure, "There is no python3 with pika here (Debian: apt-get install python3-pika).");
            return;
        }

        var name = $"python{Environment.ProcessId}";
        using var service = await Python.StartAsync(
            python, [Published.InRepository("FleetBridge.Tests", "Fixtures", "MeshPeer", "peer.py"), "service", broker, name], "ready", cancellation);
        try
        {
            var call = CallOf() with { Service = name };

            // what the service reads and sends back is as long as ours: it echoes the context
            await using var floor = await BareMesh.ConnectAsync(
                broker, name, id => MessageBody.Call(MessageKind.Request, id, null, name, call.Method, call.Params, json =>
                {
                    json.WriteString(MeshProtocol.UserKey, call.Caller.UserId);
                    json.WriteNull(MeshProtocol.TraceHeader);
                    json.WriteString(MeshProtocol.CallKey, call.Id);
                    json.WriteString(MeshProtocol.AuthorizationKey, $"Bearer {signature}");
                }),
                cancellation);
            var (rate, floorRate, busy) = (new Sample(), new Sample(), new Sample());
            for (var round = 0; round <= rounds; round++)
            {
                var bare = await ManyAsync(floor.CallAsync, Calls, busy);
                var own = await ManyAsync(() => caller.CallAsync(call, cancellation), Calls, busy);
                if (round > 0)
                {
                    floorRate.Add(bare);
                    rate.Add(own);
                }
            }

            var ratio = rate.MedianPaired(floorRate, (own, bare) => own / bare);
            table.Add(
                Figure, rate.ToText("0", "a second"), floorRate.ToText("0", "a second"),
                string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00} ×"), "≥ 0.95 ×", ratio >= 0.95);
        }
        finally
        {
            service.Kill();
            await service.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task MeasureEventsAsync(string broker, MeshKey key, FigureTable table, CancellationToken cancellation)
    {
        const int Events = 5_000;
        var got = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var listeners = Enumerable.Range(0, Listeners).Select(number => Member(broker, $"listener-{number}", key)).ToList();
        try
        {
            foreach (var listener in listeners)
            {
                listener.Subscribe("fleetbridge.benchmark", _ =>
                {
                    if (Interlocked.Increment(ref got) == Events * Listeners)
                    {
                        all.TrySetResult();
                    }
                });
                listener.Start();
                await listener.ConnectedAsync(cancellation);
            }

            await using var publisher = Member(broker, "publisher", key);
            publisher.Start();
            await publisher.ConnectedAsync(cancellation);
            var json = JsonSerializerText();
            var (watch, busy) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            for (var number = 0; number < Events; number++)
            {
                publisher.Publish("fleetbridge.benchmark", json);
            }

            await all.Task.WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System, cancellation);
            var rate = Events * Listeners / watch.Elapsed.TotalSeconds;
            var each = (Environment.CpuUsage.TotalTime - busy).TotalMicroseconds / (Events * Listeners);
            var bare = await BareEvents.MeasureAsync(broker, Listeners, Events, cancellation);
            table.Add(
                $"mesh events, 1 publisher, {Listeners} listeners",
                string.Create(CultureInfo.InvariantCulture, $"{rate:0} deliveries a second, {each:0.0} µs of this process each"),
                string.Create(CultureInfo.InvariantCulture, $"{bare:0} deliveries a second"),
                string.Create(CultureInfo.InvariantCulture, $"{rate / bare:0.00} ×"),
                bound: "≥ 50000", holds: rate >= 50_000);
        }
        finally
        {
            foreach (var listener in listeners)
            {
                await listener.DisposeAsync();
            }
        }
    }

    private static byte[] JsonSerializerText() => System.Text.Encoding.ASCII.GetBytes($$"""{"text":"{{new string('x', 100)}}"}""");

    private static async Task<double> SerialAsync(Func<Task> call, int count)
    {
        var times = new double[count];
        for (var number = 0; number < count; number++)
        {
            var began = Stopwatch.GetTimestamp();
            await call();
            times[number] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[count / 2];
    }

    private static async Task<double> ManyAsync(Func<Task> call, int count, Sample busy)
    {
        var (watch, began) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) <= count)
            {
                await call();
            }
        })));
        busy.Add((Environment.CpuUsage.TotalTime - began).TotalMicroseconds / count);
        return count / watch.Elapsed.TotalSeconds;
    }

    private static MeshCall CallOf() => new()
    {
        Id = "benchmark-1",
        Service = Service,
        Method = "echo",
        Params = JsonElement.Parse("""{"value":"0123456789"}"""),
        Caller = new Identity("ann", "Ann", Role.Viewer),
        Ttl = TimeSpan.FromSeconds(60),
        Permit = static _ => { },
    };

    private static RabbitMqMesh Member(string broker, string machine, MeshKey key) => new(
        new MeshOptions { Address = MeshAddress.Read(broker, null, null), Machine = machine, Key = key }, NullLogger.Instance, TimeProvider.System);

    private sealed class Echo : IMeshService
    {
        private static readonly byte[] Result = [.. "\"0123456789\""u8];

        public string Name => "echo";

        public ServiceDescription Describe() => new("echo", "Returns.", new Dictionary<string, MethodDescription>());

        public Task<ReadOnlyMemory<byte>> CallAsync(MeshCall call, CancellationToken cancellation)
        {
            call.Permit(new MeshMethod("echo", Role.Viewer, Changes: false));
            return Task.FromResult<ReadOnlyMemory<byte>>(Result);
        }
    }
}
