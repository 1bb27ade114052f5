using System.Globalization;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Gateway.Hosting;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Page;
using FleetBridge.Gateway.Topics;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Page;

/// <summary>A gateway with its page in this process, whose mesh has the machines that a test names; there is no broker.</summary>
internal sealed class FakeMesh : IAsyncDisposable
{
    private const string Epoch = "e";

    private readonly TemporaryFolder _folder = new();
    private readonly BridgeLog _log;
    private readonly GatewayPage _page;
    private readonly GatewayServer _gateway;
    private readonly LoopbackServer _server;
    private readonly PageSessions _sessions;
    private readonly LogTopic _logTopic;

    private FakeMesh(IReadOnlyList<FakeMachine> services)
    {
        _log = BridgeLog.Open(new BridgeLogOptions { File = _folder["bridge.log"] }, TimeProvider.System);
        var sockets = LoopbackSockets.Bind(0);
        _sessions = new PageSessions(_folder.Path, sockets.Port, isSecure: false, TimeProvider.System);
        _page = new GatewayPage(_sessions, (token, cancellation) => _gateway!.Tokens.VerifyAsync(token, cancellation), TimeProvider.System);
        _logTopic = new LogTopic(_log.Everything, Epoch);
        var own = new GatewayService(() => _gateway!, () => "", _folder.Path, TimeProvider.System);
        _gateway = new GatewayServer(
            new GatewayOptions { StateFolder = _folder.Path, Process = HealthMessage.Serve, Port = sockets.Port },
            new GatewayParts(
                new InProcessMesh([.. services, new LogService(_log.Everything, Epoch), own]),
                [_logTopic, new StoredTopic("deployments", Epoch), new StoredTopic("servers", Epoch), new StoredTopic("sessions", Epoch), Deployments, Records],
                _ => throw new NotSupportedException())
            {
                Page = _page,
                Sessions = _sessions,
                Machine = "desk",
            },
            _log,
            Epoch,
            TimeProvider.System);
        _server = new LoopbackServer(
            sockets, _gateway.HandleAsync, _log.FrameworkLoggers, _log.Refusals, PortLimits.Gateway, TimeProvider.System, writesThrough: false);
        Address = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{sockets.Port}");
    }

    public string Address { get; }

    /// <summary>What the deployments of all machines do.</summary>
    public StoredTopic Deployments { get; } = new("fleetbridge.deployments", Epoch);

    /// <summary>The records of all machines.</summary>
    public StoredTopic Records { get; } = new("fleetbridge.log", Epoch);

    public static async Task<FakeMesh> StartAsync(params FakeMachine[] services)
    {
        var mesh = new FakeMesh(services);
        await mesh._server.StartAsync(CancellationToken.None);
        return mesh;
    }

    public string NewLink() => $"{Address}/login?t={_sessions.NewLink()}";

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System);
        await _server.StopAsync(limit.Token);
        _server.Dispose();
        _page.Dispose();
        await _gateway.DisposeAsync();
        _logTopic.Dispose();
        await _log.DisposeAsync();
        _folder.Dispose();
    }
}
