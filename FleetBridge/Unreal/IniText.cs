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
        if (command == Clear || (command == Remove && values.GetValueOrDefault(name) == value))
        {
            values.Remove(name);
        }
        else if (command != Remove && value.Length > 0)
        {
            values[name] = value;
        }
    }

    /// <summary>A value without its quotes; what is behind the closing one does not count. The engine writes a folder as
    /// <c>(Path="…")</c>, and a file as <c>(FilePath="…")</c>.</summary>
    private static string Unquote(string value)
    {
        var match = Struct().Match(value);
        var text = match.Success ? match.Groups["text"].Value : value;
        return Quoted().Match(text) is { Success: true } quoted
            ? Escape().Replace(quoted.Groups["text"].Value, escape => escape.Value[1] switch
            {
                'n' => "\n",
                'r' => "\r",
                't' => "\t",
                var character => character.ToString(),
            })
            : text;
    }

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

    [GeneratedRegex("""\\[\\"'nrt]""")]
    private static partial Regex Escape();
}
