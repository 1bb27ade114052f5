using System.Net.WebSockets;
using FleetBridge.Fleet.Link;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Benchmarks.Links;

/// <summary>A port of this process with a link's server at <c>/worker</c>, and a bare WebSocket at <c>/bare</c>.</summary>
internal sealed class LinkHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private LinkHost(WebApplication application) => _application = application;

    /// <summary>The link's server; another one is what a restart leaves.</summary>
    public LinkServer Server { get; set; } = null!;

    /// <summary>Serves the bare WebSocket.</summary>
    public Func<WebSocket, Task> Bare { get; set; } = _ => Task.CompletedTask;

    public int Port { get; private set; }

    public static async Task<LinkHost> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var host = new LinkHost(application);
        application.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        application.Run(host.HandleAsync);
        await application.StartAsync();
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        host.Port = new Uri(address).Port;
        return host;
    }

    /// <summary>A link's server that knows no sessions.</summary>
    public static LinkServer NewServer(ILinkHandler handler, LinkTimes times) => new(
        new LinkServerOptions { Times = times }, handler, TimeProvider.System, NullLoggerFactory.Instance, NullLoggerFactory.Instance);

    /// <summary>A client of the link.</summary>
    public LinkClient NewClient(ILinkHandler handler, LinkTimes times) => new(
        new LinkOptions { Uri = new Uri($"ws://127.0.0.1:{Port}/worker"), Times = times, Survives = _ => false },
        handler,
        TimeProvider.System,
        NullLogger.Instance);

    /// <summary>A client of the bare WebSocket.</summary>
    public async Task<WebSocket> ConnectBareAsync(CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        socket.Options.Proxy = null;
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{Port}/bare"), cancellation);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _application.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == "/bare")
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await Bare(socket);
            return;
        }

        await Server.AcceptAsync(context, "w1");
    }
}
