using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace FleetBridge.Unreal;

/// <summary>
/// The text of an Unreal configuration file, by the engine's rules (<c>FillFileFromBuffer</c> and <c>FParse</c> in its Core module).
/// </summary>
internal static partial class IniText
{
    /// <summary>What may precede a key: add, remove, replace, and other commands.</summary>
    private const string Commands = "+-.!@*^~";

    private const string Remove = "-";
    private const string Clear = "!";

    /// <summary>Reads a file's text: UTF-16 with and without its mark, else UTF-8.</summary>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    public static string Decode(byte[] bytes)
    {
        try
        {
            using var reader = new StreamReader(new MemoryStream(bytes), Guess(bytes), detectEncodingFromByteOrderMarks: true);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException("it is not UTF-8 but another encoding, such as Latin-1. Save it as UTF-8");
        }
    }

    /// <summary>The lines: one that ends with a backslash goes on in the next, and what is behind <c>//</c> outside quotes does not count.</summary>
    public static IEnumerable<string> Lines(string text)
    {
        var joined = "";
        foreach (var line in LineEnds().Split(text))
        {
            if (line.EndsWith('\\'))
            {
                joined += line[..^1];
                continue;
            }

            yield return WithoutComment(joined + line).Trim();
            joined = "";
        }

        if (joined.Length > 0)
        {
            yield return WithoutComment(joined).Trim();
        }
    }

    /// <summary>Carries out a line of a section.</summary>
    /// <param name="line">The line.</param>
    /// <param name="keys">The keys that count, with their names in the result.</param>
    /// <param name="values">The values so far; the last line of a key counts.</param>
    public static void Apply(string line, IReadOnlyDictionary<string, string> keys, Dictionary<string, string> values)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            return;
        }

        var key = line[..equals].Trim();
        var command = key.Length > 1 && Commands.Contains(key[0], StringComparison.Ordinal) ? key[..1] : "";
        if (!keys.TryGetValue(key[command.Length..].Trim(), out var name))
        {
            return;
        }

        var value = Unquote(line[(equals + 1)..].Trim());
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            // the engine's texts end there
            value = value[..value.IndexOf('\0', StringComparison.Ordinal)];
        }

        if (command == Clear || (command == Remove && values.GetValueOrDefault(name) == value))
        {
            values.Remove(name);
        }
        else if (command != Remove && value.Length > 0)
        {
            values[name] = value;
        }
    }

    /// <summary>What somebody means who has written a plain text as a folder, <c>(Path="…")</c>, or a file, <c>(FilePath="…")</c>.</summary>
    public static string Unwrap(string value) => Struct().Match(value) is { Success: true } match ? Unquote(match.Groups["text"].Value) : value;

    /// <summary>Writes a value, in quotes where the engine would read something else without them.</summary>
    public static string Quote(string value) =>
        value.Contains("//", StringComparison.Ordinal) || value.Contains('"', StringComparison.Ordinal) || value != value.Trim()
            ? $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : value;

    /// <summary>A value without its quotes; what is behind the closing one does not count.</summary>
    private static string Unquote(string value) => Quoted().Match(value) is { Success: true } quoted
        ? Escape().Replace(quoted.Groups["text"].Value, escape => Unescape(escape.Value[1..]))
        : value;

    /// <summary>A sequence behind its backslash, as <c>FParse::QuotedString</c> reads it.</summary>
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

    private static string WithoutComment(string line)
    {
        var inQuotes = false;
        for (var at = 0; at < line.Length; at++)
        {
            if (inQuotes && line[at] == '\\')
            {
                at++;
            }
            else if (line[at] == '"')
            {
                inQuotes = !inQuotes;
            }
            else if (!inQuotes && line[at] == '/' && at + 1 < line.Length && line[at + 1] == '/')
            {
                return line[..at];
            }
        }

        return line;
    }

    /// <summary>UTF-16 has a zero in every second byte of a heading.</summary>
    private static UnicodeEncoding? Utf16(byte[] bytes) => bytes switch
    {
        [not 0, 0, not 0, 0, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: false),
        [0, not 0, 0, not 0, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: false),
        _ => null,
    };

    private static Encoding Guess(byte[] bytes) =>
        Utf16(bytes) ?? (Encoding)new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [GeneratedRegex("\r\n|\r|\n")]
    private static partial Regex LineEnds();

    [GeneratedRegex("""^\((?:Path|FilePath)=(?<text>".*")\)""")]
    private static partial Regex Struct();

    // a quote without its end is a character like any other
    [GeneratedRegex("""^"(?<text>(?:[^"\\]|\\.)*)(?:"|$)(?<=.")""")]
    private static partial Regex Quoted();

    [GeneratedRegex("""\\(?:[\\"'nrt]|[0-7]{1,3}|x[0-9A-Fa-f]+|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8})""")]
    private static partial Regex Escape();
}
