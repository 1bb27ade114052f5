namespace FleetBridge.Core.Logs;

/// <summary>How much of the log may wait.</summary>
/// <param name="Records">The number of records.</param>
/// <param name="Bytes">The sum of their <see cref="LogRecord.Size"/>.</param>
internal readonly record struct LogBound(long Records, long Bytes);
