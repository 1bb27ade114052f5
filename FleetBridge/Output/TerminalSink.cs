using System.Globalization;
using FleetBridge.Core.Logs;
using Serilog.Core;
using Serilog.Events;

namespace FleetBridge.Output;

/// <summary>The log of a command, on the terminal's error stream.</summary>
internal sealed class TerminalSink : ILogEventSink
{
    private readonly Lock _lock = new();

    /// <summary>Whether to leave out why a request failed, because the command's result says it.</summary>
    public bool OmitsFailedRequests { get; set; }

    public void Emit(LogEvent logEvent)
    {
        if (OmitsFailedRequests && logEvent.Level == LogEventLevel.Error && FailedRequest.IsLoggedBy(logEvent))
        {
            return;
        }

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
