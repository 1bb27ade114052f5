using System.Text.Json.Nodes;
using FleetBridge.Core.Client;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Gateway.Fleet;
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
    private readonly HostClient _host;
    private readonly IReadOnlyList<PolledTopic> _fleet;
    private readonly GatewayServer _gateway;
    private readonly LoopbackServer _server;
    private readonly PageSessions _sessions;
    private readonly GatewayPage _page;
    private readonly TimeProvider _clock;

    /// <summary>Creates a gateway that does not accept connections yet.</summary>
    public BridgeGateway(
        LoopbackSockets sockets, BridgeComposition bridge, HealthEndpoint health, ServingOptions options, BridgeLog log, TimeProvider clock)
    {
        _clock = clock;
        var epoch = GatewayServer.NewEpoch();
        _logTopic = new LogTopic(log.Everything, epoch);
        _host = new HostClient(options.HostUrl ?? new Uri($"http://127.0.0.1:{DefaultPorts.Host}"));
        _fleet = FleetTopics.Of(_host, epoch, clock);
        var mesh = new InProcessMesh(
            new BridgeService(new InProcessBridge(bridge), new GatewayDoctor(bridge, clock).RunAsync) { ProjectSettings = () => ProjectOf(options) },
            new FleetService(_host),
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
            new GatewayParts(mesh, [_logTopic, DeploymentTopic.Of(bridge.Requests.Events, epoch, clock), .. _fleet], health.Health)
            {
                Page = _page,
                Sessions = _sessions,
            },
            log,
            epoch,
            clock);
        _server = new LoopbackServer(sockets, _gateway.HandleAsync, log.FrameworkLoggers, log.Refusals, options.GatewayLimits, clock, writesThrough: false);
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

    private static JsonObject ProjectOf(ServingOptions options)
    {
        var settings = new JsonObject();
        foreach (var (name, value) in options.ProjectSettings ?? new Dictionary<string, string>())
        {
            settings[name] = value;
        }

        return new JsonObject { ["source"] = options.ProjectSettings is null ? null : "project", ["settings"] = settings };
    }

    public async ValueTask DisposeAsync()
    {
        _logTopic.Dispose();
        _page.Dispose();
        foreach (var topic in _fleet)
        {
            topic.Dispose();
        }

        _host.Dispose();
        _server.Dispose();
        await _gateway.DisposeAsync().ConfigureAwait(false);
    }
}
