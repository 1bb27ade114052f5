using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Workers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Local;

/// <summary>The launcher of a host, made when it is first needed, and stopped before the ports close: its servers say goodbye.</summary>
/// <param name="workerFolder">The folder of the host's own worker.</param>
/// <param name="httpPort">The host's plain port.</param>
/// <param name="workers">The workers of the host.</param>
/// <param name="log">The host's log.</param>
/// <param name="clock">The clock of every wait.</param>
internal sealed partial class LauncherService(string workerFolder, int httpPort, WorkerService workers, BridgeLog log, TimeProvider clock)
    : IHostedService
{
    private readonly ILogger _logger = log.Loggers.CreateLogger<ServerLauncher>();
    private readonly Lock _lock = new();
    private ServerLauncher? _launcher;
    private bool _isStopping;

    /// <summary>The launcher.</summary>
    /// <exception cref="FleetException">The host is stopping.</exception>
    public ServerLauncher Of(FleetControl control)
    {
        lock (_lock)
        {
            return _isStopping
                ? throw new FleetException("ServiceUnavailable", "The host is stopping.")
                : _launcher ??= new ServerLauncher(
                    control, new LocalWorker(workerFolder, httpPort, control, workers, log, clock), log.Backends.For, _logger, clock);
        }
    }

    /// <summary>Takes over the servers of an earlier host, if there are some.</summary>
    /// <param name="opening">The fleet, once its store is open.</param>
    public async Task ResumeAsync(Task<FleetControl> opening)
    {
        try
        {
            await Of(await opening.ConfigureAwait(false)).ResumeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (
            exception is FleetException or UserException or OperationCanceledException or ObjectDisposedException)
        {
            LogNotResumed(exception.Message);
        }
        catch (Exception) when (opening.IsFaulted)
        {
            // the host says that itself
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        ServerLauncher? launcher;
        lock (_lock)
        {
            _isStopping = true;
            launcher = _launcher;
        }

        if (launcher is not null)
        {
            await launcher.EndAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The game servers of an earlier host are not looked after: {Reason}")]
    private partial void LogNotResumed(string reason);
}
