using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;

namespace FleetBridge.Core.Logs;

/// <summary>A log event as a line of the log file: <c>2026-11-05 10:22:33,123 INFO aws_backend text</c>.</summary>
internal sealed class FileLine : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        Span<char> time = stackalloc char[32];
        logEvent.Timestamp.TryFormat(time, out var written, "yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture);
        output.Write(time[..written]);
        output.Write(' ');
        output.Write(EditorRecord.LevelName(logEvent.Level));
        output.Write(' ');
        output.Write(EditorRecord.NameOf(logEvent));
        output.Write(' ');
        output.WriteLine(EditorRecord.MessageOf(logEvent));
    }
}
