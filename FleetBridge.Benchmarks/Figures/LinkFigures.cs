using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using FleetBridge.Benchmarks.Links;
using FleetBridge.Fleet.Link;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>The link between workers and their host: that it loses nothing, what it costs, and how soon it is back.</summary>
internal static class LinkFigures
{
    private const int Length = 128;
    private const double LeastThroughput = 0.7;
    private const double MostResume = 1.2;

    /// <summary>Before the cut of either side: the threads of both are at rest then. Whoever came second would find them awake, which is
    /// worth more than the difference between the two.</summary>
    private static readonly TimeSpan ResumePause = TimeSpan.FromMilliseconds(5);

    private static readonly LinkTimes Hurried = new()
    {
        ShortestWait = TimeSpan.FromMilliseconds(1),
        LongestWait = TimeSpan.FromMilliseconds(5),
        Acknowledge = TimeSpan.FromMilliseconds(5),
    };

    /// <summary>Numbered messages in both directions, through cuts at random moments and one restart of the server.</summary>
    public static async Task MeasureCutsAsync(Bench bench, FigureTable table)
    {
        var count = bench.Options.Count(1_000_000, 200_000);
        var cuts = bench.Options.Count(500, 100);
        await using var host = await LinkHost.StartAsync();
        var (up, down) = (new NumberedSide(count, Length), new NumberedSide(count, Length));
        host.Server = LinkHost.NewServer(down, Hurried);
        await using var client = host.NewClient(up, Hurried);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(bench.Cancellation);
        Task[] running = [client.RunAsync(ending.Token), up.SendAllAsync(ending.Token), down.SendAllAsync(ending.Token)];
        var random = new Random(20261126);
        var watch = Stopwatch.StartNew();
        var done = 0;
        for (; done < cuts && !(up.Complete.IsCompleted && down.Complete.IsCompleted); done++)
        {
            // each cut at a random place in its part of the way
            var place = (long)(count * (done + random.NextDouble()) / cuts * 0.9);
            while (Math.Max(up.Received, down.Received) < place || !client.Status.IsConnected)
            {
                await Task.Delay(1, bench.Cancellation);
            }

            var connections = up.Connections;
            var cut = () => { };
            if (done == cuts / 2)
            {
                var former = host.Server;
                host.Server = LinkHost.NewServer(down, Hurried);
                await former.DisposeAsync();
            }
            else
            {
                cut = random.Next(2) == 0 ? () => client.Server.Abort("cut") : () => host.Server.Find("w1")?.Abort("cut");
            }

            // the side that is cut may not have its end of the connection yet, and has nothing to cut then
            for (var wait = 0; up.Connections == connections; wait++)
            {
                if (wait % 20 == 0)
                {
                    cut();
                }

                await Task.Delay(1, bench.Cancellation);
            }
        }

        await Task.WhenAll(up.Complete, down.Complete).WaitAsync(bench.Cancellation);
        watch.Stop();
        await ending.CancelAsync();
        await Task.WhenAll(running).ContinueWith(_ => { }, TaskScheduler.Default);
        var lost = (2L * count) - up.Received - down.Received;
        var wrong = up.Misplaced + down.Misplaced;
        table.Add(
            Text($"link: {count:N0} numbered messages each way through {done} cuts and {up.NewSessions - 1} server restart"),
            Text($"{lost} lost, {wrong} doubled or reordered; {up.Connections} connections, {watch.Elapsed.TotalSeconds:0} s"),
            bound: "0 lost, 0 doubled, 0 reordered",
            holds: lost == 0 && wrong == 0 && done == cuts && up.NewSessions == 2);
    }

    /// <summary>Messages in both directions at once, without cuts, beside a bare WebSocket that sends one frame for each.</summary>
    public static async Task MeasureThroughputAsync(Bench bench, FigureTable table)
    {
        var count = bench.Options.Count(300_000, 100_000);
        var (link, bare) = (new Sample(), new Sample());
        for (var round = 0; round < bench.Options.Count(7, 3); round++)
        {
            link.Add(2 * count / (await TimeLinkAsync(bench, count)).TotalSeconds);
            bare.Add(2 * count / (await TimeBareAsync(bench, count)).TotalSeconds);
        }

        var ratio = link.MedianPaired(bare, (a, b) => a / b);
        table.Add(
            Text($"link: messages of {Length} bytes, {count:N0} each way at once, beside a bare WebSocket"),
            link.ToText("N0", "a second"),
            bare.ToText("N0", "a second"),
            Text($"{ratio:0.00} ×"),
            Text($"≥ {LeastThroughput} ×"),
            ratio >= LeastThroughput);
    }

