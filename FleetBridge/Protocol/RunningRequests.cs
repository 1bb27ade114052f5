namespace FleetBridge.Protocol;

/// <summary>Counts the running requests, so that the bridge can stop after the last one.</summary>
internal sealed class RunningRequests
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _none;
    private int _count;

    /// <summary>How many are running.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Completes when the first request has ended.</summary>
    public Task FirstEnded => _first.Task;

    /// <summary>Counts a request that begins.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _count++;
        }
    }

    /// <summary>Counts a request that has ended.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (--_count == 0)
            {
                _none?.TrySetResult();
            }
        }

        _first.TrySetResult();
    }

    /// <summary>Waits until no request is running.</summary>
    /// <param name="limit">How long to wait at most.</param>
    /// <param name="clock">The clock of that limit.</param>
    /// <param name="cancellation">Ends the wait early.</param>
    /// <returns>False if some are still running.</returns>
    public async Task<bool> WaitForNoneAsync(TimeSpan limit, TimeProvider clock, CancellationToken cancellation)
    {
        Task none;
        lock (_lock)
        {
            if (_count == 0)
            {
                return true;
            }

            _none = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            none = _none.Task;
        }

        try
        {
            await none.WaitAsync(limit, clock, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
