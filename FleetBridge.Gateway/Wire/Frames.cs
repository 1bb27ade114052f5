using System.Buffers.Binary;
using System.Text;

namespace FleetBridge.Gateway.Wire;

/// <summary>Whole unmasked frames (RFC 6455, section 5.2). One that many consumers get is written once.</summary>
internal static class Frames
{
    /// <summary>Of a close frame's reason: a control frame has at most 125 bytes, two of them the code (RFC 6455, section 5.5).</summary>
    public const int MostReasonBytes = 123;

    private const byte FinalText = 0x81;
    private const byte FinalClose = 0x88;
    private const byte FinalPing = 0x89;

    /// <summary>A ping without a payload.</summary>
    public static readonly byte[] Ping = [FinalPing, 0];

    /// <summary>A text frame.</summary>
    /// <param name="payload">Its payload.</param>
    public static byte[] Text(ReadOnlySpan<byte> payload)
    {
        var header = payload.Length < 126 ? 2 : payload.Length <= ushort.MaxValue ? 4 : 10;
        var frame = GC.AllocateUninitializedArray<byte>(header + payload.Length);
        frame[0] = FinalText;
        switch (header)
        {
            case 2:
                frame[1] = (byte)payload.Length;
                break;
            case 4:
                frame[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
                break;
            default:
                frame[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)payload.Length);
                break;
        }

        payload.CopyTo(frame.AsSpan(header));
        return frame;
    }

    /// <summary>A close frame.</summary>
    /// <param name="code">Its code.</param>
    /// <param name="reason">Why; cut where it is too long for a frame.</param>
    public static byte[] Close(int code, string reason)
    {
        Span<byte> text = stackalloc byte[MostReasonBytes];
        Encoding.UTF8.GetEncoder().Convert(reason, text, flush: true, out _, out var length, out _);
        var frame = new byte[4 + length];
        (frame[0], frame[1]) = (FinalClose, (byte)(2 + length));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)code);
        text[..length].CopyTo(frame.AsSpan(4));
        return frame;
    }
}
