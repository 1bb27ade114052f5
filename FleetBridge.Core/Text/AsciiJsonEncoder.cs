using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;

namespace FleetBridge.Core.Text;

/// <summary>
/// JSON in ASCII with as few escapes as RFC 8259 allows. The engine converts what it receives in 64 KiB slices and
/// mangles a character that straddles two, so nothing longer than a byte may be sent; the framework's own ASCII encoder
/// would also escape <c>&lt;</c>, <c>&amp;</c> and <c>'</c>, which the editor's rich text is full of.
/// </summary>
internal sealed class AsciiJsonEncoder : JavaScriptEncoder
{
    /// <summary>Printable ASCII without the quotation mark and the backslash.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !#$%&'()*+,-./0123456789:;<=>?"
        + "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private const int ShortLength = 256;

    public static AsciiJsonEncoder Instance { get; } = new();

    /// <summary>How many characters at a text's beginning need no escape.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The number.</returns>
    public static int PlainLength(ReadOnlySpan<char> text)
    {
        // one by one, as far as most texts are long: the vectorized search is compiled when it is first used, first without optimization
        var begin = text[..Math.Min(text.Length, ShortLength)];
        for (var i = 0; i < begin.Length; i++)
        {
            if (WillEscape(begin[i]))
            {
                return i;
            }
        }

        return text[begin.Length..].IndexOfAnyExcept(Plain) is var first and >= 0 ? begin.Length + first : text.Length;
    }

    /// <summary>A character outside the basic plane is two escapes of six.</summary>
    public override int MaxOutputCharactersPerInputCharacter => 12;

    public override bool WillEncode(int unicodeScalar) => WillEscape(unicodeScalar);

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength) =>
        new ReadOnlySpan<char>(text, textLength).IndexOfAnyExcept(Plain);

    private static bool WillEscape(int unicodeScalar) => unicodeScalar is < 0x20 or > 0x7E or '"' or '\\';

    public override unsafe bool TryEncodeUnicodeScalar(
        int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var output = new Span<char>(buffer, bufferLength);
        var twoCharacters = unicodeScalar switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            _ => null,
        };
        if (twoCharacters is not null)
        {
            numberOfCharactersWritten = twoCharacters.TryCopyTo(output) ? twoCharacters.Length : 0;
            return numberOfCharactersWritten > 0;
        }

        if (unicodeScalar <= 0xFFFF)
        {
            return output.TryWrite(CultureInfo.InvariantCulture, $"\\u{unicodeScalar:x4}", out numberOfCharactersWritten);
        }

        var above = unicodeScalar - 0x10000;
        return output.TryWrite(
            CultureInfo.InvariantCulture,
            $"\\u{0xD800 + (above >> 10):x4}\\u{0xDC00 + (above & 0x3FF):x4}",
            out numberOfCharactersWritten);
    }
}
