using System.Text;

namespace FleetBridge.Core.Ports;

/// <summary>
/// The encoding of a <c>Content-Length</c>: digits and nothing else (RFC 9112, section 6.2). The server's own reader takes <c>+5</c> for 5,
/// which a proxy before the bridge may read otherwise; what it decodes with this is no number, and refused.
/// </summary>
internal sealed class DigitsOnly : Encoding
{
    public static readonly DigitsOnly Instance = new();

    private const char Wrong = 'x';

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        ASCII.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        for (var i = 0; i < byteCount; i++)
        {
            var letter = (char)bytes[byteIndex + i];
            chars[charIndex + i] = char.IsAsciiDigit(letter) ? letter : Wrong;
        }

        return byteCount;
    }

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => byteCount;
}
