using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Joining;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Worker;
using FleetBridge.Fleet.Workers;

namespace FleetBridge.Fleet.Local;

/// <summary>
/// The worker that a host has in its own process, as soon as <c>fleetbridge local</c> or the editor asks for game servers: the same one as
/// <c>fleetbridge worker</c>, linked to the host over its plain port. It is the compute <c>local</c>.
/// </summary>
/// <param name="dataFolder">Its own folder.</param>
/// <param name="httpPort">The host's plain port.</param>
/// <param name="control">The fleet.</param>
/// <param name="workers">The workers of the host.</param>
/// <param name="log">The host's log.</param>
/// <param name="clock">The clock of every wait.</param>
internal sealed class LocalWorker(
    string dataFolder, int httpPort, FleetControl control, WorkerService workers, BridgeLog log, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Its id, and the name of its compute.</summary>
    public const string Id = FleetModel.DefaultComputeName;

    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly CancellationTokenSource _ending = new();
    private WorkerHost? _host;
    private Task _watching = Task.CompletedTask;

    /// <summary>Whether this machine has servers of an earlier one.</summary>
    public bool HasData => Directory.Exists(dataFolder);

    /// <summary>The workers and servers of the host, whether this one runs or was shut down.</summary>
    public Task<WorkerFleet> FleetAsync() => workers.Fleet.WaitAsync(_ending.Token);

    /// <summary>Starts it, unless it runs: also one that was shut down. One that is shutting down is waited for first.</summary>
    /// <param name="cancellation">Ends the wait for that.</param>
    /// <returns>The workers and servers of the host, which knows this one.</returns>
    /// <exception cref="Core.Processes.UserException">Its folder cannot be used.</exception>
    public async Task<WorkerFleet> StartAsync(CancellationToken cancellation = default)
    {
        var fleet = await FleetAsync().ConfigureAwait(false);
        while (await StartOrFindEndAsync(fleet).ConfigureAwait(false) is { } ended)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _ending.Token);
            await ended.WaitAsync(either.Token).ConfigureAwait(false);
        }

        return fleet;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        await _starting.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        if (_host is { } host)
        {
            await host.DisposeAsync().ConfigureAwait(false);
        }

        _starting.Dispose();
        _ending.Dispose();
    }

    /// <summary>Starts it, unless it runs.</summary>
    /// <returns>The end of one that shuts down; null where it runs.</returns>
    private async Task<Task?> StartOrFindEndAsync(WorkerFleet fleet)
    {
        await _starting.WaitAsync(_ending.Token).ConfigureAwait(false);
        try
        {
            if (_host is null)
            {
                _host = await StartAsync(fleet).ConfigureAwait(false);
                _watching = WatchAsync(_host);
            }

            // it may not know yet that it was asked to, even before its start; and the host knows of its end before it has ended
            return _host.IsShuttingDown || control.Read(model => model.Workers.Find(Id) is { WantsShutdown: true }) ? _watching : null;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>One that was shut down is gone: whoever asks for servers next starts another one.</summary>
    private async Task WatchAsync(WorkerHost host)
    {
        await host.WhenShutDown.WaitAsync(_ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_ending.IsCancellationRequested)
        {
            await _starting.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                _host = null;
                await host.DisposeAsync().ConfigureAwait(false);
            }
            finally
            {
                _starting.Release();
            }
        }
    }

    private async Task<WorkerHost> StartAsync(WorkerFleet fleet)
    {
        // it is this very process: neither a lost folder nor a host that wants a token from everybody keeps it out
        await control.ChangeAsync(model =>
        {
            if (model.Workers.Find(Id) is { } known)
            {
                model.Workers.Set(known with { SecretHash = null });
            }
        }).ConfigureAwait(false);
        var (token, _) = await fleet.MakeJoinTokenAsync().ConfigureAwait(false);
        var options = new WorkerHostOptions
        {
            Host = HostAddress.Parse($"http://127.0.0.1:{httpPort}"),
            DataFolder = dataFolder,
            JoinToken = token,
            WorkerId = Id,
            RunsFoldersOnly = true,
            Signals = _ending.Token,

            // few servers of one person: nothing has to be spread
            Random = () => 0.5,
        };
        var port = LoopbackSockets.Bind(0);
        try
        {
            return await WorkerHost.StartAsync(options, port, log, clock).ConfigureAwait(false);
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }
}
