using System.Buffers;
using System.Globalization;
using System.Text;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace FleetBridge.Core.Logs;

/// <summary>
/// A log event as the editor reads it: <c>{"time": "2022-11-05 10:22:33,123", "name": "aws_backend", "level": "INFO",
/// "message": "…"}</c>, one text frame of at most 1 MiB.
/// </summary>
internal static class EditorRecord
{
    /// <summary>The name under which the bridge itself speaks.</summary>
    public const string BridgeName = "fleetbridge";

    /// <summary>Engine 5.3 and later close the socket with 1009 above this many bytes.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>Where a message is cut so that it fits even when each character becomes a six-byte escape.</summary>
    private const int MostEscaped = MostBytes - 1024;

    /// <summary>How much is escaped at a time, and the longest escape of one UTF-16 unit.</summary>
    private const int SliceLength = 256;
    private const int LongestEscape = 6;

    // "l": a text is a text, not a quoted value
    private static readonly MessageTemplateTextFormatter Message = new("{Message:lj}", CultureInfo.InvariantCulture);

    // One a thread, and records are made on one or two.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _line;

    /// <summary>Writes a record.</summary>
    /// <param name="logEvent">The event.</param>
    /// <returns>The JSON, in ASCII.</returns>
    public static byte[] Encode(LogEvent logEvent) => Encode(
        logEvent.Timestamp.LocalDateTime, NameOf(logEvent), LevelName(logEvent.Level), MessageOf(logEvent));

    /// <summary>Writes a record.</summary>
    /// <param name="localTime">When, in local time.</param>
    /// <param name="name">Who speaks.</param>
    /// <param name="level">The level, by the editor's name for it.</param>
    /// <param name="message">The text; what would make the frame too large is cut off, and says so.</param>
    /// <returns>The JSON, in ASCII.</returns>
    public static byte[] Encode(DateTime localTime, string name, string level, string message)
    {
        var line = _line ??= new ArrayBufferWriter<byte>(1024);
        line.ResetWrittenCount();
        line.Write("{\"time\": \""u8);
        line.Advance(localTime.TryFormat(
            line.GetSpan(32), out var written, "yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture) ? written : 0);
        line.Write("\", \"name\": \""u8);
        Escape(line, name.Length > 200 ? name[..200] : name, MostEscaped);
        line.Write("\", \"level\": \""u8);
        Escape(line, level, MostEscaped);
        line.Write("\", \"message\": \""u8);
        var rest = Escape(line, message, MostEscaped - line.WrittenCount);
        if (rest > 0)
        {
            Escape(line, string.Create(CultureInfo.InvariantCulture, $" ... ({rest} more characters: see the log file)"), 100);
        }

        line.Write("\"}"u8);
        return line.WrittenSpan.ToArray();
    }

    /// <summary>The editor's name for a level.</summary>
    /// <param name="level">Serilog's level.</param>
    /// <returns><c>DEBUG</c>, <c>INFO</c>, <c>WARNING</c>, <c>ERROR</c> or <c>CRITICAL</c>.</returns>
    public static string LevelName(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => "DEBUG",
        LogEventLevel.Information => "INFO",
        LogEventLevel.Warning => "WARNING",
        LogEventLevel.Error => "ERROR",
        _ => "CRITICAL",
    };

    /// <summary>Who speaks: a backend by the name it was asked for, the bridge for all the rest.</summary>
    /// <param name="logEvent">The event.</param>
    /// <returns>The name.</returns>
    public static string NameOf(LogEvent logEvent) =>
        logEvent.Properties.TryGetValue(Constants.SourceContextPropertyName, out var source)
            && source is ScalarValue { Value: string name }
            && !name.StartsWith("FleetBridge.", StringComparison.Ordinal)
            && !name.StartsWith("Microsoft.", StringComparison.Ordinal)
            ? name
            : BridgeName;

    /// <summary>
    /// The text, with an exception appended to it as the original did. Every sink has it from here, so this is where secrets
    /// are taken out of it.
    /// </summary>
    /// <param name="logEvent">The event.</param>
    /// <returns>The text.</returns>
    public static string MessageOf(LogEvent logEvent)
    {
        var message = BackendLogger.TryGetText(logEvent, out var text) ? text : Render(logEvent);
        return Redaction.Clean(logEvent.Exception is { } exception ? $"{message}\n{ExceptionText.Of(exception)}" : message);
    }

    // A value or an exception whose text cannot be made is no reason to lose the record, nor the thread of a sink.
    private static string Render(LogEvent logEvent)
    {
        try
        {
            using var text = new StringWriter(CultureInfo.InvariantCulture);
            Message.Format(logEvent, text);
            return text.ToString();
        }
        catch (Exception failure)
        {
            return $"{logEvent.MessageTemplate.Text} (its values have no text: {failure.GetType()})";
        }
    }

    /// <summary>Escapes a text into at most so many bytes.</summary>
    /// <returns>How many characters of it did not fit.</returns>
    private static int Escape(ArrayBufferWriter<byte> line, string text, int most)
    {
        Span<char> escaped = stackalloc char[SliceLength * LongestEscape];
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var plain = AsciiJsonEncoder.PlainLength(rest);
            if (plain > 0)
            {
                var fits = Math.Min(plain, most);
                line.Advance(Encoding.ASCII.GetBytes(rest[..fits], line.GetSpan(fits + 1)));
                most -= fits;
                rest = rest[fits..];
                if (fits < plain)
                {
                    break;
                }

                continue;
            }

            var slice = rest[..Math.Min(rest.Length, SliceLength)];
            if (slice.Length < rest.Length && char.IsHighSurrogate(slice[^1]))
            {
                slice = slice[..^1];
            }

            _ = AsciiJsonEncoder.Instance.Encode(slice, escaped, out _, out var written);
            if (written > most)
            {
                break;
            }

            line.Advance(Encoding.ASCII.GetBytes(escaped[..written], line.GetSpan(written)));
            most -= written;
            rest = rest[slice.Length..];
        }

        return rest.Length;
    }
}
