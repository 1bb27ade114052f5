using FleetBridge.Core.Lifetime;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Worker.Uplink;
using FleetBridge.Fleet.Workers.Routes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Worker;

/// <summary>
/// A running worker: the generic host with its parts, which start in the order in which they are registered and stop in reverse. Its
/// private API and its servers come first; its host it may have to wait for.
/// </summary>
internal sealed partial class WorkerHost : IAsyncDisposable
{
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(10);

    private readonly WorkerHostOptions _options;
    private readonly BridgeLog _log;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ApiService _api;
    private readonly TaskCompletionSource<Api.WorkerRoutes> _opening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private AccessToken? _token;
    private WorkerCore? _core;
    private WorkerEquipment? _equipment;
    private UplinkService? _uplink;
    private Task<IHost>? _building;
    private IHost? _host;
    private readonly TaskCompletionSource _isShutDown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _shutdown;

    private WorkerHost(WorkerHostOptions options, LoopbackSockets port, BridgeLog log, TimeProvider clock)
    {
        (_options, _log, _clock) = (options, log, clock);
        Port = port.Port;
        _logger = log.Loggers.CreateLogger<WorkerHost>();
        _api = new ApiService(new LoopbackServer(
            port, HandleAsync, log.FrameworkLoggers, log.Refusals, options.Limits, clock, writesThrough: false), options.CloseLimit, clock);
    }

    /// <summary>The private API's port.</summary>
    public int Port { get; }

    /// <summary>The id that the host gave it.</summary>
    public string WorkerId { get; private set; } = "";

    /// <summary>The fingerprint of the host's certificate; null for a plain port.</summary>
    public string? Fingerprint { get; private set; }

    /// <summary>Completes when somebody has shut it down: its servers are stopped, and its host knows it.</summary>
    public Task WhenShutDown => _isShutDown.Task;

    /// <summary>Whether somebody has begun to shut it down.</summary>
    public bool IsShuttingDown
    {
        get
        {
            lock (_lock)
            {
                return _shutdown is not null;
            }
        }
    }

    private IHostApplicationLifetime Lifetime => _host!.Services.GetRequiredService<IHostApplicationLifetime>();

