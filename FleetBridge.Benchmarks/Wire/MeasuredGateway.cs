using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Hosting;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Topics;

namespace FleetBridge.Benchmarks.Wire;

/// <summary>A gateway in this process, with a topic that a figure publishes to.</summary>
internal sealed class MeasuredGateway : IAsyncDisposable
{
    public const string TopicName = "figure";

    private readonly BridgeLog _log;
    private readonly GatewayServer _gateway;
    private readonly LoopbackServer _server;
    private readonly string[] _tokens;

    private MeasuredGateway(string folder, IServiceMesh? beyond)
    {
        _log = BridgeLog.Open(new BridgeLogOptions { File = Path.Combine(folder, "bridge.log") }, TimeProvider.System);
        var sockets = LoopbackSockets.Bind(0);
        var tokens = new LocalTokens(folder, TimeProvider.System);
        _tokens = [.. Enumerable.Range(0, 20).Select(number =>
        {
            tokens.Make($"user{number}", Role.Operator, null, out var text);
            return text;
        })];
        var here = new InProcessMesh(new LogService(_log.Everything, "e"));
        _gateway = new GatewayServer(
            new GatewayOptions
            {
                StateFolder = folder,
                Process = HealthMessage.Serve,
                Port = sockets.Port,
                Limits = new ConsumerLimits { Burst = 1_000_000 },
            },
            new GatewayParts(beyond is null ? here : new JoinedMesh(here, beyond), [Topic], _ => throw new NotSupportedException()),
            _log,
            "e",
            TimeProvider.System);
        _server = new LoopbackServer(
            sockets, _gateway.HandleAsync, _log.FrameworkLoggers, _log.Refusals, PortLimits.Gateway, TimeProvider.System, writesThrough: false);
        Port = sockets.Port;
    }

    public int Port { get; }

    public StoredTopic Topic { get; } = new(TopicName, "e");

    /// <summary>Starts it.</summary>
    /// <param name="folder">Its state.</param>
    /// <param name="beyond">Services besides those of this process; null for none.</param>
    public static async Task<MeasuredGateway> StartAsync(string folder, IServiceMesh? beyond = null)
    {
        var gateway = new MeasuredGateway(folder, beyond);
        await gateway._server.StartAsync(CancellationToken.None);
        return gateway;
    }

    /// <summary>The header of a consumer.</summary>
    public string Header(int number) => $"Authorization: Bearer {_tokens[number % _tokens.Length]}\r\n";

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System);
        await _server.StopAsync(limit.Token);
        _server.Dispose();
        await _gateway.DisposeAsync();
        await _log.DisposeAsync();
    }
}