    /// <summary>From a cut until a message that was on its way is echoed over the next connection, without the wait before it, beside
    /// a bare WebSocket that notices its cut in the same way, connects again and has a message echoed.</summary>
    public static async Task MeasureResumeAsync(Bench bench, FigureTable table)
    {
        var times = Hurried with { ShortestWait = TimeSpan.Zero, LongestWait = TimeSpan.Zero, Acknowledge = TimeSpan.Zero };
        await using var host = await LinkHost.StartAsync();
        var up = new EchoSide(echoes: false);
        host.Server = LinkHost.NewServer(new EchoSide(echoes: true), times);
        host.Bare = BareSide.EchoAsync;
        await using var client = host.NewClient(up, times);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(bench.Cancellation);
        var running = client.RunAsync(ending.Token);
        var (link, bare) = (new Sample(), new Sample());
        var buffer = new byte[Length];
        var socket = await host.ConnectBareAsync(bench.Cancellation);
        await up.SessionAsync(bench.Cancellation);
        for (var round = 0; round < bench.Options.Count(300, 100); round++)
        {
            await Task.Delay(ResumePause, TimeProvider.System, bench.Cancellation);

            // the cut is here; the message waits for the next connection
            client.Server.Abort("cut");
            var begun = Stopwatch.GetTimestamp();
            await client.SendAsync(3, buffer, LinkClass.Control, bench.Cancellation);
            await up.MessageAsync(bench.Cancellation);
            var resumed = Stopwatch.GetElapsedTime(begun);
            if (!(await up.SessionAsync(bench.Cancellation)).IsResumed)
            {
                throw new BenchmarkException("The session was not resumed.");
            }

            await Task.Delay(ResumePause, TimeProvider.System, bench.Cancellation);
            var reading = socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).AsTask();
            begun = Stopwatch.GetTimestamp();
            socket.Abort();
            await reading.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            socket.Dispose();
            socket = await host.ConnectBareAsync(bench.Cancellation);
            await socket.SendAsync(buffer.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, bench.Cancellation);
            await socket.ReceiveAsync(buffer.AsMemory(), bench.Cancellation);

            if (round >= 20)
            {
                link.Add(resumed);
                bare.Add(Stopwatch.GetElapsedTime(begun));
            }
        }

        socket.Dispose();
        await ending.CancelAsync();
        await running;
        table.AddRatio("link: from a cut until a message is echoed again, without the wait", link, bare, "0.00", MostResume);
    }

    private static async Task<TimeSpan> TimeLinkAsync(Bench bench, int count)
    {
        await using var host = await LinkHost.StartAsync();
        var (up, down) = (new NumberedSide(count, Length), new NumberedSide(count, Length));
        var times = new LinkTimes();
        host.Server = LinkHost.NewServer(down, times);
        await using var client = host.NewClient(up, times);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(bench.Cancellation);
        var running = client.RunAsync(ending.Token);
        while (up.Peer is null || down.Peer is null)
        {
            await Task.Delay(1, bench.Cancellation);
        }

        var watch = Stopwatch.StartNew();
        Task[] sending = [Task.Run(() => up.SendAllAsync(ending.Token)), Task.Run(() => down.SendAllAsync(ending.Token))];
        await Task.WhenAll(up.Complete, down.Complete).WaitAsync(bench.Cancellation);
        watch.Stop();
        await ending.CancelAsync();
        await running;
        await Task.WhenAll(sending).ContinueWith(_ => { }, TaskScheduler.Default);
        return up.Misplaced + down.Misplaced == 0
            ? watch.Elapsed
            : throw new BenchmarkException("Messages came at the wrong place.");
    }

    private static async Task<TimeSpan> TimeBareAsync(Bench bench, int count)
    {
        await using var host = await LinkHost.StartAsync();
        host.Server = LinkHost.NewServer(new NumberedSide(0, Length), new LinkTimes());
        var serving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Bare = async socket =>
        {
            await BareSide.ExchangeAsync(socket, count, Length, bench.Cancellation);
            serving.SetResult();
        };
        using var client = await host.ConnectBareAsync(bench.Cancellation);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(BareSide.ExchangeAsync(client, count, Length, bench.Cancellation), serving.Task);
        return watch.Elapsed;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
