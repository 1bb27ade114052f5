using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Gateway.Hosting;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Page;
using Microsoft.Extensions.Hosting;

namespace FleetBridge.Serving;

/// <summary>A gateway with its page, on its port.</summary>
internal sealed class HostedGateway : IHostedService, IAsyncDisposable
{
    /// <summary>How long the last closes may take to be sent.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    private readonly GatewaySetup _setup;
    private readonly LoopbackServer _server;
    private readonly GatewayPage _page;
    private readonly TimeProvider _clock;

    /// <summary>Creates a gateway that does not accept connections yet.</summary>
    public HostedGateway(GatewaySetup setup, BridgeLog log, TimeProvider clock)
    {
        (_setup, _clock) = (setup, clock);
        var isSecure = setup.Tls is not null;
        var sessions = new PageSessions(setup.Options.StateFolder, setup.Sockets.Port, isSecure, clock);
        if (setup.PageLink is { } link)
        {
            sessions.Offer(link);
        }

        _page = new GatewayPage(sessions, (token, cancellation) => Gateway!.Tokens.VerifyAsync(token, cancellation), clock);
        var own = new GatewayService(
            () => Gateway!, () => $"{(isSecure ? "https" : "http")}://localhost:{setup.Sockets.Port}/login?t={sessions.NewLink()}", setup.Options.StateFolder, clock);
        Gateway = new GatewayServer(
            setup.Options,
            new GatewayParts(MeshOf(setup, own), setup.Topics, setup.Health)
            {
                Page = _page,
                Sessions = sessions,
                Frames = setup.Frames,
                Fleet = setup.Fleet,
                Machine = setup.Machine,
            },
            log,
            setup.Epoch,
            clock);
        _server = new LoopbackServer(
            setup.Sockets, Gateway.HandleAsync, log.FrameworkLoggers, log.Refusals, setup.Limits, clock, writesThrough: false, setup.Tls);
    }

    /// <summary>The gateway.</summary>
    public GatewayServer Gateway { get; }

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Gateway.CloseAllAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(CloseLimit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await _server.StopAsync(either.Token).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    private static IServiceMesh MeshOf(GatewaySetup setup, GatewayService own)
    {
        var here = new InProcessMesh([.. setup.Services, own]);
        return setup.Beyond is { } beyond ? new JoinedMesh(here, beyond) : here;
    }

    public async ValueTask DisposeAsync()
    {
        _page.Dispose();
        foreach (var owned in _setup.Owned)
        {
            owned.Dispose();
        }

        _server.Dispose();
        await Gateway.DisposeAsync().ConfigureAwait(false);
    }
}
