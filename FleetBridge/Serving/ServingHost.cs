using System.Runtime.CompilerServices;
using FleetBridge.Core.Client;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Lifetime;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Serving;

/// <summary>
/// A serving bridge: the generic host with its parts, which start in the order in which they are registered and stop in
/// reverse. What the first response needs starts before the host is built (decision 5).
/// </summary>
internal sealed class ServingHost : IAsyncDisposable
{
    /// <summary>What the parts may take to stop besides the operations: the last records, the ports, the export.</summary>
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(10);

    private readonly ServingOptions _options;
    private readonly BridgeLog _log;
    private readonly TimeProvider _clock;
    private readonly BridgeComposition _bridge;
    private readonly RunningRequests _running = new();
    private readonly TelemetryService<BridgeGauges> _telemetry;
    private readonly Sponsors _sponsors;
    private readonly List<IHostedService> _early = [];
    private IHost? _host;
    private Task? _stopped;

    private ServingHost(ServingOptions options, BridgePorts ports, BridgeLog log, TimeProvider clock)
    {
        (_options, _log, _clock) = (options, log, clock);
        (HttpPort, WebSocketPort, GatewayPort) = (ports.Http.Port, ports.WebSocket.Port, ports.Gateway?.Port ?? 0);
        _bridge = new BridgeComposition(options.Bridge, log, clock);
        _sponsors = new Sponsors(options.Editor, options.Input is not null, log.Loggers.CreateLogger<Sponsors>(), clock);
        _telemetry = new TelemetryService<BridgeGauges>(() => new BridgeGauges(_running, _bridge.Backends, log.Editor), log.Loggers, clock);
    }

    /// <summary>The port for requests.</summary>
    public int HttpPort { get; }

    /// <summary>The port of the log.</summary>
    public int WebSocketPort { get; }

    /// <summary>The port of the gateway; 0 where there is none.</summary>
    public int GatewayPort { get; }

    /// <summary>The gateway's server; null where there is none.</summary>
    public GatewayPort? Gateway { get; private set; }

    /// <summary>How many requests are running.</summary>
    public int RunningRequests => _running.Count;

    /// <summary>The installed backends.</summary>
    public BackendHost Backends => _bridge.Backends;

    /// <summary>Completes when every installed backend was tried.</summary>
    public Task BackendsLoaded => _bridge.BackendsLoaded;

    /// <summary>The bridge's gauges.</summary>
    public BridgeGauges? Gauges => _telemetry.Gauges;

    /// <summary>Cancelled when the bridge is about to stop.</summary>
    public CancellationToken Stopping => _host!.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    /// <summary>Starts a bridge on ports that accept connections already.</summary>
    /// <param name="options">What it serves.</param>
    /// <param name="ports">Its ports, which it closes.</param>
    /// <param name="log">The log, which must outlive it.</param>
    /// <param name="clock">The clock of every wait.</param>
    /// <returns>The bridge, when all of its parts have started.</returns>
    public static async Task<ServingHost> StartAsync(
        ServingOptions options, BridgePorts ports, BridgeLog log, TimeProvider clock)
    {
        var serving = new ServingHost(options, ports, log, clock);
        try
        {
            serving.StartEarly(ports);
            await serving.WaitForFirstRequestAsync().ConfigureAwait(false);
            serving._host = await Task.Run(serving.Build).ConfigureAwait(false);
            await serving._host.StartAsync(CancellationToken.None).ConfigureAwait(false);
            return serving;
        }
        catch
        {
            await serving.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until something asks the bridge to stop, and stops it.</summary>
    /// <returns>Completes when every part has stopped.</returns>
    public async Task WaitForStopAsync()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (Stopping.UnsafeRegister(_ => asked.TrySetResult(), null))
        {
            await asked.Task.ConfigureAwait(false);
        }

        await StopAsync().ConfigureAwait(false);
    }

    /// <summary>Stops the operations, and then the parts in reverse order.</summary>
    /// <returns>Completes when every part has stopped.</returns>
    public Task StopAsync() => _stopped ??= _host is { } host ? host.StopAsync() : StopEarlyAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _host?.Dispose();
        _sponsors.Dispose();
    }