    /// <summary>Starts a worker on a port that accepts connections already.</summary>
    /// <param name="options">What it is, and whose.</param>
    /// <param name="port">Its private API's port, which it closes.</param>
    /// <param name="log">The log, which must outlive it.</param>
    /// <param name="clock">The clock of every wait.</param>
    /// <returns>The worker, which has taken over its servers and is known to its host.</returns>
    /// <exception cref="UserException">Its folder cannot be used, or its host refuses it.</exception>
    public static async Task<WorkerHost> StartAsync(WorkerHostOptions options, LoopbackSockets port, BridgeLog log, TimeProvider clock)
    {
        var worker = new WorkerHost(options, port, log, clock);
        try
        {
            await worker.StartAsync().ConfigureAwait(false);
            return worker;
        }
        catch (Exception exception) when (exception is WorkerException or TokenFileException)
        {
            await worker.DisposeAsync().ConfigureAwait(false);
            throw new UserException(ExitCode.Usage, exception.Message);
        }
        catch
        {
            await worker.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until something asks the worker to stop, and stops it. Its servers continue, unless it was shut down.</summary>
    /// <returns>Completes when every part has stopped.</returns>
    public async Task WaitForStopAsync()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (Lifetime.ApplicationStopping.UnsafeRegister(_ => asked.TrySetResult(), null))
        {
            await asked.Task.ConfigureAwait(false);
        }

        await _host!.StopAsync().ConfigureAwait(false);
    }

    /// <summary>Stops the servers by their ladders, tells the host so, and then stops the worker.</summary>
    public void BeginShutdown()
    {
        lock (_lock)
        {
            _shutdown ??= Task.Run(ShutDownAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is { } host)
        {
            await host.StopAsync().ConfigureAwait(false);
            host.Dispose();
        }
        else if (_building is { } building)
        {
            (await building.ConfigureAwait(false)).Dispose();
        }

        if (_uplink is { } uplink)
        {
            await uplink.DisposeAsync().ConfigureAwait(false);
        }

        await _api.StopAsync(CancellationToken.None).ConfigureAwait(false);
        if (_core is { } core)
        {
            await core.DisposeAsync().ConfigureAwait(false);
        }

        if (_equipment is { } equipment)
        {
            await equipment.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task StartAsync()
    {
        // a core's work of some 30 ms, which nothing here waits for until the end
        _building = Task.Run(Build);
        await _api.StartAsync(CancellationToken.None).ConfigureAwait(false);
        _equipment = new WorkerEquipment(
            _options.DataFolder, _log.Loggers, _clock, _options.RunsFoldersOnly ? LogLevel.Debug : LogLevel.Information);
        var core = await WorkerCore.OpenAsync(
            new WorkerCoreOptions
            {
                DataFolder = _options.DataFolder,
                Installers = _equipment,
                Runners = _equipment.Runners,
                Random = _options.Random,
            },
            _log.Loggers,
            _clock)
            .ConfigureAwait(false);
        _core = core;
        _token = TokenFile.ReadOrMake(_options.TokenFile);
        var identity = new WorkerIdentity(core);
        identity.Name = _options.Name ?? identity.Name ?? Environment.MachineName;
        var apiUrl = $"http://127.0.0.1:{Port}";
        var registration = new WorkerRegistration(_options.Host, identity, apiUrl, _clock, _log.Loggers.CreateLogger<WorkerRegistration>())
        {
            WantedId = _options.WorkerId,
        };
        if (identity.Id is null || _options.JoinToken is not null)
        {
            await registration.RunAsync(_options.JoinToken, _options.Signals).ConfigureAwait(false);
        }

        (WorkerId, Fingerprint) = (identity.Id!, identity.Fingerprint);
        _uplink = new UplinkService(
            () => new WorkerUplink(
                new UplinkOptions
                {
                    Host = _options.Host,
                    Fingerprint = identity.Fingerprint,
                    WorkerId = identity.Id!,
                    Secret = identity.Secret,
                    Name = identity.Name,
                    ApiUrl = apiUrl,
                    ShutDown = BeginShutdown,
                },
                core,
                _log.Loggers,
                _clock),
            registration,
            _clock,
            _log.Loggers.CreateLogger<UplinkService>());
        _host = await _building.ConfigureAwait(false);
        await _host.StartAsync(CancellationToken.None).ConfigureAwait(false);
        _opening.SetResult(new Api.WorkerRoutes(core, WorkerId, BeginShutdown, _clock) { HostLink = _uplink.Describe });
        LogStarted(VisibleText.Of(WorkerId), core.Observed.Count);
    }

    private async Task ShutDownAsync()
    {
        try
        {
            await _core!.ShutdownAsync().ConfigureAwait(false);
            await _uplink!.SayShutdownAsync().ConfigureAwait(false);
        }
        finally
        {
            Lifetime.StopApplication();
            _isShutDown.TrySetResult();
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (LoopbackGuard.FindObjection(context.Request) is { } objection)
        {
            await Problems.WriteAsync(context, new ServerException("forbidden", objection)).ConfigureAwait(false);
            return;
        }

        var routes = await _opening.Task.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        if (!_token!.IsIn(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = AccessToken.Scheme;
            await Problems.WriteAsync(
                context, new ServerException("unauthorized", $"Send the token in the file {_options.TokenFile} as a bearer token.")).ConfigureAwait(false);
            return;
        }

        await routes.HandleAsync(context).ConfigureAwait(false);
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
        services.AddSingleton<IHostedService>(_api);
        services.AddSingleton<IHostedService>(provider => new StopOnSignal(
            provider.GetRequiredService<IHostApplicationLifetime>(), _options.Signals));
        services.AddSingleton<IHostedService>(new LinkService(this));
        return builder.Build();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker {Worker} has started, with {Servers} servers.")]
    private partial void LogStarted(string worker, int servers);

    /// <summary>The link, which is made while the host is being built.</summary>
    private sealed class LinkService(WorkerHost worker) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => worker._uplink!.StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => worker._uplink!.StopAsync(cancellationToken);
    }

    /// <summary>The private API's port, which is open before everything else.</summary>
    private sealed class ApiService(LoopbackServer server, TimeSpan closeLimit, TimeProvider clock) : IHostedService
    {
        private Task? _started;
        private Task? _stopped;

        public Task StartAsync(CancellationToken cancellationToken) => _started ??= server.StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => _stopped ??= CloseAsync(cancellationToken);

        private async Task CloseAsync(CancellationToken cancellationToken)
        {
            using var limit = new CancellationTokenSource(closeLimit, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await server.StopAsync(either.Token).ConfigureAwait(false);
            server.Dispose();
        }
    }
}
