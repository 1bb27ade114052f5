using System.Diagnostics;
using FleetBridge.Core.Contract;
using FleetBridge.Core.Logs;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Hosting;

/// <summary>Loads a backend's newest build, once at a time, and replaces the generation that serves by it.</summary>
internal sealed class BackendReloader : IAsyncDisposable
{
    /// <summary>How long the end waits for a build that is being loaded.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    /// <summary>When a build is tried again that could not be loaded because the disk was full, or the like.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    /// <summary>How soon a request may try it again.</summary>
    private static readonly TimeSpan RequestRetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>Requests that follow one another as closely as this share a look at the build's files: in less, no build is written and a
    /// request for it sent.</summary>
    private static readonly long SharedLook = Stopwatch.Frequency / 4_000;

    private readonly BackendFolder _folder;
    private readonly QuietFolder _build;
    private readonly BackendParts _parts;
    private readonly ILogger _logger;
    private readonly LoadReport _report;
    private readonly DedicatedThreads _operations;
    private readonly CancellationTokenSource _ending = new();
    private readonly ITimer _retry;
    private readonly Lock _lock = new();
    private BackendGeneration? _current;
    private FolderFingerprint? _seen;
    private string? _problem;
    private string? _doubt;
    private Task? _refresh;
    private int _lastNumber;
    private long? _failedAt;
    private long _lookedAt;
    private bool _stopped;

    public BackendReloader(BackendFolder folder, BackendParts parts)
    {
        (_folder, _parts) = (folder, parts);
        _build = new QuietFolder(folder, parts.Watches, parts.Clock, () => RefreshAsync());
        _logger = parts.Loggers.CreateLogger<InstalledBackend>();
        _report = new LoadReport(folder, _logger);
        _operations = new DedicatedThreads(folder.Title, _logger);
        _retry = parts.Clock.CreateTimer(_ => RefreshAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The generation that serves; null for none.</summary>
    public BackendGeneration? Current => Volatile.Read(ref _current);

    /// <summary>What serves, why the newest build does not, and whether a build is being loaded.</summary>
    public (BackendGeneration? Current, string? Problem, bool IsLoading) Read()
    {
        lock (_lock)
        {
            return (_current, _problem, _refresh is not null);
        }
    }

    /// <summary>Completes when the build that is being loaded has been tried; completed when there is none.</summary>
    public Task Loading => Volatile.Read(ref _refresh) ?? Task.CompletedTask;

    /// <summary>Whether there may be a newer build than the one that serves.</summary>
    public bool IsStale()
    {
        lock (_lock)
        {
            return !_stopped && (_refresh is not null
                || (_failedAt is { } at ? _parts.Clock.GetElapsedTime(at) >= RequestRetryInterval : _seen is null || HasChanged(_seen)));
        }
    }

    private bool HasChanged(FolderFingerprint seen)
    {
        var now = Stopwatch.GetTimestamp();
        if (now - _lookedAt < SharedLook)
        {
            return false;
        }

        var changed = !seen.StillHolds();
        _lookedAt = changed ? 0 : now;
        return changed;
    }

    /// <summary>Loads the backend if it is not loaded, or has changed.</summary>
    /// <returns>Completes when there is a generation or a reason why there is none. Never fails.</returns>
    public Task RefreshAsync()
    {
        lock (_lock)
        {
            if (_stopped)
            {
                return Task.CompletedTask;
            }

            return _refresh ??= _parts.Threads.RunDetachedAsync(LoadAsync);
        }
    }

    /// <summary>Loads no more builds and takes the serving one out of service.</summary>
    /// <returns>Completes when nothing is being loaded; the unloader ends what served.</returns>
    public async ValueTask DisposeAsync()
    {
        Task? refresh;
        lock (_lock)
        {
            _stopped = true;
            refresh = _refresh;
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        await _retry.DisposeAsync().ConfigureAwait(false);
        try
        {
            await (refresh ?? Task.CompletedTask).WaitAsync(StopLimit, _parts.Clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _report.Abandoned();
        }

        _build.Forget();
        Retire(Interlocked.Exchange(ref _current, null));
    }

    /// <summary>Stays on the loader's threads, also after each wait: loading reads files and runs the backend's constructor.</summary>
    private async Task LoadAsync()
    {
        try
        {
            do
            {
                var fingerprint = await _build.WaitAsync(isFirst: _seen is null, _ending.Token);
                if (_seen is null || !fingerprint.IsLike(_seen))
                {
                    Load(fingerprint);
                }
            }
            while (!TryFinish());
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // the bridge stops
        }
    }

    /// <summary>A change in the meantime is not forgotten: its report comes either before the look here, or after the lock.</summary>
    private bool TryFinish()
    {
        lock (_lock)
        {
            if (_build.HasChanged && !_stopped)
            {
                return false;
            }

            _refresh = null;
            return true;
        }
    }

    private void Load(FolderFingerprint fingerprint)
    {
        var started = _parts.Clock.GetTimestamp();
        var (next, sources, failure) = TryLoad();

        // Torn by a write in between, or made of files elsewhere that were not looked at before: not a build.
        if (!_build.Learn(sources) || _ending.IsCancellationRequested || !_build.Read().IsLike(fingerprint))
        {
            _build.MarkChanged();
            Retire(next);
            return;
        }

        BackendGeneration? last;
        string? lastProblem;
        var problem = failure?.Message;
        lock (_lock)
        {
            (lastProblem, last) = (_failedAt is null ? null : _problem, _current);
            (_seen, _problem) = (failure is { MayPass: true } ? null : fingerprint, problem);
            _failedAt = failure is { MayPass: true } ? _parts.Clock.GetTimestamp() : null;
            if (next is not null)
            {
                _lastNumber = next.Number;
                Volatile.Write(ref _current, next);
            }
        }

        if (failure is { MayPass: true } && !_ending.IsCancellationRequested)
        {
            _retry.Change(RetryInterval, Timeout.InfiniteTimeSpan);
        }

        var took = _parts.Clock.GetElapsedTime(started);
        if (next is null)
        {
            // each try would say the same
            if (problem != lastProblem)
            {
                _report.Failed(problem!, last?.Number, took);
            }
        }
        else
        {
            _report.Loaded(next.Number, last?.Number, took);
            foreach (var note in next.Notes)
            {
                _report.Noted(note);
            }

            Retire(last);
        }
    }

    private (BackendGeneration? Next, IReadOnlyCollection<string> Sources, BackendLoadException? Failure) TryLoad()
    {
        IReadOnlyCollection<string> sources = [];
        if (BackendTrust.FindDoubt(_folder) is { } doubt)
        {
            if (BackendTrust.IsStrict)
            {
                // permissions leave no trace in a folder's times: so it is looked at again by itself
                return (null, sources, new BackendLoadException($"{doubt} ({BackendTrust.StrictVariable} is set.)") { MayPass = true });
            }

            if (doubt != _doubt)
            {
                _doubt = doubt;
                _report.Doubted(doubt);
            }
        }

        using var console = BackendConsole.LogTo(_logger);
        try
        {
            return (_parts.Loader.Load(_folder, _lastNumber + 1, _operations, out sources, _ending.Token), sources, null);
        }
        catch (BackendLoadException exception)
        {
            if (exception is { Trace: { } trace, MayPass: false })
            {
                _report.Trace(trace);
            }

            return (null, sources, exception);
        }
    }

    private void Retire(BackendGeneration? generation)
    {
        if (generation is not null)
        {
            _ = _parts.Unloader.RetireAsync(_folder.Title, generation);
        }
    }
}
