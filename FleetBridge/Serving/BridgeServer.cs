using FleetBridge.Core.Client;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Requests;
using FleetBridge.Core.Security;
using FleetBridge.Protocol;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Serving;

/// <summary>What the bridge serves and where.</summary>
internal sealed record BridgeServerOptions
{
    public const int DefaultHttpPort = 8000;
    public const int DefaultWebSocketPort = 8765;

    /// <summary>The port for requests; 0 for a free one.</summary>
    public int HttpPort { get; init; } = DefaultHttpPort;

    /// <summary>The port of the log socket; 0 for a free one.</summary>
    public int WebSocketPort { get; init; } = DefaultWebSocketPort;

    /// <summary>Folders with backends, the most important first.</summary>
    public IReadOnlyList<string> BackendRoots { get; init; } = [BackendFolder.BesideProgram];

    /// <summary>Where copies of loaded backends go.</summary>
    public string StateFolder { get; init; } = Core.State.StateFolder.Locate();

    /// <summary>How long an old generation of a backend may be in memory without a warning.</summary>
    public TimeSpan GoneLimit { get; init; } = GenerationUnloader.DefaultGoneLimit;

    /// <summary>How long operations may take to clean up when the bridge stops.</summary>
    public TimeSpan CleanUpLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What every client has to send; null when each program of this machine may ask.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>What the port of the requests takes from its clients.</summary>
    public PortLimits HttpLimits { get; init; } = PortLimits.Requests;

    /// <summary>What the port of the log takes from its clients.</summary>
    public PortLimits LogLimits { get; init; } = PortLimits.Log;
}

/// <summary>The running bridge: both ports, the backends behind them, and the order in which it all ends.</summary>
internal sealed partial class BridgeServer : IAsyncDisposable
{
    private static readonly TimeSpan LastRecordsLimit = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _logEnding = new();
    private readonly RunningRequests _running = new();
    private readonly LoopbackServer _http;
    private readonly LoopbackServer _webSocket;
    private readonly BridgeServerOptions _options;
    private readonly BridgeLog _log;
    private readonly TimeProvider _clock;
    private readonly ILogger<BridgeServer> _logger;

    private BridgeServer(
        BridgeServerOptions options, BridgeLog log, TimeProvider clock, LoopbackSockets http, LoopbackSockets webSocket)
    {
        (_options, _log, _clock) = (options, log, clock);
        _logger = log.Loggers.CreateLogger<BridgeServer>();
        Backends = new BackendHost(options.BackendRoots, options.StateFolder, log.Loggers, clock, options.GoneLimit);
        var runner = new RequestRunner(Backends, BridgePaths.Table, new RequestServices(
            log.Backends,
            new ExclusiveOperations(options.StateFolder),
            log.Loggers.CreateLogger<RequestRunner>(),
            clock,
            _stopping.Token));
        var pipeline = new BridgePipeline(
            new BackendEndpoint(runner, Backends, log, clock),
            new HealthEndpoint(this, http.Port, webSocket.Port),
            _running,
            options.Token,
            log.Loggers.CreateLogger<BridgePipeline>(),
            _stopping.Token);
        var logSocket = new LogSocket(
            log.Editor, log.Loggers.CreateLogger<LogSocket>(), log.FrameworkLoggers, clock, _logEnding.Token);
        _http = new LoopbackServer(http, pipeline.Requests, log.FrameworkLoggers, options.HttpLimits, writesThrough: false);

        // A request's records are on their way before its response, on the other port, can be.
        _webSocket = new LoopbackServer(
            webSocket, pipeline.Guard(logSocket.Build()), log.FrameworkLoggers, options.LogLimits, writesThrough: true);
    }

    /// <summary>The port of the requests.</summary>
    public int HttpPort => _http.Port;

    /// <summary>The port of the log socket.</summary>
    public int WebSocketPort => _webSocket.Port;

    /// <summary>How many requests run at this moment.</summary>
    public int RunningRequests => _running.Count;

    /// <summary>Whether it takes no requests any more, and waits for those that clean up.</summary>
    public bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>The installed backends.</summary>
    public BackendHost Backends { get; }

    /// <summary>What metrics show of it; null before it answers.</summary>
    public BridgeGauges? Gauges { get; private set; }

    /// <summary>Completes when every backend has been tried.</summary>
    public Task BackendsLoaded { get; private set; } = Task.CompletedTask;

    /// <summary>Begins to load the backends, and answers on ports that accept already.</summary>
    /// <param name="options">What.</param>
    /// <param name="ports">Where; they are the server's from now on.</param>
    /// <param name="log">The log; it has to outlive the server.</param>
    /// <param name="clock">The clock.</param>
    /// <returns>The server, once it answers on both ports.</returns>
    public static async Task<BridgeServer> StartAsync(
        BridgeServerOptions options, BridgePorts ports, BridgeLog log, TimeProvider clock)
    {
        var server = new BridgeServer(options, log, clock, ports.Http, ports.WebSocket);
        try
        {
            server.BackendsLoaded = Task.Run(server.Backends.LoadInBackgroundAsync);
            await Task.WhenAll(server._http.StartAsync(), server._webSocket.StartAsync()).ConfigureAwait(false);
            server.Gauges = new BridgeGauges(server._running, server.Backends, log.Editor);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Ends in order: operations are cancelled and given time to clean up, the log tells how that went, then both ports
    /// close.
    /// </summary>
    /// <returns>Completes when nothing runs any more.</returns>
    public async Task StopAsync()
    {
        if (_running.Count > 0)
        {
            LogWaiting(_running.Count, _options.CleanUpLimit.TotalSeconds);
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        if (!await _running.WaitForNoneAsync(_options.CleanUpLimit, _clock).ConfigureAwait(false))
        {
            LogAbandoned(_running.Count);
        }

        LogStopped();

        // The last records are still on their way through the asynchronous sink; without a wait the socket closes first.
        await _log.Editor.WaitForDeliveryAsync(_log.Emitted, LastRecordsLimit).ConfigureAwait(false);
        await _logEnding.CancelAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await Task.WhenAll(_http.StopAsync(limit.Token), _webSocket.StopAsync(limit.Token)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        Gauges?.Dispose();
        _http.Dispose();
        _webSocket.Dispose();
        await Backends.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _logEnding.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The bridge stops. {Count} requests still run; they have {Seconds} s to clean up.")]
    private partial void LogWaiting(int count, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} requests did not end in time and are abandoned.")]
    private partial void LogAbandoned(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "The bridge has stopped.")]
    private partial void LogStopped();
}
