using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;
using FleetBridge.Core.State;
using Microsoft.Extensions.Logging;
using Serilog.Events;

namespace FleetBridge.Core.Client;

/// <summary>Where the bridge inside this process finds its backends and writes its log.</summary>
internal sealed record LocalBridgeOptions(IReadOnlyList<string> BackendRoots, string? LogFile, LogEventLevel Level)
{
    /// <summary>Shows the progress of operations; null for the log alone.</summary>
    public IProgressDisplay? Progress { get; init; }
}

/// <summary>The bridge inside this process: the same host and the same runner as behind the HTTP port.</summary>
internal sealed class LocalBridge : IBridge, IAsyncDisposable
{
    private readonly IProgressDisplay? _progress;
    private readonly BackendHost _host;
    private readonly RequestRunner _runner;
    private readonly Task _loaded;

    /// <summary>Begins to load its backends.</summary>
    /// <param name="options">Where they are.</param>
    /// <param name="log">Its log, which it does not close.</param>
    public LocalBridge(LocalBridgeOptions options, BridgeLog log)
    {
        _progress = options.Progress;
        _host = new BackendHost(options.BackendRoots, StateFolder.Locate(), log.Loggers, TimeProvider.System);
        _runner = new RequestRunner(
            _host,
            log.Backends,
            new ExclusiveOperations(StateFolder.Locate()),
            log.Loggers.CreateLogger<RequestRunner>(),
            TimeProvider.System,
            CancellationToken.None);
        _loaded = _host.LoadAllAsync();
    }

    public async Task<BridgeReply> SendAsync(
        BackendRequest request, CancellationToken cancellation, CallOptions? options = null)
    {
        var (wanted, answer) = (options ?? CallOptions.Default, (BridgeAnswer?)null);
        await using (var bar = wanted.Bars ? _progress?.TryBegin() : null)
        {
            answer = await _runner.RunAsync(request, new RequestCaller
            {
                Gone = cancellation,
                TakesChangesAlong = true,
                FailureIsExpected = wanted.FailureIsExpected,
                LogName = wanted.LogName,
                Progress = bar is null ? null : _ => bar,
            }).ConfigureAwait(false);
        }

        if (answer.Result.Overall != OverallResult.True)
        {
            // what has succeeded in the same moment has an answer all the same
            cancellation.ThrowIfCancellationRequested();
        }

        return new BridgeReply(answer.Status, JsonNode.Parse(EditorJson.Write(answer).Span)!.AsObject());
    }

    public async Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation)
    {
        await _loaded.WaitAsync(cancellation).ConfigureAwait(false);
        return _host.Statuses;
    }

    public async Task<BackendOutline> OutlineAsync(string name, string version)
    {
        var backend = await _host.FindAsync(name, version).ConfigureAwait(false);
        using var lease = backend is null ? null : await LeaseAsync(backend).ConfigureAwait(false);
        if (lease is null)
        {
            throw new UserException(ExitCode.NotFound, backend is null
                ? $"There is no backend {name}/{version}. Installed: {NotFoundMessages.Installed(_host.Statuses)}."
                : $"The backend {name}/{version} cannot be loaded: {backend.Status.Problem ?? "it is still being written, or compiled."}");
        }

        return new BackendOutline(
            [.. lease.Generation.Settings.Select(setting => new SettingOutline(setting.Key, setting.Description, setting.Default))],
            BackendOutline.ResourcesOf(lease.Generation.Resources.Result.Details)!);
    }

    /// <summary>A bridge answers within seconds, loaded or not; who has typed a command waits for a slow machine.</summary>
    private async Task<BackendLease?> LeaseAsync(InstalledBackend backend)
    {
        var lease = await backend.LeaseAsync(CancellationToken.None).ConfigureAwait(false);
        if (lease is null && backend.Status.Problem is null)
        {
            await _loaded.ConfigureAwait(false);
            lease = await backend.LeaseAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return lease;
    }

    public async ValueTask DisposeAsync()
    {
        await _loaded.ConfigureAwait(false);
        await _host.DisposeAsync().ConfigureAwait(false);
    }
}
