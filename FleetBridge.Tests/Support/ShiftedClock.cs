namespace FleetBridge.Tests.Support;

/// <summary>The system's clock, set wrong. It runs, as the clock of a machine does that a program is compared with.</summary>
internal sealed class ShiftedClock(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
}
