using System.Buffers;
using System.Globalization;
using System.Text;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Logs;

/// <summary>
/// A record as the editor reads it: <c>{"time": "2022-11-05 10:22:33,123", "name": "aws_backend", "level": "INFO",
/// "message": "…"}</c>, one text frame of at most 1 MiB.
/// </summary>
internal static class EditorRecord
{
    /// <summary>Engine 5.3 and later close the socket with 1009 above this many bytes.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>Where a message is cut; behind it is room for the remark that it was.</summary>
    private const int MostEscaped = MostBytes - 1024;

    private const int LongestName = 200;

    /// <summary>How much is escaped at a time, and the longest escape of one UTF-16 unit.</summary>
    private const int SliceLength = 256;
    private const int LongestEscape = 6;

    /// <summary>Writes the JSON, in ASCII. A message that would make it too large is cut, and says so.</summary>
    public static void Write(IBufferWriter<byte> to, LogRecord record)
    {
        var most = MostEscaped;
        var head = "{\"time\": \""u8;
        var span = to.GetSpan(head.Length + RecordTime.Length);
        head.CopyTo(span);
        RecordTime.Write(span[head.Length..], record.LocalTime);
        Advance(to, head.Length + RecordTime.Length, ref most);
        Copy(to, "\", \"name\": \""u8, ref most);
        Escape(to, record.Name.AsSpan(0, Math.Min(record.Name.Length, LongestName)), ref most);
        Copy(to, "\", \"level\": \""u8, ref most);
        Escape(to, record.LevelName, ref most);
        Copy(to, "\", \"message\": \""u8, ref most);
        var rest = Escape(to, record.Text, ref most);
        if (rest > 0)
        {
            most = 100;
            Escape(to, string.Create(CultureInfo.InvariantCulture, $" ... ({rest} more characters: see the log file)"), ref most);
        }

        to.Write("\"}"u8);
    }

    private static void Copy(IBufferWriter<byte> to, ReadOnlySpan<byte> text, ref int most)
    {
        text.CopyTo(to.GetSpan(text.Length));
        Advance(to, text.Length, ref most);
    }

    private static void Advance(IBufferWriter<byte> to, int count, ref int most)
    {
        to.Advance(count);
        most -= count;
    }

    /// <summary>Escapes a text into at most so many bytes.</summary>
    /// <returns>How many characters of it did not fit.</returns>
    private static int Escape(IBufferWriter<byte> to, ReadOnlySpan<char> text, ref int most)
    {
        while (!text.IsEmpty)
        {
            var plain = AsciiJsonEncoder.PlainLength(text);
            if (plain > 0)
            {
                var fits = Math.Min(plain, most);
                Advance(to, Encoding.ASCII.GetBytes(text[..fits], to.GetSpan(fits + 1)), ref most);
                text = text[fits..];
                if (fits < plain)
                {
                    break;
                }
            }
            else if (!TryEscapeSlice(to, ref text, ref most))
            {
                break;
            }
        }

        return text.Length;
    }

    private static bool TryEscapeSlice(IBufferWriter<byte> to, ref ReadOnlySpan<char> text, ref int most)
    {
        Span<char> escaped = stackalloc char[SliceLength * LongestEscape];
        var slice = text[..Math.Min(text.Length, SliceLength)];
        if (slice.Length < text.Length && char.IsHighSurrogate(slice[^1]))
        {
            slice = slice[..^1];
        }

        _ = AsciiJsonEncoder.Instance.Encode(slice, escaped, out _, out var written);
        if (written > most)
        {
            return false;
        }

        Advance(to, Encoding.ASCII.GetBytes(escaped[..written], to.GetSpan(written)), ref most);
        text = text[slice.Length..];
        return true;
    }
}
