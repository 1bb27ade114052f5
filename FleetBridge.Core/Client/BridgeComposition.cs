using FleetBridge.Core.Hosting;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Requests;
using FleetBridge.Core.Security;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Client;

/// <summary>
/// What every bridge consists of, whether it serves ports or runs inside a command: the installed backends and what runs
/// their operations, put together in this one place.
/// </summary>
internal sealed class BridgeComposition : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Puts a bridge together; no backend is read yet.</summary>
    /// <param name="options">Where its backends and its state are.</param>
    /// <param name="log">The log, which must outlive the bridge.</param>
    /// <param name="clock">The clock of every wait.</param>
    public BridgeComposition(BridgeCompositionOptions options, BridgeLog log, TimeProvider clock)
    {
        Stopping = _stopping.Token;
        Backends = new BackendHost(options.BackendRoots, options.StateFolder, log.Loggers, clock, options.GoneLimit);
        Requests = new RequestRunner(Backends, BridgePaths.Table, new RequestServices(
            log.Backends,
            new ExclusiveOperations(options.StateFolder, log.Loggers.CreateLogger<ExclusiveOperations>()),
            log.Loggers.CreateLogger<RequestRunner>(),
            clock,
            Stopping));
    }

    /// <summary>The installed backends.</summary>
    public BackendHost Backends { get; }

    /// <summary>Runs requests, whoever sends them.</summary>
    public RequestRunner Requests { get; }

    /// <summary>The settings of the editor's last request.</summary>
    public EditorSettings Editor { get; } = new();

    /// <summary>Cancelled when the bridge stops; every running operation is linked to it.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Completes when <see cref="BeginLoading"/> was called and every installed backend was tried.</summary>
    public Task BackendsLoaded { get; private set; } = Task.CompletedTask;

    /// <summary>Begins to load the installed backends.</summary>
    /// <param name="besideRequests">Whether requests come first, as in a bridge that serves; else all are loaded at once.</param>
    public void BeginLoading(bool besideRequests) =>
        BackendsLoaded = Task.Run(() =>
        {
            // before any code of a backend runs, and not before the ports are open
            LoopbackHttp.BypassProxy();
            return besideRequests ? Backends.LoadInBackgroundAsync() : Backends.LoadAllAsync();
        });

    /// <summary>Cancels every running operation.</summary>
    /// <returns>Completes when all of them have been notified.</returns>
    public Task CancelOperationsAsync() => _stopping.CancelAsync();

    /// <summary>Unloads the backends.</summary>
    public async ValueTask DisposeAsync()
    {
        await Backends.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }
}
