namespace FleetBridge.Protocol;

/// <summary>Counts the requests that run, so that the bridge can end after the last one.</summary>
internal sealed class RunningRequests
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _none;
    private int _count;

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

    public void Begin()
    {
        lock (_lock)
        {
            _count++;
        }
    }

    public void End()
    {
        lock (_lock)
        {
            if (--_count == 0)
            {
                _none?.TrySetResult();
            }
        }
    }

    /// <summary>Waits until none runs.</summary>
    /// <param name="limit">For how long.</param>
    /// <param name="clock">The clock.</param>
    /// <returns>False when some still run.</returns>
    public async Task<bool> WaitForNoneAsync(TimeSpan limit, TimeProvider clock)
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
            await none.WaitAsync(limit, clock).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
