using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace FleetBridge.Unreal;

/// <summary>
/// The text of an Unreal configuration file, by the rules of the engine's Core module: <c>FFileHelper::BufferToString</c>,
/// <c>FParse::LineExtended</c> as <c>FConfigFile</c> uses it, and <c>FParse::QuotedString</c>.
/// </summary>
internal static partial class IniText
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file's text: UTF-16 with and without its mark, else UTF-8. The engine reads up to the first NUL.</summary>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    public static string Decode(byte[] bytes)
    {
        // without its mark, UTF-16 has a zero in every second byte of a heading
        var (encoding, mark) = bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] => (Utf8, 3),
            [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
            [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
            [not 0, 0, not 0, 0, ..] => (Encoding.Unicode, 0),
            [0, not 0, 0, not 0, ..] => (Encoding.BigEndianUnicode, 0),
            _ => ((Encoding)Utf8, 0),
        };
        try
        {
            return UntilNul(encoding.GetString(bytes.AsSpan(mark)));
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException("it is not UTF-8 but another encoding, such as Latin-1. Save it as UTF-8");
        }
    }

    /// <summary>
    /// The logical lines. A backslash at a line's end and braces outside quotes join lines, with a space where the end was; such braces
    /// and what is behind <c>//</c> outside quotes do not count.
    /// </summary>
    public static IEnumerable<string> Lines(string text)
    {
        var line = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            at = ReadLine(text, at, line.Clear());
            yield return line.ToString();
        }
    }

    /// <summary>A key's value: the rest of its line, without quotes and their escapes.</summary>
    /// <param name="text">What is behind the equals sign.</param>
    public static string Value(string text) => UntilNul(Unquote(text.Trim()));

    /// <summary>The plain text that somebody means by a folder, <c>(Path="…")</c>, or a file, <c>(FilePath="…")</c>.</summary>
    public static string Unwrap(string value) =>
        Struct().Match(value) is { Success: true } match ? Unquote(match.Groups["text"].Value) : value;

    /// <summary>Writes a value, in quotes where the engine would read something else without them.</summary>
    public static string Quote(string value) => Value(Lines($"{value}\n\n").First()) == value
        ? value
        : $"\"{Escaped().Replace(value, letter => letter.Value switch { "\n" => "\\n", "\r" => "\\r", var other => $"\\{other}" })}\"";

    /// <summary>Reads a logical line.</summary>
    /// <returns>Where the next one begins.</returns>
    private static int ReadLine(string text, int at, StringBuilder line)
    {
        var (inQuotes, inComment, braces) = (false, false, 0);
        while (at < text.Length)
        {
            var (letter, next) = (text[at], at + 1 < text.Length ? text[at + 1] : '\0');
            inComment |= !inQuotes && letter == '/' && next == '/';
            if (letter is '\r' or '\n')
            {
                at += LengthOfEnd(text, at);
                if (braces == 0)
                {
                    return at;
                }

                line.Append(' ');
            }
            else if (letter == '\\' && next is '\r' or '\n')
            {
                line.Append(' ');
                at += 1 + LengthOfEnd(text, at + 1);
            }
            else if (!inQuotes && (letter == '{' || (letter == '}' && braces > 0)))
            {
                braces += letter == '{' ? 1 : -1;
                at++;
            }
            else if (inQuotes && !inComment && letter == '\\' && next is '"' or '\\')
            {
                line.Append(letter).Append(next);
                at += 2;
            }
            else
            {
                inQuotes ^= letter == '"';
                at++;
                if (!inComment)
                {
                    line.Append(letter);
                }
            }
        }

        return at;
    }

    private static int LengthOfEnd(string text, int at) =>
        at + 1 < text.Length && text[at + 1] is '\r' or '\n' && text[at + 1] != text[at] ? 2 : 1;

    /// <summary>A value without its quotes; what is behind the closing one does not count, and none is missed.</summary>
    private static string Unquote(string value)
    {
        if (!value.StartsWith('"'))
        {
            return value;
        }

        var text = new StringBuilder(value.Length);
        for (var at = 1; at < value.Length && value[at] != '"';)
        {
            if (value[at] == '\\' && Escape().Match(value, at) is { Success: true } escape)
            {
                text.Append(Unescape(escape.Value[1..]));
                at += escape.Length;
            }
            else
            {
                text.Append(value[at]);
                at++;
            }
        }

        return text.ToString();
    }

    /// <summary>A sequence behind its backslash.</summary>
    private static string Unescape(string sequence) => sequence switch
    {
        "n" => "\n",
        "r" => "\r",
        "t" => "\t",
        ['x', .. var digits] => ((char)FromHex(digits)).ToString(),
        ['u', .. var digits] => ((char)FromHex(digits)).ToString(),
        ['U', .. var digits] => Rune.TryCreate(FromHex(digits), out var rune) ? rune.ToString() : "\ufffd",
        [>= '0' and <= '7', ..] => ((char)Convert.ToInt32(sequence, 8)).ToString(),
        _ => sequence,
    };

    /// <summary>A number that is too large is the largest one, as with the engine's Strtoi.</summary>
    private static int FromHex(string digits) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : int.MaxValue;

    /// <summary>The engine's texts end at a NUL.</summary>
    private static string UntilNul(string text) => text.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var end ? text[..end] : text;

    [GeneratedRegex("""^\((?:Path|FilePath)=(?<text>.*)\)$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Struct();

    [GeneratedRegex("""\G\\(?:[\\"'nrt]|[0-7]{1,3}|x[0-9A-Fa-f]+|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8})""")]
    private static partial Regex Escape();

    [GeneratedRegex("""[\\"\r\n]""")]
    private static partial Regex Escaped();
}
