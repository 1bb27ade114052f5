using System.Globalization;
using FleetBridge.Core.Logs;
using Serilog.Core;
using Serilog.Events;

namespace FleetBridge.Output;

/// <summary>The log of a command, on the terminal's error stream.</summary>
internal sealed class TerminalSink : ILogEventSink
{
    private readonly Lock _lock = new();

    public void Emit(LogEvent logEvent)
    {
        lock (_lock)
        {
            Terminal.WriteRecord(
                logEvent.Timestamp.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
                EditorRecord.LevelName(logEvent.Level),
                EditorRecord.NameOf(logEvent),
                EditorRecord.MessageOf(logEvent),
                Terminal.Error);
        }
    }
}
