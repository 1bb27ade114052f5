using System.Globalization;
using FleetBridge.Core.Logs;

namespace FleetBridge.Output;

/// <summary>The log of a command, on the terminal's error stream.</summary>
internal sealed class TerminalSink
{
    private readonly Lock _lock = new();

    public void Write(LogRecord record)
    {
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
