using Microsoft.Extensions.Logging;

namespace FleetBridge.Hosting;

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
    private readonly GenerationLoader _loader;
    private readonly GenerationUnloader _unloader;
    private readonly ILogger<InstalledBackend> _logger;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private FolderWatch? _watch;
    private BackendGeneration? _current;
    private FolderFingerprint _seen = FolderFingerprint.Absent;
    private FileStamp _seenStamp;
    private string? _entryAssembly;
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
        if (IsStale())
        {
            try
            {
                await RefreshAsync().WaitAsync(BuildLimit, _clock, cancellation).ConfigureAwait(false);
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

    public async ValueTask DisposeAsync()
    {
        Task? refresh;
        lock (_lock)
        {
            _disposed = true;
            refresh = _refresh;
        }

        _watch?.Dispose();
        await (refresh ?? Task.CompletedTask).ConfigureAwait(false);
        if (Interlocked.Exchange(ref _current, null) is { } last)
        {
            await _unloader.RetireAsync(Title, last).ConfigureAwait(false);
        }
    }

    private bool IsStale()
    {
        lock (_lock)
        {
            if (_refresh is not null)
            {
                return true;
            }

            return _entryAssembly is null || FileStamp.Read(_folder.Path, _entryAssembly) != _seenStamp;
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
        while (true)
        {
            _watch ??= new FolderWatch(_folder.Path, OnFolderChanged);
            if (await SettleAsync().ConfigureAwait(false) is { } fingerprint && fingerprint != _seen)
            {
                LoadSettled(fingerprint);
            }

            lock (_lock)
            {
                if (!_changedSince || _disposed)
                {
                    _refresh = null;
                    return;
                }
            }
        }
    }

    /// <summary>Waits until the folder has been still; null when it does not become still in time.</summary>
    private async Task<FolderFingerprint?> SettleAsync()
    {
        // At the very first load nobody has been building under our eyes: there is nothing to wait for.
        ForgetChanges();
        var first = FolderFingerprint.Read(_folder.Path);
        if (_lastNumber == 0 && _problem is null && first != FolderFingerprint.Absent)
        {
            return first;
        }

        var started = _clock.GetTimestamp();
        while (_clock.GetElapsedTime(started) < BuildLimit)
        {
            await Task.Delay(StillFor, _clock).ConfigureAwait(false);
            ForgetChanges();
            var next = FolderFingerprint.Read(_folder.Path);
            if (next == first)
            {
                return next;
            }

            first = next;
        }

        return null;
    }

    private void ForgetChanges()
    {
        lock (_lock)
        {
            _changedSince = false;
        }
    }

    private void LoadSettled(FolderFingerprint fingerprint)
    {
        var started = _clock.GetTimestamp();
        string? entry = null;
        string? problem = null;
        BackendGeneration? next = null;
        try
        {
            entry = _folder.FindEntryAssembly();
            next = _loader.Load(_folder, _lastNumber + 1);
        }
        catch (BackendLoadException exception)
        {
            problem = exception.Message;
            LogTrace(exception.Trace);
        }

        // Torn by a write in between: not a build.
        if (FolderFingerprint.Read(_folder.Path) != fingerprint && _current is not null)
        {
            Discard(next);
            return;
        }

        BackendGeneration? last;
        lock (_lock)
        {
            _seen = fingerprint;
            _entryAssembly = entry;
            _seenStamp = FileStamp.Read(_folder.Path, entry);
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

    [LoggerMessage(Level = LogLevel.Debug, Message = "Why backend {Backend} could not be loaded: {Trace}")]
    private partial void LogLoadTrace(string backend, string trace);
}
