using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Lifetime;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.GameLift.Events;
using FleetBridge.Fleet.GameLift.ServerSdk;
using FleetBridge.Fleet.Joining;
using FleetBridge.Fleet.Local;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Sessions;
using FleetBridge.Fleet.Store;
using FleetBridge.Fleet.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Host;

/// <summary>
/// A running host: the generic host with its parts, which start in the order in which they are registered and stop in reverse. The
/// ports and the store start before the generic host is built, beside each other.
/// </summary>
internal sealed class FleetHost : IAsyncDisposable
{
    /// <summary>The fleet that is there from the start.</summary>
    public const string DefaultFleet = FleetModel.DefaultFleetId;

    /// <summary>How long the generic host waits for the store.</summary>
    private static readonly TimeSpan OpeningLimit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(10);

    private readonly FleetHostOptions _options;
    private readonly BridgeLog _log;
    private readonly TimeProvider _clock;
    private readonly FleetService _fleet;
    private readonly ServerSdkEndpoint _sdk;
    private readonly List<IHostedService> _early = [];
    private readonly TelemetryService<HostGauges> _telemetry;
    private readonly SessionRoutes _sessions;
    private readonly EventPosts? _events;
    private readonly WorkerService _workers;
    private IHostedService? _beside;
    private IHost? _host;
    private Task? _stopped;

    private FleetHost(FleetHostOptions options, HostPorts ports, StoreClaim claim, BridgeLog log, TimeProvider clock)
    {
        (_options, _log, _clock) = (options, log, clock);
        (HttpPort, TlsPort) = (ports.Http.Port, ports.Tls.Port);
        _fleet = new FleetService(OpenAsync, claim, log.Loggers.CreateLogger<FleetService>());
        _sdk = new ServerSdkEndpoint(_fleet.Opening, log.Loggers, log.FrameworkLoggers, clock, options.RefreshInterval);
        _workers = new WorkerService(_fleet.Opening, TlsPort, options.IsTokenAlwaysNeeded, log.Loggers, log.FrameworkLoggers, clock);
        _sessions = new SessionRoutes(options.Sessions, options.SessionTimeout, clock, log.Loggers.CreateLogger<SessionRoutes>());
        _events = options.EventAddress is { } address ? new EventPosts(address, clock, log.Loggers.CreateLogger<EventPosts>()) : null;
        Launcher = new LauncherService(options.WorkerFolder, HttpPort, _workers, log, clock);
        _telemetry = new TelemetryService<HostGauges>(() => new HostGauges(_sdk, _fleet.Opening), log.Loggers, clock);
    }

    /// <summary>The plain port.</summary>
    public int HttpPort { get; }

    /// <summary>The port with TLS.</summary>
    public int TlsPort { get; }

    /// <summary>The fleet, once its store is open.</summary>
    public Task<FleetControl> Fleet => _fleet.Opening;

    /// <summary>The workers and their servers.</summary>
    public WorkerService Workers => _workers;

    /// <summary>Starts game servers.</summary>
    public LauncherService Launcher { get; }

    /// <summary>The game servers' connections.</summary>
    public ServerSdkEndpoint Servers => _sdk;

    /// <summary>The host's gauges; null before the start.</summary>
    public HostGauges? Gauges => _telemetry.Gauges;

    private IHostApplicationLifetime Lifetime => _host!.Services.GetRequiredService<IHostApplicationLifetime>();

    /// <summary>Starts a host on ports that accept connections already.</summary>
    /// <param name="options">What it serves.</param>
    /// <param name="ports">Its ports, which it closes.</param>
    /// <param name="claim">Its store, which it releases.</param>
    /// <param name="log">The log, which must outlive it.</param>
    /// <param name="clock">The clock of every wait.</param>
    /// <param name="beside">Makes what starts after the host's own parts and stops before them; null for nothing.</param>
    /// <returns>The host, when all of its parts have started.</returns>
    public static async Task<FleetHost> StartAsync(
        FleetHostOptions options,
        HostPorts ports,
        StoreClaim claim,
        BridgeLog log,
        TimeProvider clock,
        Func<FleetHost, IHostedService>? beside = null)
    {
        var host = new FleetHost(options, ports, claim, log, clock);
        host._beside = beside?.Invoke(host);
        try
        {
            await host.StartEarlyAsync(ports).ConfigureAwait(false);
            host._host = await Task.Run(host.Build).ConfigureAwait(false);
            await host._host.StartAsync(CancellationToken.None).ConfigureAwait(false);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until something asks the host to stop, or its store cannot be opened, and stops it.</summary>
    /// <returns>Completes when every part has stopped.</returns>
    /// <exception cref="Exception">Why the store could not be opened.</exception>
    public async Task WaitForStopAsync()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (Lifetime.ApplicationStopping.UnsafeRegister(_ => asked.TrySetResult(), null))
        {
            if (await Task.WhenAny(asked.Task, _fleet.Opening).ConfigureAwait(false) == asked.Task || _fleet.Opening.IsCompletedSuccessfully)
            {
                await Task.WhenAny(asked.Task, _fleet.Lost).ConfigureAwait(false);
            }
        }

        await StopAsync().ConfigureAwait(false);
        if (_fleet.Opening.IsFaulted)
        {
            await _fleet.Opening.ConfigureAwait(false);
        }

        if (_fleet.Lost.IsCompletedSuccessfully)
        {
            throw new FleetStoreException(await _fleet.Lost.ConfigureAwait(false));
        }
    }

    /// <summary>Stops the parts in reverse order.</summary>
    /// <returns>Completes when every part has stopped.</returns>
    public Task StopAsync() => _stopped ??= _host is { } host ? host.StopAsync() : StopEarlyAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _host?.Dispose();
        await _workers.DisposeAsync().ConfigureAwait(false);
        _sessions.Dispose();
        _events?.Dispose();
    }

