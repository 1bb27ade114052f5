using System.Net.WebSockets;
using System.Text;
using FleetBridge.Fleet.Link;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Tests.Unit.Fleet.Link;

/// <summary>A client and a server in this process, and a way between them that tests break.</summary>
internal sealed class LinkRig : ILinkConnector, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _clock;
    private readonly LinkServerOptions _serverOptions;
    private readonly List<LinkServer> _servers = [];

    public LinkRig(TimeProvider clock, LinkOptions? options = null, LinkServerOptions? server = null, Func<double>? random = null)
    {
        (_clock, _serverOptions) = (clock, server ?? new LinkServerOptions());
        Client = new LinkClient(
            options ?? Options, ClientHandler, this, clock, NullLogger.Instance, random ?? (() => 0.5));
        StartServer();
    }

    public static LinkOptions Options => new() { Uri = new Uri("ws://host.test/worker") };

    public string Target => "ws://host.test/worker";

    public ListedHandler ClientHandler { get; } = new();

    public ListedHandler ServerHandler { get; } = new();

    public LinkClient Client { get; }

    public LinkServer Server { get; private set; } = null!;

    /// <summary>The present connection.</summary>
    public MemoryWire Wire { get; private set; } = new();

    /// <summary>What the next attempts fail with.</summary>
    public LinkConnectException? Failure { get; set; }

    /// <summary>How often the client has tried.</summary>
    public int Attempts { get; private set; }

    /// <summary>The client's loop.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    public static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Begins to run the client.</summary>
    public LinkRig Start()
    {
        Running = Client.RunAsync(_stop.Token);
        return this;
    }

    /// <summary>Begins to run the client and waits until it is connected.</summary>
    public async Task<LinkRig> ConnectAsync()
    {
        Start();
        await ConnectedAsync();
        return this;
    }

    public Task ConnectedAsync() => Eventually.TrueAsync(() => Client.Status.IsConnected && Server.Find("w1")?.IsConnected == true, "it is connected");

    public Task DisconnectedAsync() =>
        Eventually.TrueAsync(() => !Client.Status.IsConnected && Server.Find("w1")?.IsConnected != true, "it is disconnected");

    /// <summary>Another server in the place of the present one, which knows no sessions.</summary>
    public LinkServer StartServer()
    {
        _servers.Add(Server = new LinkServer(_serverOptions, ServerHandler, _clock, NullLoggerFactory.Instance, NullLoggerFactory.Instance));
        return Server;
    }

    public Task StopAsync() => _stop.CancelAsync();

    public Task<(WebSocket Socket, LinkWelcome Welcome)> ConnectAsync(LinkPosition position, CancellationToken cancellation)
    {
        Attempts++;
        if (Failure is { } failure)
        {
            throw failure;
        }

        var (peer, welcome) = Server.Begin("w1", position) ?? throw new LinkConnectException("gone", 410);
        Wire = new MemoryWire();
        _ = Server.ServeAsync(peer, Wire.Server, welcome.Session);
        return Task.FromResult((Wire.Client, welcome));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Wire.Cut();
        await Running.ContinueWith(_ => { }, TaskScheduler.Default);
        await Client.DisposeAsync();
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _stop.Dispose();
    }
}
