using System.Globalization;
using FleetBridge.Core.Logs;

namespace FleetBridge.Output;

/// <summary>
/// The log of a command, on the terminal's error stream. A failure is said once: its record waits until the command has said why it
/// ends, and is left out if that is the same. It waits no longer than until the next record.
/// </summary>
internal sealed class TerminalSink
{
    private readonly Lock _lock = new();
    private readonly List<LogRecord> _waiting = [];

    /// <summary>Whether to leave out why a request failed, because the command's result says it.</summary>
    public bool OmitsFailedRequests { get; set; }

    /// <summary>Where the records go while a table of a running deployment is on the terminal; null for none.</summary>
    public Action<LogRecord>? Elsewhere { get; set; }

    public void Write(LogRecord record)
    {
        if (OmitsFailedRequests && record.IsFailedRequest)
        {
            return;
        }

        lock (_lock)
        {
            if (record.Reason is not null && !record.IsFailedRequest)
            {
                // a backend's record comes before that of the request that needed it
                _waiting.Add(record);
                return;
            }

            if (record.Reason is { } reason)
            {
                // which says the same again
                _waiting.RemoveAll(earlier => !earlier.IsFailedRequest && reason.Contains(earlier.Reason!, StringComparison.Ordinal));
            }

            Flush();
            if (record.Reason is not null)
            {
                _waiting.Add(record);
                return;
            }

            Print(record);
        }
    }

    /// <summary>The command says a failure itself: the records that say the same are left out.</summary>
    /// <param name="failure">What it says.</param>
    public void LeaveOut(string failure)
    {
        lock (_lock)
        {
            _waiting.RemoveAll(record => failure.Contains(record.Reason!, StringComparison.Ordinal));
        }
    }

    /// <summary>Prints the records that wait.</summary>
    public void Release()
    {
        lock (_lock)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _waiting.ForEach(Print);
        _waiting.Clear();
    }

    private void Print(LogRecord record) => (Elsewhere ?? PrintOnTerminal)(record);

    /// <summary>Writes a record as a line.</summary>
    public static void PrintOnTerminal(LogRecord record) => Terminal.WriteRecord(
        TimeOf(record), record.LevelName, record.Name, record.Text, Terminal.Error);

    /// <summary>The time of day that a terminal shows.</summary>
    public static string TimeOf(LogRecord record) => record.LocalTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
