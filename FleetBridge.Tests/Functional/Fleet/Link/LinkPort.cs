using System.Net.Security;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Fleet.Link;
using FleetBridge.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Tests.Functional.Fleet.Link;

/// <summary>A link's server on a real port, and a client of it behind a wire that tests break.</summary>
internal sealed class LinkPort : IAsyncDisposable
{
    private readonly LoopbackServer _port;
    private readonly CancellationTokenSource _stop = new();
    private readonly RefusalLog _refusals = new(NullLogger.Instance, TimeProvider.System);

    private LinkPort(LoopbackSockets sockets, TlsHandshakeCallbackOptions? tls, LinkTimes times)
    {
        Server = new LinkServer(
            new LinkServerOptions { Times = times }, ServerHandler, TimeProvider.System, NullLoggerFactory.Instance, NullLoggerFactory.Instance);
        Number = sockets.Port;
        Wire = new BrokenWire(sockets.Port);
        _port = new LoopbackServer(
            sockets,
            context => Responds is { } respond ? respond(context) : Server.AcceptAsync(context, "w1"),
            NullLoggerFactory.Instance,
            _refusals,
            new PortLimits { MostConnections = 100, MostUpgraded = 100, AllowsSlowReaders = true },
            TimeProvider.System,
            writesThrough: false,
            tls);
        Client = Connect(times: times);
    }

    public static LinkTimes Hurried => new()
    {
        Ping = TimeSpan.FromMilliseconds(200),
        Dead = TimeSpan.FromMilliseconds(800),
        ShortestWait = TimeSpan.FromMilliseconds(1),
        LongestWait = TimeSpan.FromMilliseconds(20),
        Acknowledge = TimeSpan.FromMilliseconds(5),
    };

    public LinkServer Server { get; }

    public CountingHandler ServerHandler { get; } = new();

    public CountingHandler ClientHandler { get; } = new();

    /// <summary>What the port responds instead of the link.</summary>
    public Func<HttpContext, Task>? Responds { get; set; }

    public BrokenWire Wire { get; }

    public int Number { get; }

    public LinkClient Client { get; private set; }

    public Task Running { get; private set; } = Task.CompletedTask;

    public static async Task<LinkPort> OpenAsync(LinkTimes? times = null, SslServerAuthenticationOptions? tls = null)
    {
        var port = new LinkPort(
            LoopbackSockets.Bind(0),
            tls is null ? null : new TlsHandshakeCallbackOptions { OnConnection = _ => new ValueTask<SslServerAuthenticationOptions>(tls) },
            times ?? Hurried);
        await port._port.StartAsync(CancellationToken.None);
        return port;
    }

    /// <summary>Another client, in the place of the present one.</summary>
    public LinkClient Connect(string scheme = "ws", string? pinned = null, LinkTimes? times = null) => Client = new LinkClient(
        new LinkOptions { Uri = new Uri($"{scheme}://127.0.0.1:{Wire.Port}/worker"), PinnedFingerprint = pinned, Times = times ?? Hurried },
        ClientHandler,
        TimeProvider.System,
        NullLogger.Instance);

    public void Start() => Running = Client.RunAsync(_stop.Token);

    public Task ConnectedAsync() => Eventually.TrueAsync(() => Client.Status.IsConnected && Server.Find("w1")?.IsConnected == true, "it is connected");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.ContinueWith(_ => { }, TaskScheduler.Default);
        await Client.DisposeAsync();
        await Server.DisposeAsync();
        await Wire.DisposeAsync();
        await _port.StopAsync(CancellationToken.None);
        _port.Dispose();
        _refusals.Dispose();
        _stop.Dispose();
    }

    /// <summary>Checks that numbers come in order, each once.</summary>
    internal sealed class CountingHandler : ILinkHandler
    {
        private long _count;
        private int _sessions;
        private volatile string? _problem;

        /// <summary>How many messages have come.</summary>
        public long Count => Interlocked.Read(ref _count);

        /// <summary>How many connections there were.</summary>
        public int Sessions => Volatile.Read(ref _sessions);

        /// <summary>The first message that came at the wrong place.</summary>
        public string? Problem => _problem;

        /// <summary>How the last connection ended.</summary>
        public LinkEnd? LastEnd { get; private set; }

        public ValueTask OnSessionAsync(LinkPeer peer, LinkSession session, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _sessions);
            return ValueTask.CompletedTask;
        }

        public ValueTask OnMessageAsync(LinkPeer peer, int type, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
        {
            var number = BitConverter.ToInt64(payload.Span);
            if (number != Count)
            {
                _problem ??= $"{number} came in the place of {Count}";
            }

            Interlocked.Increment(ref _count);
            return ValueTask.CompletedTask;
        }

        public void OnGap(LinkPeer peer, long count) => _problem ??= $"{count} are missing";

        public void OnDisconnected(LinkPeer peer, LinkEnd end) => LastEnd = end;
    }
}
