using FleetBridge.Backends;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;
using Serilog.Events;

namespace FleetBridge.Core.Client;

/// <summary>Where the bridge inside this process finds its backends and writes its log.</summary>
internal sealed record LocalBridgeOptions(IReadOnlyList<string> BackendRoots, string? LogFile, LogEventLevel Level);

/// <summary>The bridge inside this process: the same host and the same runner as behind the HTTP port.</summary>
internal sealed class LocalBridge : IBridge, IAsyncDisposable
{
    private readonly BridgeComposition _bridge;

    /// <summary>Begins to load its backends.</summary>
    /// <param name="options">Where they are.</param>
    /// <param name="log">Its log, which it does not close.</param>
    public LocalBridge(LocalBridgeOptions options, BridgeLog log)
    {
        _bridge = new BridgeComposition(
            new BridgeCompositionOptions { BackendRoots = options.BackendRoots }, log, TimeProvider.System);
        _bridge.BeginLoading(besideRequests: false);
    }

    /// <summary>Sends a request. Its changes are aborted too: this process ends.</summary>
    public async Task<BridgeResponse> SendAsync(BackendRequest request, RequestOptions options)
    {
        var response = await _bridge.Requests.RunAsync(request, options with { AbortsChanges = true }).ConfigureAwait(false);
        if (response.Overall != OverallResult.True)
        {
            // what has succeeded at the same moment still has a response
            options.Aborted.ThrowIfCancellationRequested();
        }

        // Written and read: without secrets, of text alone, and not different from that of a bridge elsewhere.
        return ResponseMessage.Read(ResponseMessage.Write(response).Span, response.Status, BridgePaths.ShapeOf(request))!;
    }

    public async Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation)
    {
        await _bridge.BackendsLoaded.WaitAsync(cancellation).ConfigureAwait(false);
        return _bridge.Backends.Statuses;
    }

    public async Task<BackendOutline> OutlineAsync(string name, string version, CancellationToken cancellation)
    {
        var backend = await _bridge.Backends.FindAsync(name, version).ConfigureAwait(false);
        if (backend is null)
        {
            throw new UserException(
                ExitCode.NotFound, $"There is no backend {name}/{version}. Installed: {NotFoundMessages.Installed(_bridge.Backends.Statuses)}.");
        }

        using var lease = await LeaseAsync(backend, cancellation).ConfigureAwait(false);
        return lease?.Generation.Outline ?? throw new UserException(ExitCode.NotFound, NotFoundMessages.NotLoaded(backend));
    }

    /// <summary>A request over HTTP gets a response within seconds, loaded or not; whoever has typed a command waits for a slow
    /// machine.</summary>
    private async Task<BackendLease?> LeaseAsync(InstalledBackend backend, CancellationToken cancellation)
    {
        var lease = await backend.LeaseAsync(cancellation).ConfigureAwait(false);
        if (lease is null && backend.Status.Problem is null)
        {
            await _bridge.BackendsLoaded.WaitAsync(cancellation).ConfigureAwait(false);
            lease = await backend.LeaseAsync(cancellation).ConfigureAwait(false);
        }

        return lease;
    }

    public async ValueTask DisposeAsync()
    {
        await _bridge.BackendsLoaded.ConfigureAwait(false);
        await _bridge.DisposeAsync().ConfigureAwait(false);
    }
}
