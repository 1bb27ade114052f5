using FleetBridge.Core.Client;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Core.State;
using FleetBridge.Gateway.Hosting;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Page;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Topics;
using FleetBridge.Protocol;
using Microsoft.Extensions.Hosting;

namespace FleetBridge.Serving;

/// <summary>The gateway of a bridge: its services are the bridge's own, in this process.</summary>
internal sealed class BridgeGateway : IHostedService, IAsyncDisposable
{
    /// <summary>How long the last closes may take to be sent.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    private readonly LogTopic _logTopic;
    private readonly GatewayServer _gateway;
    private readonly LoopbackServer _server;
    private readonly PageSessions _sessions;
    private readonly GatewayPage _page;
    private readonly TimeProvider _clock;

    /// <summary>Creates a gateway that does not accept connections yet.</summary>
    public BridgeGateway(
        LoopbackSockets sockets, BridgeComposition bridge, HealthEndpoint health, RunningRequests running, ServingOptions options, BridgeLog log, TimeProvider clock)
    {
        _clock = clock;
        var epoch = GatewayServer.NewEpoch();
        _logTopic = new LogTopic(log.Everything, epoch);
        var mesh = new InProcessMesh(
            new BridgeService(new InProcessBridge(bridge), doctor: null),
            new LogService(log.Everything, epoch));
        _sessions = new PageSessions(options.Bridge.StateFolder, sockets.Port, isSecure: false, clock);
        if (options.PageLink is { } link)
        {
            _sessions.Offer(link);
        }

        _page = new GatewayPage(_sessions, (token, cancellation) => _gateway!.Tokens.VerifyAsync(token, cancellation), clock);
        _gateway = new GatewayServer(
            new GatewayOptions
            {
                StateFolder = options.Bridge.StateFolder,
                Process = Core.Client.Wire.HealthMessage.Serve,
                Port = sockets.Port,
                OwnToken = options.Token,
                Jwt = options.Jwt is { } jwt ? new JwtOptions(jwt.Keys, jwt.Issuer, jwt.Audience) : null,
            },
            new GatewayParts(mesh, [_logTopic], health.Health) { Page = _page, Sessions = _sessions },
            log,
            epoch,
            clock);
        _server = new LoopbackServer(sockets, _gateway.HandleAsync, log.FrameworkLoggers, log.Refusals, options.GatewayLimits, clock, writesThrough: false);
        _ = running;
    }

    /// <summary>The gateway.</summary>
    public GatewayServer Gateway => _gateway;

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _gateway.CloseAllAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(CloseLimit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await _server.StopAsync(either.Token).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _logTopic.Dispose();
        _page.Dispose();
        _server.Dispose();
        await _gateway.DisposeAsync().ConfigureAwait(false);
    }
}
