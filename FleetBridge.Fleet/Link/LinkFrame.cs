using System.Buffers;
using System.Buffers.Binary;

namespace FleetBridge.Fleet.Link;

/// <summary>
/// The wire format. Each binary WebSocket message is a frame, little-endian: one byte kind (0 messages, 1 ping), the number of the last
/// message handled (8 bytes), the number of the first message in the frame (8 bytes), and then each message: type (4 bytes), length (4
/// bytes), payload. The following messages have the following numbers. Type 0 is a gap: its payload, 8 bytes, says how many numbers it
/// takes, which were telemetry that had no room. A frame without messages is an acknowledgement.
/// </summary>
internal static class LinkFrame
{
    /// <summary>The type of a gap.</summary>
    public const int Gap = 0;

    /// <summary>A frame is sent when it has this many bytes.</summary>
    public const int Full = 64 * 1024;

    /// <summary>The largest frame: one that was almost full, and the largest message behind.</summary>
    public const int Largest = Full + LinkBounds.LargestMessage + HeadLength + RecordLength;

    private const int HeadLength = 1 + 8 + 8;
    private const int RecordLength = 4 + 4;
    private const byte MessagesKind = 0;
    private const byte PingKind = 1;

    /// <summary>Begins a frame.</summary>
    public static void WriteHead(IBufferWriter<byte> writer, bool isPing, long acknowledged, long first)
    {
        var head = writer.GetSpan(HeadLength);
        head[0] = isPing ? PingKind : MessagesKind;
        BinaryPrimitives.WriteInt64LittleEndian(head[1..], acknowledged);
        BinaryPrimitives.WriteInt64LittleEndian(head[9..], first);
        writer.Advance(HeadLength);
    }

    /// <summary>Adds a message.</summary>
    public static void WriteMessage(IBufferWriter<byte> writer, int type, ReadOnlySpan<byte> payload)
    {
        var record = writer.GetSpan(RecordLength + payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record, type);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], payload.Length);
        payload.CopyTo(record[RecordLength..]);
        writer.Advance(RecordLength + payload.Length);
    }

    /// <summary>Adds a gap.</summary>
    public static void WriteGap(IBufferWriter<byte> writer, long count)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(payload, count);
        WriteMessage(writer, Gap, payload);
    }

    /// <summary>Reads a frame's head.</summary>
    /// <param name="frame">The frame; what is behind the head afterwards.</param>
    /// <exception cref="LinkProtocolException">It is none.</exception>
    public static (bool IsPing, long Acknowledged, long First) ReadHead(ref ReadOnlyMemory<byte> frame)
    {
        var span = frame.Span;
        if (span.Length < HeadLength || span[0] > PingKind)
        {
            throw new LinkProtocolException("The frame has no head that this version knows.");
        }

        var acknowledged = BinaryPrimitives.ReadInt64LittleEndian(span[1..]);
        var first = BinaryPrimitives.ReadInt64LittleEndian(span[9..]);
        if (acknowledged < 0 || first < 1)
        {
            throw new LinkProtocolException("The frame's numbers are below those of a first message.");
        }

        frame = frame[HeadLength..];
        return (span[0] == PingKind, acknowledged, first);
    }

    /// <summary>Reads the next message.</summary>
    /// <param name="frame">What is left of the frame, not empty; what is behind the message afterwards.</param>
    /// <returns>Its type, its payload, and how many numbers it takes.</returns>
    /// <exception cref="LinkProtocolException">It is none.</exception>
    public static (int Type, ReadOnlyMemory<byte> Payload, long Count) ReadMessage(ref ReadOnlyMemory<byte> frame)
    {
        var span = frame.Span;
        if (span.Length < RecordLength)
        {
            throw new LinkProtocolException("A message ends within its head.");
        }

        var type = BinaryPrimitives.ReadInt32LittleEndian(span);
        var length = BinaryPrimitives.ReadInt32LittleEndian(span[4..]);
        if (type < Gap || length < 0 || length > span.Length - RecordLength)
        {
            throw new LinkProtocolException($"A message of type {type} cannot have {length} bytes here.");
        }

        var payload = frame.Slice(RecordLength, length);
        frame = frame[(RecordLength + length)..];
        if (type != Gap)
        {
            return (type, payload, 1);
        }

        var count = length == 8 ? BinaryPrimitives.ReadInt64LittleEndian(payload.Span) : 0;
        return count > 0 ? (Gap, default, count) : throw new LinkProtocolException("A gap does not say how many messages are missing.");
    }
}
