namespace FleetBridge.Tests.Support;

/// <summary>
/// The system's clock, which a test can move ahead without letting a timer fire; timers take a number of times longer. For
/// connections to real sockets, whose time runs: a FakeTimeProvider fires every timer that it passes.
/// </summary>
internal sealed class ShiftableClock(int patience = 1) : TimeProvider
{
    private long _ahead;

    public void MoveAhead(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() =>
        System.GetElapsedTime(0).Ticks + Interlocked.Read(ref _ahead);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime * patience : dueTime, period);
}
