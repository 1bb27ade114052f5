using FleetBridge.Core.Contract;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// A backend's folder and the generation that serves it at the moment. A changed folder is loaded once it has been still
/// for a moment; if the new build is good it takes over, if not the old one goes on.
/// </summary>
internal sealed partial class InstalledBackend : IAsyncDisposable
{
    /// <summary>How long a folder has to be still before what is in it counts as a build.</summary>
    public static readonly TimeSpan StillFor = TimeSpan.FromMilliseconds(75);

    /// <summary>How long a build may be under way before requests get the old generation.</summary>
    private static readonly TimeSpan BuildLimit = TimeSpan.FromSeconds(5);

    private readonly BackendFolder _folder;
    private readonly BackendSources _sources;
    private readonly GenerationLoader _loader;
    private readonly GenerationUnloader _unloader;
    private readonly ILogger<InstalledBackend> _logger;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private FolderWatch? _watch;
    private BackendGeneration? _current;
    private FolderFingerprint? _seen;
    private string? _problem;
    private Task? _refresh;
    private int _lastNumber;
    private bool _changedSince;
    private bool _disposed;

    public InstalledBackend(
        BackendFolder folder,
        GenerationLoader loader,
        GenerationUnloader unloader,
        ILogger<InstalledBackend> logger,
        TimeProvider clock)
    {
        _folder = folder;
        _sources = new BackendSources(folder);
        _loader = loader;
        _unloader = unloader;
        _logger = logger;
        _clock = clock;
    }

    public string Name => _folder.Name;

    public string Version => _folder.Version;

    /// <summary>Name and version as they stand in a request.</summary>
    public string Title => $"{Name}/{Version}";

    /// <summary>The state at this moment.</summary>
    public BackendStatus Status
    {
        get
        {
            lock (_lock)
            {
                var state = (_current, _problem, _refresh) switch
                {
                    (null, null, _) => BackendState.Loading,
                    (null, _, _) => BackendState.Failed,
                    (_, not null, _) => BackendState.Outdated,
                    (_, _, not null) => BackendState.Reloading,
                    _ => BackendState.Serving,
                };
                return new BackendStatus(
                    Name, Version, _current?.Aliases ?? [], _current?.Number ?? 0, _folder.Path, state, _problem);
            }
        }
    }

    /// <summary>Whether a request that asks for this name means this backend.</summary>
    /// <param name="name">The first segment of a request.</param>
    /// <returns>True for its name and, once it is loaded, its aliases.</returns>
    public bool Answers(string name) =>
        name == Name || (Volatile.Read(ref _current)?.Aliases.Contains(name) ?? false);

