using System.Buffers;
using System.Globalization;
using System.Text;

namespace FleetBridge.Core.Text;

/// <summary>
/// Text from elsewhere on one line, as a person should see it: control characters, line breaks and what turns the direction of writing
/// round are shown as escapes (<c>\n</c>, <c>\u001b</c>, <c>\u202e</c>). Raw, they would begin lines of their own, steer a terminal, or
/// show another text than there is. Every sink uses this one place.
/// </summary>
internal static class VisibleText
{
    /// <summary>These join letters in Arabic, in scripts of India and in emoji, and change no direction.</summary>
    private const int NonJoiner = 0x200C;
    private const int Joiner = 0x200D;

    private const int ShortLength = 256;

    /// <summary>A text on one line.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The same text, where there is nothing to escape.</returns>
    public static string Of(string text)
    {
        // nearly all text is short and printable ASCII, with an arrow in each request's line: it needs no more than this
        if (text.Length <= ShortLength && IsPlain(text))
        {
            return text;
        }

        return NextHidden(text, 0) is var first and >= 0 ? Escape(text, first) : text;
    }

    private static bool IsPlain(string text)
    {
        foreach (var letter in text)
        {
            if (letter is < ' ' or (> '~' and not ('→' or '…')))
            {
                return false;
            }
        }

        return true;
    }

    private static string Escape(string text, int first)
    {
        var shown = new StringBuilder(text.Length + 16);
        var start = 0;
        for (var hidden = first; hidden >= 0; hidden = NextHidden(text, start))
        {
            shown.Append(text, start, hidden - start);
            _ = Rune.DecodeFromUtf16(text.AsSpan(hidden), out _, out var length);
            start = hidden + length;
            foreach (var unit in text.AsSpan(hidden, length))
            {
                _ = unit switch
                {
                    '\n' => shown.Append(@"\n"),
                    '\r' => shown.Append(@"\r"),
                    '\t' => shown.Append(@"\t"),
                    _ => shown.Append(CultureInfo.InvariantCulture, $@"\u{(int)unit:x4}"),
                };
            }
        }

        return shown.Append(text, start, text.Length - start).ToString();
    }

    /// <returns>Where the next character is that has to be escaped, or half of one; -1 if there is none.</returns>
    private static int NextHidden(ReadOnlySpan<char> text, int start)
    {
        while (start < text.Length)
        {
            // of printable ASCII this search skips some gigabytes a second
            var other = text[start..].IndexOfAnyExceptInRange(' ', '~');
            if (other < 0)
            {
                return -1;
            }

            start += other;
            if (Rune.DecodeFromUtf16(text[start..], out var rune, out var length) != OperationStatus.Done || IsHidden(rune))
            {
                return start;
            }

            start += length;
        }

        return -1;
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => rune.Value is not (NonJoiner or Joiner),
        _ => false,
    };
}
