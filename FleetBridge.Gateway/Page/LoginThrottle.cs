namespace FleetBridge.Gateway.Page;

/// <summary>
/// Makes guessing slow: after five wrong tokens each further try waits for its turn, and for a pause that doubles. A right token is let
/// in after the same pause, so that nobody can lock the owner out.
/// </summary>
/// <param name="clock">The clock.</param>
internal sealed class LoginThrottle(TimeProvider clock) : IDisposable
{
    private const int FreeTries = 5;
    private const int MostWaiting = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private int _wrong;
    private int _waiting;
    private long _last;

    public void Dispose() => _turn.Dispose();

    /// <summary>Waits until a token may be tried.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when too many wait already.</returns>
    public async Task<bool> WaitAsync(CancellationToken cancellation)
    {
        if (Pause() == TimeSpan.Zero)
        {
            return true;
        }

        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return false;
        }

        try
        {
            await _turn.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                await Task.Delay(Pause(), clock, cancellation).ConfigureAwait(false);
                return true;
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Counts a try.</summary>
    /// <param name="isRight">Whether its token was right, which makes the next tries free again.</param>
    public void Count(bool isRight)
    {
        lock (_lock)
        {
            _wrong = isRight ? 0 : _wrong + 1;
            _last = clock.GetTimestamp();
        }
    }

    private TimeSpan Pause()
    {
        lock (_lock)
        {
            if (_wrong < FreeTries || clock.GetElapsedTime(_last) > Forgotten)
            {
                return TimeSpan.Zero;
            }

            var pause = FirstPause * Math.Pow(2, Math.Min(_wrong - FreeTries, 10));
            return pause < LongestPause ? pause : LongestPause;
        }
    }
}
