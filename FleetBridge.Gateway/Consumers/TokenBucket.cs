namespace FleetBridge.Gateway.Consumers;

/// <summary>So many a second, and some at once.</summary>
/// <param name="perSecond">How many come back in a second.</param>
/// <param name="burst">How many there are at most.</param>
internal struct TokenBucket(double perSecond, double burst)
{
    private double _used;
    private long _last;

    /// <summary>Takes one.</summary>
    /// <param name="clock">The clock.</param>
    /// <returns>False when none is left.</returns>
    public bool TryTake(TimeProvider clock)
    {
        var now = clock.GetTimestamp();
        if (_last != 0)
        {
            _used = Math.Max(0, _used - (clock.GetElapsedTime(_last, now).TotalSeconds * perSecond));
        }

        _last = now;
        if (_used + 1 > burst)
        {
            return false;
        }

        _used++;
        return true;
    }
}
