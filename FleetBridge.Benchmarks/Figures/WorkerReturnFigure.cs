using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using FleetBridge.Core.Security;
using FleetBridge.Fleet.Link;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>1,000 workers whose host is killed and started again: all are back soon, and not all at once.</summary>
internal static class WorkerReturnFigure
{
    private const double MostSeconds = 10;
    private const double LeastSpread = 4;

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var count = bench.Options.Count(1_000, 300);
        var (all, spread) = (new Sample(), new Sample());
        for (var round = 0; round < bench.Options.Count(3, 1); round++)
        {
            await MeasureOnceAsync(bench, count, all, spread);
        }

        table.Add(
            Text($"link: {count:N0} workers are back after a kill of the host, from its start"),
            all.ToText("0.0", "s"),
            bound: Text($"≤ {MostSeconds} s"),
            holds: all.Values.Max() <= MostSeconds);
        table.Add("from the first of them to the last", spread.ToText("0.0", "s"), bound: Text($"≥ {LeastSpread} s"), holds: spread.Values.Min() >= LeastSpread);
    }

    private static async Task MeasureOnceAsync(Bench bench, int count, Sample all, Sample spread)
    {
        await using var host = bench.StartHost();
        await host.WaitForBothPortsAsync(bench.Cancellation);
        var sessions = new Sessions();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(bench.Cancellation);
        var clients = new List<LinkClient>();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{host.HttpPort}") };
        for (var i = 0; i < count; i++)
        {
            clients.Add(await RegisterAsync(http, $"worker-{i}", sessions, host.HttpPort, bench.Cancellation));
        }

        var running = Task.WhenAll(clients.Select(client => client.RunAsync(ending.Token)));
        await WaitAsync(() => sessions.Count == count);
        sessions.Clear();
        await host.RestartAsync();
        await WaitAsync(() => sessions.Count == count);
        var (first, last) = sessions.Range;
        all.Add(Stopwatch.GetElapsedTime(host.Started, last).TotalSeconds);
        spread.Add(Stopwatch.GetElapsedTime(first, last).TotalSeconds);
        await ending.CancelAsync();
        await running;
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }

        async Task WaitAsync(Func<bool> condition)
        {
            while (!condition())
            {
                await Task.Delay(20, bench.Cancellation);
            }
        }
    }

    private static async Task<LinkClient> RegisterAsync(HttpClient http, string id, Sessions sessions, int port, CancellationToken cancellation)
    {
        var secret = AccessToken.Random();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/worker/{id}", UriKind.Relative))
        {
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(AccessToken.Scheme, secret);
        using var response = await http.SendAsync(request, cancellation);
        response.EnsureSuccessStatusCode();
        return new LinkClient(
            new LinkOptions
            {
                Uri = new Uri($"ws://127.0.0.1:{port}/worker?id={id}"),
                Headers = new Dictionary<string, string> { ["Authorization"] = $"{AccessToken.Scheme} {secret}" },
            },
            sessions,
            TimeProvider.System,
            NullLogger.Instance);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>When each connection came.</summary>
    private sealed class Sessions : ILinkHandler
    {
        private readonly List<long> _times = [];

        public int Count
        {
            get
            {
                lock (_times)
                {
                    return _times.Count;
                }
            }
        }

        public (long First, long Last) Range
        {
            get
            {
                lock (_times)
                {
                    return (_times.Min(), _times.Max());
                }
            }
        }

        public void Clear()
        {
            lock (_times)
            {
                _times.Clear();
            }
        }

        public ValueTask OnSessionAsync(LinkPeer peer, LinkSession session, CancellationToken cancellation)
        {
            lock (_times)
            {
                _times.Add(Stopwatch.GetTimestamp());
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask OnMessageAsync(LinkPeer peer, int type, ReadOnlyMemory<byte> payload, CancellationToken cancellation) => ValueTask.CompletedTask;

        public void OnGap(LinkPeer peer, long count)
        {
        }

        public void OnDisconnected(LinkPeer peer, LinkEnd end)
        {
        }
    }
}
