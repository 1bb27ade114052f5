using FleetBridge.Fleet.Control;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Local;

/// <summary>The launcher of a host, made when it is first needed, and stopped before the ports close: its servers say goodbye.</summary>
/// <param name="outputLog">The log of a server's output, by its name.</param>
/// <param name="logger">The log of what happens to the servers.</param>
/// <param name="clock">The clock of every wait.</param>
internal sealed class LauncherService(Func<string, ILogger> outputLog, ILogger logger, TimeProvider clock) : IHostedService
{
    private readonly Lock _lock = new();
    private ServerLauncher? _launcher;
    private bool _isStopping;

    /// <summary>The launcher.</summary>
    /// <exception cref="OperationCanceledException">The host is stopping.</exception>
    public ServerLauncher Of(FleetControl control)
    {
        lock (_lock)
        {
            return _isStopping
                ? throw new OperationCanceledException("The host is stopping.")
                : _launcher ??= new ServerLauncher(control, outputLog, logger, clock);
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
            await launcher.DisposeAsync().ConfigureAwait(false);
        }
    }
}
