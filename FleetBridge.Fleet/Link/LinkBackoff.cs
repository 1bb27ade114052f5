namespace FleetBridge.Fleet.Link;

/// <summary>
/// How long a client waits before it connects again: with full jitter, so that clients which were cut off together do not come back
/// together. Where the whole server is gone (nobody listens on its port, or it said that it stops) every client is in the same position,
/// and the waits are spread over the longest one at once.
/// </summary>
/// <param name="times">The shortest and the longest wait.</param>
/// <param name="random">A number from 0 to 1, without 1.</param>
internal sealed class LinkBackoff(LinkTimes times, Func<double> random)
{
    /// <summary>2 to this power is far above the relation of any two waits.</summary>
    private const int MostDoublings = 20;

    private int _doublings;

    /// <summary>The next wait.</summary>
    /// <param name="isServerGone">Whether the whole server is gone.</param>
    /// <param name="retryAfter">How long the server wants the client to stay away.</param>
    public TimeSpan Next(bool isServerGone, TimeSpan? retryAfter)
    {
        _doublings = isServerGone ? MostDoublings : _doublings;
        var longest = Math.Min(times.LongestWait.TotalSeconds, times.ShortestWait.TotalSeconds * Math.Pow(2, _doublings));
        _doublings = Math.Min(_doublings + 1, MostDoublings);
        return (retryAfter ?? TimeSpan.Zero) + TimeSpan.FromSeconds(longest * random());
    }

    /// <summary>Begins from the start.</summary>
    public void Reset() => _doublings = 0;
}