    /// <summary>Starts the servers, then the store, and leaves them the processor for a while: the generic host is compiled at every start.</summary>
    private async Task StartEarlyAsync(HostPorts ports)
    {
        var certificate = new HostCertificate(_options.CertificateFile, _clock, _log.Loggers.CreateLogger<HostCertificate>());
        _workers.Fingerprint = certificate.ReadFingerprintAsync;
        var local = new LocalRoutes(
            _options.LaunchTokenFile, Launcher.Of, () => Lifetime.StopApplication(), _log.Loggers.CreateLogger<LocalRoutes>());
        var pipeline = new HostPipeline(
            Health, new WorkerGate(_fleet.Opening, _workers.AcceptAsync, _log.Loggers.CreateLogger<WorkerGate>()), _sdk, _fleet,
            new HostRoutes(_sessions, local, _workers, _options.IsTokenAlwaysNeeded ? _options.LaunchTokenFile : null, _log.Loggers),
            new HostReach(_options.Address, _options.Listen),
            _log.Loggers.CreateLogger<HostPipeline>());
        var servers = new EarlyStart(new HostServers(
            ports, certificate.Tls, pipeline.HandleAsync, _sdk, _options, _log.FrameworkLoggers, _log.Refusals, _clock));
        _early.Add(_fleet);
        _early.Add(servers);
        _early.Add(_workers);
        await servers.StartAsync(CancellationToken.None).ConfigureAwait(false);
        _fleet.Begin();
        _ = certificate.PrepareAsync();
        _ = Task.Run(local.Prepare);
        await Task.WhenAny(_fleet.Opening, Task.Delay(OpeningLimit, _clock, _options.Signals)).ConfigureAwait(false);
    }

    /// <summary>What it says of itself.</summary>
    public HealthMessage Health() => new()
    {
        Version = ProgramInfo.Version,
        Process = HealthMessage.Host,
        ProcessId = Environment.ProcessId,
        HttpPort = HttpPort,
        TlsPort = TlsPort,
        GatewayPort = _options.GatewayPort,
        Store = _options.ShownStore,
        IsReady = _fleet.Opening.IsCompletedSuccessfully,
        IsStopping = _stopped is not null,
    };

    private async Task<FleetControl> OpenAsync()
    {
        var control = await OpenStoreAsync().ConfigureAwait(false);
        _events?.Watch(control);
        return control;
    }

    private Task<FleetControl> OpenStoreAsync() => FleetControl.OpenAsync(
        new FleetControlOptions
        {
            StorePath = _options.StoreFile,
            Standby = isStandby => _fleet.IsStandby = isStandby,
            StoreLost = _fleet.Lose,
            Model = new FleetModelOptions
            {
                PostsEvents = _options.EventAddress is not null,
                Strict = _options.IsStrict || _options.Listen is not null,
                ActivationTimeout = _options.ActivationTimeout ?? new FleetModelOptions().ActivationTimeout,
            },
            SdkEndpoint = _options.TellsPlainEndpoint ? $"ws://127.0.0.1:{HttpPort}" : $"wss://127.0.0.1:{TlsPort}",
        },
        _log.Loggers.CreateLogger<FleetControl>(),
        _clock,
        _options.Signals);

    /// <summary>Stops what has started early, if there is no generic host to do so.</summary>
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
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ApplicationName = ProgramInfo.Name, ContentRootPath = AppContext.BaseDirectory });
        var services = builder.Services;
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(new HostLoggers(_log)));
        services.Replace(ServiceDescriptor.Singleton<IHostLifetime>(new SignalLifetime()));
        services.Configure<HostOptions>(host => host.ShutdownTimeout = _options.CloseLimit + StopMargin);
        foreach (var part in _early)
        {
            services.AddSingleton(part);
        }

        services.AddSingleton<IHostedService>(_telemetry);
        services.AddSingleton<IHostedService>(provider => new StopOnSignal(
            provider.GetRequiredService<IHostApplicationLifetime>(), _options.Signals));

        if (_events is not null)
        {
            services.AddSingleton<IHostedService>(_events);
        }

        if (_beside is not null)
        {
            services.AddSingleton(_beside);
        }

        // last, so that it is the first to stop
        services.AddSingleton<IHostedService>(Launcher);
        return builder.Build();
    }
}
