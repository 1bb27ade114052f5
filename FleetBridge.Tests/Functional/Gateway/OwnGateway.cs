using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Text;
using FleetBridge.Gateway.Hosting;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Topics;
using FleetBridge.Serving;

namespace FleetBridge.Tests.Functional.Gateway;

/// <summary>
/// A gateway alone, with a topic that a test publishes to, and the services <c>log</c> and <c>bridge</c>. It is known by any name, so that a
/// wire may lead to it.
/// </summary>
internal sealed class OwnGateway : IAsyncDisposable
{
    public const string TopicName = "numbers";

    private readonly BridgeLog _log;
    private readonly HostedGateway _gateway;
    private bool _isStopped;

    private OwnGateway(string folder, JwtOptions? jwt, TimeProvider clock)
    {
        var epoch = GatewayServer.NewEpoch();
        Topic = new StoredTopic(TopicName, epoch);
        _log = BridgeLog.Open(new BridgeLogOptions { File = Path.Combine(folder, "gateway.log") }, clock);
        var sockets = LoopbackSockets.Bind(0);
        Port = sockets.Port;
        Tokens = new LocalTokens(folder, clock);
        _gateway = new HostedGateway(
            new GatewaySetup
            {
                Sockets = sockets,
                Epoch = epoch,
                Options = new GatewayOptions
                {
                    StateFolder = folder,
                    Process = HealthMessage.Gateway,
                    Port = sockets.Port,
                    IsPublic = true,
                    Jwt = jwt,
                    StopSpread = TimeSpan.Zero,
                },
                Services = [new LogService(_log.Everything, epoch), new BridgeService(new SteppingBridge(), doctor: null)],
                Topics = [Topic],
                Health = _ => new HealthMessage
                {
                    Version = ProgramInfo.Version,
                    Process = HealthMessage.Gateway,
                    ProcessId = Environment.ProcessId,
                    HttpPort = sockets.Port,
                },
            },
            _log,
            clock);
    }

    public int Port { get; }

    public StoredTopic Topic { get; }

    public LocalTokens Tokens { get; }

    public GatewayServer Server => _gateway.Gateway;

    public static async Task<OwnGateway> StartAsync(string folder, JwtOptions? jwt = null, TimeProvider? clock = null)
    {
        var gateway = new OwnGateway(folder, jwt, clock ?? TimeProvider.System);
        await gateway._gateway.StartAsync(CancellationToken.None);
        return gateway;
    }

    /// <summary>Makes a token.</summary>
    public string NewToken(Role role = Role.Viewer, TimeSpan? lifetime = null, string name = "vera")
    {
        Tokens.Make(name, role, lifetime, out var text);
        return text;
    }

    /// <summary>Publishes numbers, one event each.</summary>
    public void Publish(int from, int count)
    {
        for (var number = from; number < from + count; number++)
        {
            Topic.Publish(System.Text.Encoding.ASCII.GetBytes($"{number}"));
        }
    }

    public async Task StopAsync()
    {
        if (!_isStopped)
        {
            _isStopped = true;
            await _gateway.StopAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _log.DisposeAsync();
    }
}
