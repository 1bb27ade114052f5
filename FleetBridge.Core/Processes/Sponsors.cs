using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Processes;

/// <summary>An editor for whose sake the bridge runs.</summary>
/// <param name="Process">The editor's process.</param>
/// <param name="Since">When it came.</param>
internal sealed record Sponsor(EditorProcess Process, DateTimeOffset Since);

/// <summary>
/// The editors that use the bridge. A bridge that an editor has started ends when the last of them is gone, however each of them
/// ends; one that a person has started only lists them.
/// </summary>
internal sealed partial class Sponsors : IDisposable
{
    /// <summary>Nobody has as many editors open.</summary>
    public const int Most = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, Sponsor> _present = [];
    private readonly CancellationTokenSource _disposed = new();
    private readonly TaskCompletionSource _allGone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger<Sponsors> _logger;
    private readonly TimeProvider _clock;
    private readonly Sponsor? _starter;
    private readonly bool _endWithLast;
    private bool _hasNamelessStarter;
    private bool _isOver;
    private bool _isDisposed;

    /// <summary>Begins with the program that has started the bridge.</summary>
    /// <param name="starter">Its process, if it is an editor.</param>
    /// <param name="hasInput">Whether it holds the bridge's standard input to tell when it leaves.</param>
    /// <param name="logger">Logs who leaves.</param>
    /// <param name="clock">The clock of every wait.</param>
    public Sponsors(EditorProcess? starter, bool hasInput, ILogger<Sponsors> logger, TimeProvider clock)
    {
        (_logger, _clock) = (logger, clock);
        _endWithLast = starter is not null || hasInput;
        _hasNamelessStarter = starter is null && hasInput;
        if (starter is not null)
        {
            _starter = new Sponsor(starter, clock.GetUtcNow());
            _present.Add(starter.Id, _starter);
        }
    }

    /// <summary>Completes when the last one is gone, for a bridge that ends with it.</summary>
    public Task AllGone => _allGone.Task;

    /// <summary>Whether the last one is gone: a bridge that ends takes no others.</summary>
    public bool IsOver
    {
        get
        {
            lock (_lock)
            {
                return _isOver;
            }
        }
    }

    /// <summary>Those who are there, by when they came.</summary>
    public IReadOnlyList<Sponsor> Present
    {
        get
        {
            lock (_lock)
            {
                return [.. _present.Values.OrderBy(sponsor => sponsor.Since).ThenBy(sponsor => sponsor.Process.Id)];
            }
        }
    }

    /// <summary>Their process ids.</summary>
    public IReadOnlyCollection<int> Ids
    {
        get
        {
            lock (_lock)
            {
                return [.. _present.Keys];
            }
        }
    }

    /// <summary>Begins to watch the starter, when the bridge can be stopped.</summary>
    public void WatchStarter()
    {
        if (_starter is not null)
        {
            _ = WatchAsync(_starter);
        }
    }

    /// <summary>The starter has closed the bridge's standard input: it has left, even if its process runs on.</summary>
    public void StarterLeft()
    {
        if (_starter is not null)
        {
            TryRemove(_starter, LogInputEnded);
            return;
        }

        Leave(() => _hasNamelessStarter, () => _hasNamelessStarter = false, LogInputEnded);
    }

    /// <summary>An editor uses the bridge from now on.</summary>
    /// <param name="id">Its process id.</param>
    public SponsorAdding Add(int id)
    {
        var process = new EditorProcess(id, mayBeYounger: true);
        if (!process.IsThere())
        {
            return SponsorAdding.NoProcess;
        }

        var sponsor = new Sponsor(process, _clock.GetUtcNow());
        lock (_lock)
        {
            if (_isOver || _disposed.IsCancellationRequested)
            {
                return SponsorAdding.Stopping;
            }

            if (_present.TryGetValue(id, out var known) && known.Process.IsThere())
            {
                return SponsorAdding.Present;
            }

            if (known is null && _present.Count >= Most)
            {
                return SponsorAdding.TooMany;
            }

            _present[id] = sponsor;
        }

        LogCame(id);
        _ = WatchAsync(sponsor);
        return SponsorAdding.Present;
    }

    /// <summary>An editor says that it no longer uses the bridge.</summary>
    /// <param name="id">Its process id.</param>
    /// <returns>False when it is not among them.</returns>
    public bool Remove(int id)
    {
        Sponsor? sponsor;
        lock (_lock)
        {
            _present.TryGetValue(id, out sponsor);
        }

        return sponsor is not null && TryRemove(sponsor, rest => LogLeft(id, rest));
    }

    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _isDisposed, true))
        {
            _disposed.Cancel();
            _disposed.Dispose();
        }
    }

    private async Task WatchAsync(Sponsor sponsor)
    {
        try
        {
            await sponsor.Process.WaitForEndAsync(_clock, _disposed.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // the bridge stops for another reason
            return;
        }

        TryRemove(sponsor, rest => LogEnded(sponsor.Process.Id, rest));
    }

    /// <summary>Removes a sponsor, but not another process that has come with the same id.</summary>
    private bool TryRemove(Sponsor sponsor, Action<string> log) => Leave(
        () => _present.TryGetValue(sponsor.Process.Id, out var present) && present == sponsor,
        () => _present.Remove(sponsor.Process.Id),
        log);

    /// <summary>One leaves if it is there. What it means is logged before the bridge begins to stop.</summary>
    private bool Leave(Func<bool> isThere, Action remove, Action<string> log)
    {
        string rest;
        bool isOver;
        lock (_lock)
        {
            if (!isThere())
            {
                return false;
            }

            remove();
            isOver = _isOver |= _endWithLast && !_hasNamelessStarter && _present.Count == 0;
            rest = isOver ? "Stopping the bridge."
                : _present.Count == 0 ? "The bridge continues."
                : $"The bridge continues for {Others()}.";
        }

        log(rest);
        if (isOver)
        {
            _allGone.TrySetResult();
        }

        return true;
    }

    private string Others() =>
        $"the {(_present.Count == 1 ? "editor" : "editors")} (process {string.Join(", ", _present.Keys.Order())})";

    [LoggerMessage(Level = LogLevel.Information, Message = "Another editor (process {Id}) uses this bridge now.")]
    private partial void LogCame(int id);

    [LoggerMessage(Level = LogLevel.Information, Message = "Standard input has ended. {Rest}")]
    private partial void LogInputEnded(string rest);

    [LoggerMessage(Level = LogLevel.Information, Message = "The editor (process {Id}) has left. {Rest}")]
    private partial void LogLeft(int id, string rest);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The editor (process {Id}) has ended. {Rest}")]
    private partial void LogEnded(int id, string rest);
}
