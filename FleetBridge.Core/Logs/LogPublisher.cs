using Serilog.Events;

namespace FleetBridge.Core.Logs;

/// <summary>Where every record is published. Publishing never waits for a reader.</summary>
/// <param name="everything">Gets all records.</param>
/// <param name="shown">Gets those of the level that people see.</param>
/// <param name="level">That level.</param>
/// <param name="terminal">Writes the records of a command as they are logged, so that they are above its result.</param>
internal sealed class LogPublisher(LogRing everything, LogRing shown, LogEventLevel level, Action<LogRecord>? terminal)
{
    public void Publish(LogRecord record)
    {
        everything.Add(record);
        if (record.Level >= level)
        {
            shown.Add(record);
            WriteToTerminal(record);
        }
    }

    /// <summary>Publishes a record of the log itself.</summary>
    public void Warn(string text) => Publish(
        new LogRecord(TimeProvider.System.GetLocalNow().DateTime, LogEventLevel.Warning, LogRecord.BridgeName, text));

    private void WriteToTerminal(LogRecord record)
    {
        try
        {
            terminal?.Invoke(record);
        }
        catch (IOException)
        {
            // the terminal is closed, which is no reason to fail whoever logs: the file has the record
        }
    }
}
