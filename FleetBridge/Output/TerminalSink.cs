using System.Globalization;
using FleetBridge.Core.Logs;

namespace FleetBridge.Output;

/// <summary>The log of a command, on the terminal's error stream.</summary>
internal sealed class TerminalSink
{
    private readonly Lock _lock = new();

    /// <summary>Whether to leave out why a request failed, because the command's result says it.</summary>
    public bool OmitsFailedRequests { get; set; }

    public void Write(LogRecord record)
    {
        if (OmitsFailedRequests && record.IsFailedRequest)
        {
            return;
        }

        lock (_lock)
        {
            Terminal.WriteRecord(
                record.LocalTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
                record.LevelName,
                record.Name,
                record.Text,
                Terminal.Error);
        }
    }
}
