using System.Diagnostics;
using System.Globalization;
using System.Text;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// The gateway beside Kestrel's bare WebSockets, both in this process with their clients: what a consumer takes, how fast all get an
/// event, how long a request takes, and what one consumer that does not read costs the others.
/// </summary>
internal static class GatewayFigures
{
    private const int Consumers = 5_000;
    private const int Messages = 100;
    private const double MostKiB = 20;
    private const double LeastShare = 0.6;
    private const double MostMore = 0.15;
    private const double LeastRate = 20_000;
    private const double MostDelay = 1.2;
    private const string Call = """{"type":"request","payload":{"service":"log","method":"range","trace_id":"same"}}""";
    private const string Subscription = """{"type":"subscribe","payload":{"topic":"figure"}}""";

    private static readonly byte[] Payload = Encoding.ASCII.GetBytes($"\"{new string('x', 30)}\"");
    private static readonly byte[] BareMessage = Encoding.ASCII.GetBytes(new string('x', 110));

    /// <summary>Measures all of them.</summary>
    public static Task MeasureAsync(Bench bench, FigureTable table) =>
        MeasureAsync(table, bench.Place.NewFolder("gateway"), bench.Options.Count(9, 3), bench.Cancellation);

    /// <summary>Measures all of them, without a published bridge.</summary>
    public static async Task MeasureAsync(FigureTable table, string folder, int rounds, CancellationToken cancellation)
    {
        // one after the other: both at once would need more file descriptors than most machines give
        var floor = await MeasureBareAsync(rounds, cancellation);
        await using var gateway = await MeasuredGateway.StartAsync(folder);
        using (await Crowd.OpenAsync(gateway.Port, 200, gateway.Header))
        {
            // compiled, and pools filled
        }

        var before = Heap();
        using var consumers = await Crowd.OpenAsync(gateway.Port, Consumers, gateway.Header);
        await consumers.WaitAsync(Consumers, cancellation);
        var own = (Heap() - before) / 1024.0 / Consumers;
        table.Add(
            $"gateway: {Consumers} idle consumers, each with its client's socket", Text(own, "0.0", "KiB"), Text(floor.KiB, "0.0", "KiB"),
            Text(own / floor.KiB, "0.00", "×"), $"≤ {MostKiB} KiB", own <= MostKiB);

        await consumers.SendAllAsync(Subscription);
        await consumers.WaitAsync(2 * Consumers, cancellation);
        var rate = await RateAsync(consumers, () => gateway.Topic.Publish(Payload), rounds, cancellation);
        table.Add(
            $"gateway: deliveries of {Messages} events to {Consumers} consumers", Text(rate, "#,0", "/s"), Text(floor.Rate, "#,0", "/s"),
            Text(rate / floor.Rate, "0.00", "×"), $"≥ {LeastShare.ToString(CultureInfo.InvariantCulture)} ×", rate / floor.Rate >= LeastShare);
        await MeasureSuspendedAsync(table, gateway, consumers, rounds, cancellation);
        consumers.Dispose();
        await MeasureRequestsAsync(table, floor.Echo, gateway, rounds, cancellation);
    }

    private static async Task<(double KiB, double Rate, double Echo)> MeasureBareAsync(int rounds, CancellationToken cancellation)
    {
        await using var bare = await BareConsumers.StartAsync();
        double echo;
        using (await Crowd.OpenAsync(bare.Port, 200, _ => ""))
        using (var one = await Crowd.OpenAsync(bare.Port, 1, _ => ""))
        {
            echo = await TimeAsync(one, rounds);
        }

        var before = Heap();
        using var crowd = await Crowd.OpenAsync(bare.Port, Consumers, _ => "");
        var size = (Heap() - before) / 1024.0 / Consumers;
        return (size, await RateAsync(crowd, () => bare.Send(BareMessage), rounds, cancellation), echo);
    }

    private static async Task<double> RateAsync(Crowd crowd, Action send, int rounds, CancellationToken cancellation)
    {
        var rates = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var until = crowd.Frames + ((long)Messages * crowd.Count);
            var started = Stopwatch.GetTimestamp();
            for (var message = 0; message < Messages; message++)
            {
                send();
            }

            await crowd.WaitAsync(until, cancellation);
            rates.Add((double)Messages * crowd.Count / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return Median(rates.Skip(1));
    }

    /// <summary>The time until an event has reached 99 of 100 consumers, with and without one that does not read.</summary>
    private static async Task MeasureSuspendedAsync(FigureTable table, MeasuredGateway gateway, Crowd consumers, int rounds, CancellationToken cancellation)
    {
        var without = await LatestAsync();
        consumers.Suspend(0);
        var with = await LatestAsync();
        table.Add(
            $"gateway: an event at 99 % of {Consumers} consumers while one does not read", Text(with, "0.0", "ms"), Text(without, "0.0", "ms"),
            Text(with / without, "0.00", "×"), $"≤ {MostDelay.ToString(CultureInfo.InvariantCulture)} ×", with / without <= MostDelay);

        async Task<double> LatestAsync()
        {
            var times = new List<double>();
            for (var round = 0; round < 10 * rounds; round++)
            {
                var until = consumers.Frames + Consumers - 1;
                var started = Stopwatch.GetTimestamp();
                gateway.Topic.Publish(Payload);
                await consumers.WaitAsync(until, cancellation);
                await Task.Delay(5, cancellation);
                times.Add(consumers.LatestSince(started, without: 0)[(int)(Consumers * 0.99) - 1].TotalMilliseconds);
            }

            return Median(times);
        }
    }

    private static async Task MeasureRequestsAsync(FigureTable table, double floor, MeasuredGateway gateway, int rounds, CancellationToken cancellation)
    {
        using var one = await Crowd.OpenAsync(gateway.Port, 1, gateway.Header);
        await one.WaitAsync(1, cancellation);
        var own = await TimeAsync(one, rounds);
        table.Add(
            "gateway: a request to a service of the process, and a bare echo", Text(own, "0.000", "ms"), Text(floor, "0.000", "ms"),
            Text(own - floor, "+0.000;-0.000", "ms"), $"≤ +{MostMore.ToString(CultureInfo.InvariantCulture)} ms", own - floor <= MostMore);

        using var hundred = await Crowd.OpenAsync(gateway.Port, 100, gateway.Header);
        await hundred.WaitAsync(100, cancellation);
        var rates = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            const int Each = 100;
            var until = hundred.Frames + (Each * hundred.Count);
            var started = Stopwatch.GetTimestamp();
            await Parallel.ForEachAsync(Enumerable.Range(0, hundred.Count), cancellation, async (member, _) =>
            {
                for (var call = 0; call < Each; call++)
                {
                    await hundred.SendAsync(member, Call);
                }
            });
            await hundred.WaitAsync(until, cancellation);
            rates.Add(Each * hundred.Count / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        table.Add(
            "gateway: requests a second from 100 consumers", Text(Median(rates), "#,0", "/s"), "", "", $"≥ {LeastRate.ToString("#,0", CultureInfo.InvariantCulture)} /s",
            Median(rates) >= LeastRate);
    }

    private static async Task<double> TimeAsync(Crowd crowd, int rounds)
    {
        var times = new List<double>();
        for (var call = 0; call < 500 * rounds; call++)
        {
            var started = Stopwatch.GetTimestamp();
            await crowd.AskAsync(0, Call);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return Median(times);
    }

    private static long Heap()
    {
        for (var round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static string Text(double value, string format, string unit) => $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}";
}
