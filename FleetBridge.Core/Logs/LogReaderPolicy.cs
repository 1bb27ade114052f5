namespace FleetBridge.Core.Logs;

/// <summary>What one reader of the log is granted. When it falls further behind than its bound, its oldest records are dropped.</summary>
internal sealed record LogReaderPolicy
{
    /// <summary>How far it may fall behind.</summary>
    public required LogBound Bound { get; init; }

    /// <summary>The text of the WARNING record that is in the place of dropped records, from their number.</summary>
    public required Func<long, string> DescribeGap { get; init; }

    /// <summary>How many of the newest records it begins with, as far as they are still kept.</summary>
    public int StartWithNewest { get; init; }

    /// <summary>How long after a record a reader that waits is woken: a series of records then wakes it once.</summary>
    public TimeSpan WakeDelay { get; init; }

    /// <summary>Called when records begin to be dropped, by the thread that logs. Must not wait.</summary>
    public Action? Overflowed { get; init; }
}
