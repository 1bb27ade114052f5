using System.Globalization;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace FleetBridge.Core.Logs;

/// <summary>
/// The end of Serilog's pipeline: makes a <see cref="LogRecord"/> of an event, once, on the thread that logs.
/// </summary>
internal sealed class EventRenderer(LogPublisher publisher) : ILogEventSink
{
    // "l": a text is a text, not a quoted value
    private static readonly MessageTemplateTextFormatter Message = new("{Message:lj}", CultureInfo.InvariantCulture);

    public void Emit(LogEvent logEvent) => publisher.Publish(Render(logEvent));

    /// <summary>Renders an event, with its exception appended to the text, and takes out secrets.</summary>
    public static LogRecord Render(LogEvent logEvent)
    {
        var text = RenderMessage(logEvent);
        if (logEvent.Exception is { } exception)
        {
            text = $"{text}\n{ExceptionText.Of(exception)}";
        }

        return new LogRecord(logEvent.Timestamp.LocalDateTime, logEvent.Level, NameOf(logEvent), Redaction.Clean(text))
        {
            IsFailedRequest = logEvent.Level == LogEventLevel.Error && FailedRequest.IsLoggedBy(logEvent),
            Reason = logEvent.Level == LogEventLevel.Error && FailedRequest.ReasonOf(logEvent) is { } reason ? Redaction.Clean(reason) : null,
        };
    }

    private static string NameOf(LogEvent logEvent) => LogRecord.NameOf(
        logEvent.Properties.TryGetValue(Constants.SourceContextPropertyName, out var source)
            ? (source as ScalarValue)?.Value as string
            : null);

    private static string RenderMessage(LogEvent logEvent)
    {
        try
        {
            using var text = new StringWriter(CultureInfo.InvariantCulture);
            Message.Format(logEvent, text);
            return text.ToString();
        }
        catch (Exception failure)
        {
            // a value whose text cannot be made is no reason to lose the record, or to fail whoever logs it
            return $"{logEvent.MessageTemplate.Text} (its values have no text: {failure.GetType()})";
        }
    }
}