    /// <summary>Loads it if it is not loaded, or has changed.</summary>
    /// <returns>Completes when there is a generation or a reason why there is none. Never fails.</returns>
    public Task RefreshAsync()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return Task.CompletedTask;
            }

            if (_refresh is null)
            {
                // The ExecutionContext of whichever request comes first must not live on in the reload.
                using (ExecutionContext.SuppressFlow())
                {
                    _refresh = Task.Run(LoadAsync);
                }
            }

            return _refresh;
        }
    }

    /// <summary>Takes the newest build for a request.</summary>
    /// <param name="cancellation">Ends the wait for a build that is under way.</param>
    /// <returns>The lease; null when no build of it can serve, and <see cref="Status"/> says why.</returns>
    public async ValueTask<BackendLease?> LeaseAsync(CancellationToken cancellation)
    {
        // More than once: a build may have ended while an earlier one was being loaded.
        var started = _clock.GetTimestamp();
        while (IsStale() && BuildLimit - _clock.GetElapsedTime(started) is { Ticks: > 0 } left)
        {
            try
            {
                await RefreshAsync().WaitAsync(left, _clock, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // still being built: the old generation serves
            }
        }

        while (Volatile.Read(ref _current) is { } current)
        {
            if (current.TryLease() is { } lease)
            {
                return lease;
            }
        }

        return null;
    }

    /// <summary>Loads no more builds and takes the serving one out of service.</summary>
    /// <returns>Completes when nothing is being loaded; the unloader ends what served.</returns>
    public async ValueTask DisposeAsync()
    {
        Task? refresh;
        lock (_lock)
        {
            _disposed = true;
            refresh = _refresh;
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        try
        {
            await (refresh ?? Task.CompletedTask).WaitAsync(BuildLimit, _clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LogLoadAbandoned(Title);
        }

        _watch?.Dispose();
        if (Interlocked.Exchange(ref _current, null) is { } last)
        {
            _ = _unloader.RetireAsync(Title, last);
        }
    }

    private bool IsStale()
    {
        lock (_lock)
        {
            return !_disposed && (_refresh is not null || _seen is null || !_seen.StillHolds());
        }
    }

    private void OnFolderChanged()
    {
        lock (_lock)
        {
            _changedSince = true;
        }

        _ = RefreshAsync();
    }

    private async Task LoadAsync()
    {
        try
        {
            do
            {
                var fingerprint = await SettleAsync().ConfigureAwait(false);
                if (_seen is null || !fingerprint.IsLike(_seen))
                {
                    LoadSettled(fingerprint);
                }
            }
            while (!TryFinish());
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // the bridge stops
        }
    }

    /// <summary>A change that came in the meantime is not forgotten.</summary>
    private bool TryFinish()
    {
        lock (_lock)
        {
            if (_changedSince && !_disposed)
            {
                return false;
            }

            _refresh = null;
            return true;
        }
    }

    /// <summary>Waits until the folder has been still, however long that takes: each request decides for itself how long
    /// it waits.</summary>
    private async Task<FolderFingerprint> SettleAsync()
    {
        var first = Look();

        // At the very first load there is nothing to wait for, unless somebody is just installing it.
        if (_seen is null && !first.IsEmpty && !first.WasWrittenWithin(StillFor, _clock.GetUtcNow().UtcDateTime))
        {
            return first;
        }

        while (true)
        {
            await Task.Delay(StillFor, _clock, _ending.Token).ConfigureAwait(false);
            var next = Look();
            if (next.IsLike(first))
            {
                return next;
            }

            first = next;
        }
    }

    /// <summary>Whatever changes after this look calls back.</summary>
    private FolderFingerprint Look()
    {
        if (_watch is not { IsCurrent: true })
        {
            _watch?.Dispose();
            _watch = new FolderWatch(_folder.Path, OnFolderChanged);
        }

        lock (_lock)
        {
            _changedSince = false;
        }

        return _sources.ReadFingerprint();
    }

    private void LoadSettled(FolderFingerprint fingerprint)
    {
        var started = _clock.GetTimestamp();
        string? problem = null;
        BackendGeneration? next = null;
        IReadOnlyCollection<string> sources = [];
        using var console = BackendConsole.LogTo(_logger);
        try
        {
            next = _loader.Load(_folder, _lastNumber + 1, out sources, _ending.Token);
        }
        catch (BackendLoadException exception)
        {
            problem = exception.Message;
            LogTrace(exception.Trace);
        }

        // Torn by a write in between, or made of files elsewhere that were not looked at before: not a build.
        if (!_sources.Learn(sources) || _ending.IsCancellationRequested || !_sources.ReadFingerprint().IsLike(fingerprint))
        {
            Discard(next);
            return;
        }

        BackendGeneration? last;
        lock (_lock)
        {
            _seen = fingerprint;
            _problem = problem;
            last = _current;
            if (next is not null)
            {
                _lastNumber = next.Number;
                Volatile.Write(ref _current, next);
            }
        }

        Report(next, last, problem, _clock.GetElapsedTime(started));
        if (next is not null && last is not null)
        {
            _ = _unloader.RetireAsync(Title, last);
        }
    }

    private void Discard(BackendGeneration? torn)
    {
        lock (_lock)
        {
            _changedSince = true;
        }

        if (torn is not null)
        {
            _ = _unloader.RetireAsync(Title, torn);
        }
    }

    private void Report(BackendGeneration? next, BackendGeneration? last, string? problem, TimeSpan took)
    {
        Instruments.Loads.Record(
            took.TotalSeconds,
            new(Instruments.BackendTag, Name),
            new(Instruments.VersionTag, Version),
            new(Instruments.OutcomeTag, (problem, last) switch
            {
                (null, null) => "loaded",
                (null, _) => "reloaded",
                (_, null) => "failed",
                _ => "kept",
            }));
        if (problem is not null)
        {
            if (last is null)
            {
                LogFailed(Title, problem);
            }
            else
            {
                LogKept(Title, last.Number, problem);
            }
        }
        else if (last is null)
        {
            LogLoaded(Title, next!.Number, took.TotalMilliseconds);
        }
        else
        {
            LogReloaded(Title, next!.Number, last.Number, took.TotalMilliseconds);
        }
    }

    private void LogTrace(string? trace)
    {
        if (trace is not null)
        {
            LogLoadTrace(Title, trace);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Backend {Backend} is loaded (generation {Generation}, {Milliseconds:0} ms).")]
    private partial void LogLoaded(string backend, int generation, double milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Backend {Backend} was rebuilt: generation {Generation} serves from "
        + "now on, generation {Last} finishes what it has begun ({Milliseconds:0} ms).")]
    private partial void LogReloaded(string backend, int generation, int last, double milliseconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "Backend {Backend} cannot be loaded: {Problem}")]
    private partial void LogFailed(string backend, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "The new build of backend {Backend} cannot be loaded, so generation "
        + "{Generation} goes on serving: {Problem}")]
    private partial void LogKept(string backend, int generation, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Backend {Backend} was still being loaded when the bridge stopped; its "
        + "constructor may hang.")]
    private partial void LogLoadAbandoned(string backend);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Why backend {Backend} could not be loaded: {Trace}")]
    private partial void LogLoadTrace(string backend, string trace);
}