    /// <summary>Starts what the first response needs.</summary>
    private void StartEarly(BridgePorts ports)
    {
        var health = new HealthEndpoint(_bridge, _sponsors, HttpPort, WebSocketPort, GatewayPort);
        var sponsors = new SponsorEndpoint(_sponsors, _log, health);
        var connections = new SponsorConnections(_sponsors);
        var pipeline = new BridgePipeline(
            new BackendEndpoint(_bridge.Requests, _bridge.Backends, _bridge.Editor, _log, _clock),
            health,
            sponsors,
            connections,
            _log.Streams,
            _running,
            _options.Token,
            _log.Refusals,
            _log.Loggers.CreateLogger<BridgePipeline>(),
            _bridge.Stopping);
        _early.Add(new EarlyStart(new BackendLoading(_bridge, besideRequests: _options.FirstRequestLimit > TimeSpan.Zero)));
        _early.Add(new EarlyStart(new RequestServer(ports.Http, pipeline, sponsors, _log, _options.HttpLimits, _clock)));
        _early.Add(new EarlyStart(new LogSocketServer(
            ports.WebSocket, pipeline, _log, _options.LogOrigins, connections, _options.LogLimits, _clock)));
        var mesh = _options.Mesh is { } choice ? StartMesh(choice) : null;
        if (ports.Gateway is { } gateway)
        {
            // a lambda is compiled when it is called: until then nothing of the gateway is loaded
            Gateway = new GatewayPort(gateway, () => BridgeGateway.Create(gateway, _bridge, health, _options, mesh, _log, _clock), _log);
            _early.Add(new EarlyStart(Gateway));
        }
    }

    /// <summary>Not inlined: the assemblies of the gateway and of RabbitMQ are loaded with the first method that uses them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private MeshMember StartMesh(MeshChoice choice)
    {
        var member = MeshMember.OfBridge(choice, _bridge, _options, _log, _clock);
        _early.Add(new EarlyStart(member));
        return member;
    }

    /// <summary>Leaves the processor to the first request: the host is compiled at every start, about 30 ms of one core.</summary>
    private async Task WaitForFirstRequestAsync()
    {
        if (_options.FirstRequestLimit > TimeSpan.Zero)
        {
            await Task.WhenAny(_running.FirstEnded, Task.Delay(_options.FirstRequestLimit, _clock, _options.Signals)).ConfigureAwait(false);
        }
    }

    /// <summary>Stops what has started early, if there is no host to do so.</summary>
    private async Task StopEarlyAsync()
    {
        foreach (var part in Enumerable.Reverse(_early))
        {
            await part.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private IHost Build()
    {
        // The working folder, the default content root, may have been deleted.
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ApplicationName = ProgramInfo.Name, ContentRootPath = AppContext.BaseDirectory });
        var services = builder.Services;
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(new HostLoggers(_log)));
        services.Replace(ServiceDescriptor.Singleton<IHostLifetime>(new SignalLifetime()));
        services.Configure<HostOptions>(host => host.ShutdownTimeout = _options.CleanUpLimit + StopMargin);
        foreach (var part in _early)
        {
            services.AddSingleton(part);
        }

        services.AddSingleton<IHostedService>(_telemetry);
        services.AddSingleton<IHostedService>(new OperationDrain(
            _bridge, _running, _options.CleanUpLimit, _log.Loggers.CreateLogger<OperationDrain>(), _clock));
        services.AddSingleton<IHostedService>(provider => new ShutdownTriggers(
            _options, _sponsors, provider.GetRequiredService<IHostApplicationLifetime>()));
        return builder.Build();
    }
}
