using System.Buffers;
using System.Buffers.Binary;

namespace FleetBridge.Core.Ports;

/// <summary>
/// Unmasked text frames (RFC 6455, section 5.2), one behind the other in one buffer. A payload is written where it stays: its
/// header's length is known only afterwards, so room for the most frequent one is left before it.
/// </summary>
internal sealed class FrameBuffer : IBufferWriter<byte>
{
    private const byte FinalText = 0x81;
    private const int ExpectedHeader = 4;
    private const int LongestHeader = 10;
    private const int FirstLength = 16 * 1024;
    private const int MostKept = 512 * 1024;

    private byte[] _bytes = new byte[FirstLength];
    private int _length;
    private int _payload;

    /// <summary>All frames so far.</summary>
    public ReadOnlyMemory<byte> Frames => _bytes.AsMemory(0, _length);

    /// <summary>Begins a frame: what is written until it ends is its payload.</summary>
    public void Begin()
    {
        EnsureRoom(LongestHeader);
        _payload = _length += ExpectedHeader;
    }

    /// <summary>Ends the frame.</summary>
    public void End()
    {
        EnsureRoom(LongestHeader);
        var length = _length - _payload;
        var header = length < 126 ? 2 : length <= ushort.MaxValue ? 4 : LongestHeader;
        var start = _payload - ExpectedHeader;
        if (header != ExpectedHeader)
        {
            _bytes.AsSpan(_payload, length).CopyTo(_bytes.AsSpan(start + header));
        }

        _bytes[start] = FinalText;
        switch (header)
        {
            case 2:
                _bytes[start + 1] = (byte)length;
                break;
            case 4:
                _bytes[start + 1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(start + 2), (ushort)length);
                break;
            default:
                _bytes[start + 1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(_bytes.AsSpan(start + 2), (ulong)length);
                break;
        }

        _length = start + header + length;
    }

    /// <summary>Empties the buffer, and lets go of the memory that long records needed.</summary>
    public void Clear()
    {
        _length = 0;
        if (_bytes.Length > MostKept)
        {
            _bytes = new byte[FirstLength];
        }
    }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(_length);
    }

    private void EnsureRoom(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }
    }
}
