using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>
/// A day in ten minutes: requests of every kind, good and bad, clients that leave in the middle, log clients that come and
/// go, and a backend that is rebuilt every ten seconds. What the bridge holds has to stay what it was, and no request may
/// have another answer than it should.
/// </summary>
internal static class SoakFigure
{
    private const double MostMoreMemory = 10;
    private const double MostMoreHandles = 5;
    private const int Parts = 5;

    private static readonly TimeSpan RebuildInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var length = TimeSpan.FromMinutes(bench.Options.Count(10, 1));
        var backends = bench.Place.NewFolder("backends");
        var probe = Path.Combine(backends, "probe", "1");
        Published.Install(bench.Published.Probes[0].Folder, probe);
        await using var bridge = bench.StartBridge(backends);
        await bridge.WaitForBothPortsAsync(bench.Cancellation);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(bench.Cancellation);
        end.CancelAfter(length);
        var traffic = new Traffic(bridge, bench.Place["no-such-gate"], end.Token);
        var workers = new[]
        {
            traffic.RunAsync(traffic.AskOnOneConnection),
            traffic.RunAsync(traffic.AskOnOneConnection),
            traffic.RunAsync(traffic.AskWrongly),
            traffic.RunAsync(traffic.LeaveInTheMiddle),
            traffic.RunAsync(traffic.ReadTheLog),
            traffic.RunAsync(traffic.WriteTheLog),
            Task.Run(() => RebuildAsync(bench, probe, end.Token), CancellationToken.None),
        };
        var (memory, handles) = await LookAsync(bridge, length, end.Token);
        await Task.WhenAll(workers);
        bench.Cancellation.ThrowIfCancellationRequested();

        var minutes = string.Create(CultureInfo.InvariantCulture, $"{length.TotalMinutes:0} min of mixed traffic");
        AddFlat(table, $"memory at the end of {minutes} (the floor: after its first fifth)", memory, "MiB", MostMoreMemory);
        AddFlat(table, "open handles, likewise", handles, "", MostMoreHandles);
        table.Add(
            $"requests with a wrong response, of {traffic.Asked.ToString("N0", CultureInfo.InvariantCulture)}"
                + (traffic.Failures.FirstOrDefault() is { } first ? $" (such as: {first})" : ""),
            $"{traffic.Failures.Count}",
            bound: "0",
            holds: traffic.Failures.IsEmpty);
    }

    private static void AddFlat(FigureTable table, string figure, List<double> looks, string unit, double most)
    {
        var (early, late) = (new Sample(), new Sample());
        looks[(looks.Count / Parts)..(2 * looks.Count / Parts)].ForEach(early.Add);
        looks[^(looks.Count / Parts)..].ForEach(late.Add);
        var more = late.Median - early.Median;
        table.Add(
            figure,
            late.ToText("0.0", unit),
            early.ToText("0.0", unit),
            string.Create(CultureInfo.InvariantCulture, $"{more:+0.0;-0.0} {unit}").Trim(),
            string.Create(CultureInfo.InvariantCulture, $"≤ +{most} {unit}").Trim(),
            more <= most);
    }

    private static async Task<(List<double> Memory, List<double> Handles)> LookAsync(
        Served bridge, TimeSpan length, CancellationToken end)
    {
        var (memory, handles) = (new List<double>(), new List<double>());
        var started = Stopwatch.GetTimestamp();
        while (!end.IsCancellationRequested && Stopwatch.GetElapsedTime(started) < length)
        {
            memory.Add(bridge.ReadMemory("VmRSS"));
            handles.Add(bridge.CountHandles());
            await Task.Delay(LookInterval, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return (memory, handles);
    }

    private static async Task RebuildAsync(Bench bench, string folder, CancellationToken end)
    {
        for (var build = 1; !end.IsCancellationRequested; build++)
        {
            await Task.Delay(RebuildInterval, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Published.Install(bench.Published.Probes[build % bench.Published.Probes.Count].Folder, folder);
        }
    }

    /// <summary>What clients do, each in a thread of its own.</summary>
    private sealed class Traffic(Served bridge, string gate, CancellationToken end)
    {
        private int _asked;

        public int Asked => _asked;

        public ConcurrentQueue<string> Failures { get; } = new();

        public Task RunAsync(Action work) => Task.Factory.StartNew(
            () =>
            {
                while (!end.IsCancellationRequested)
                {
                    try
                    {
                        work();
                    }
                    catch (Exception exception) when (exception is BenchmarkException or SocketException)
                    {
                        Failures.Enqueue(exception.Message);
                        end.WaitHandle.WaitOne(100);
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        public void AskOnOneConnection()
        {
            using var socket = Connection.Open(bridge.HttpPort);
            for (var i = 0; i < 50 && !end.IsCancellationRequested; i++)
            {
                Expect(socket, HttpExchange.MetadataTarget, 200, "\"Components\"");
                Expect(socket, "/aws/1/config?prefix=soak", 200, "\"soak\"");
                Expect(socket, "/probe/1/deployment/thing/check?text=soak", 200, "\"Build\"");
                Expect(socket, "/aws_backend/1/deployment/packaged_build/check?server_package_root=\"/no-such\"", 200, "\"False\"");
                end.WaitHandle.WaitOne(5);
            }
        }

        public void AskWrongly()
        {
            Expect("/nothing/1/metadata", 404);
            Expect("/probe/1/deployment/thing/fly", 404);
            Expect("/probe/1", 400);
            Expect("/aws/1/config?region_name=nowhere%20at%20all", 200, "Invalid Settings");
            Expect("/probe/1/deployment/mischief/throw", 200, "\"False\"");
            Ask("GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403);
            Ask("POST /probe/1/deployment/thing/check HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nContent-Length: 0\r\n\r\n", 403);
            end.WaitHandle.WaitOne(20);
        }

        public void LeaveInTheMiddle()
        {
            using var socket = Connection.Open(bridge.HttpPort);
            socket.Send(HttpExchange.Request(bridge.HttpPort, $"/probe/1/deployment/thing/wait?gate={Uri.EscapeDataString(gate)}"));
            end.WaitHandle.WaitOne(50);
        }

        public void ReadTheLog()
        {
            using var reader = LogReader.Connect(bridge.WebSocketPort);
            var until = Stopwatch.GetTimestamp() + (3 * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < until && !end.IsCancellationRequested)
            {
                reader.ReadText();
            }
        }

        public void WriteTheLog()
        {
            Expect("/probe/1/deployment/thing/log?count=500&text=soaking", 200, "\"True\"");
            end.WaitHandle.WaitOne(100);
        }

        private void Expect(string target, int status, string text = "")
        {
            using var socket = Connection.Open(bridge.HttpPort);
            Expect(socket, target, status, text);
        }

        private void Expect(Socket socket, string target, int status, string text) =>
            Check(target, HttpExchange.Post(socket, HttpExchange.Request(bridge.HttpPort, target)), status, text);

        private void Ask(string request, int status)
        {
            using var socket = Connection.Open(bridge.HttpPort);
            Check(request, HttpExchange.Post(socket, Encoding.ASCII.GetBytes(request)), status, "");
        }

        private void Check(string request, HttpExchange answer, int status, string text)
        {
            Interlocked.Increment(ref _asked);
            if (answer.Status != status || !answer.Text.Contains(text, StringComparison.Ordinal))
            {
                throw new BenchmarkException($"{request}: {answer.Status} {answer.Text}");
            }
        }
    }
}
