namespace FleetBridge.Tests.Support;

/// <summary>
/// A clock that runs many times as fast: a wait of seconds takes milliseconds. For operations of many waits whose number and
/// order the test does not know; a FakeTimeProvider only runs when it is advanced.
/// </summary>
internal sealed class FastClock(int times) : TimeProvider
{
    private readonly long _begun = System.GetTimestamp();
    private readonly DateTimeOffset _start = System.GetUtcNow();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _start + Passed;

    public override long GetTimestamp() => Passed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Shorten(dueTime), Shorten(period));

    private TimeSpan Passed => System.GetElapsedTime(_begun) * times;

    private TimeSpan Shorten(TimeSpan span) => span > TimeSpan.Zero ? span / times : span;
}
