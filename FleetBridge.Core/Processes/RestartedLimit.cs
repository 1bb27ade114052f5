namespace FleetBridge.Core.Processes;

/// <summary>A limit that starts again with each sign of life, on a clock that a test can hold.</summary>
internal sealed class RestartedLimit : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly TimeSpan _limit;
    private readonly ITimer _timer;

    /// <summary>Prepares the limit; it starts with the first <see cref="Restart"/>.</summary>
    /// <param name="limit">How long after the last restart it ends.</param>
    /// <param name="clock">The clock.</param>
    public RestartedLimit(TimeSpan limit, TimeProvider clock)
    {
        _limit = limit;
        _timer = clock.CreateTimer(
            static source => End((CancellationTokenSource)source!), _source, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled when the limit has ended.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Starts the limit, or starts it again.</summary>
    public void Restart() => _timer.Change(_limit, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private static void End(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // the limit ended in the moment in which nobody needed it any more
        }
    }
}
