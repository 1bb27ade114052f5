namespace FleetBridge.Core.Logs;

/// <summary>Records that a reader has taken, in order. Used again for the next ones.</summary>
internal sealed class LogBatch
{
    /// <summary>The records. Where some were dropped, the first one says how many.</summary>
    public List<LogRecord> Records { get; } = [];

    /// <summary>How many records were dropped before the others.</summary>
    public long Dropped { get; set; }

    /// <summary>The number of the last record, counted from 1.</summary>
    public long End { get; set; }

    public void Clear()
    {
        Records.Clear();
        Dropped = 0;
    }
}
