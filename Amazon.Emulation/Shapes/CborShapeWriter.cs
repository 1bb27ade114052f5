using System.Buffers;
using System.Buffers.Binary;
using System.Formats.Cbor;

namespace Amazon.Emulation.Shapes;

/// <summary>Shapes in CBOR, as in <c>smithy-rpc-v2-cbor</c>: lengths are definite, times are tag 1 and a double of seconds since
/// 1970, to the millisecond; doubles are always written with 64 bits, which every SDK reads.</summary>
internal sealed class CborShapeWriter : IShapeWriter
{
    private const byte SingleHead = 0xfa;
    private const byte DoubleHead = 0xfb;

    private readonly CborWriter _writer =
        new(CborConformanceMode.Lax, convertIndefiniteLengthEncodings: true, allowMultipleRootLevelValues: false);

    /// <summary>A structure as a CBOR document.</summary>
    /// <param name="shape">The structure.</param>
    public static byte[] Document<T>(T shape)
        where T : class, IShape<T>
    {
        var writer = new CborShapeWriter();
        shape.Write(writer);
        return writer._writer.Encode();
    }

    /// <summary>How many bytes have been written.</summary>
    public int Length => _writer.BytesWritten;

    /// <summary>Copies the document, which has to be complete.</summary>
    /// <param name="output">Where to.</param>
    public void CopyTo(IBufferWriter<byte> output) => output.Advance(_writer.Encode(output.GetSpan(_writer.BytesWritten)));

    /// <summary>Makes the writer ready for another document.</summary>
    public void Reset() => _writer.Reset();

    /// <inheritdoc/>
    public void BeginStructure() => _writer.WriteStartMap(null);

    /// <inheritdoc/>
    public void Member(string name) => _writer.WriteTextString(name);

    /// <inheritdoc/>
    public void EndStructure() => _writer.WriteEndMap();

    /// <inheritdoc/>
    public void BeginList(int count) => _writer.WriteStartArray(count);

    /// <inheritdoc/>
    public void EndList() => _writer.WriteEndArray();

    /// <inheritdoc/>
    public void BeginMap(int count) => _writer.WriteStartMap(count);

    /// <inheritdoc/>
    public void Key(string key) => _writer.WriteTextString(key);

    /// <inheritdoc/>
    public void EndMap() => _writer.WriteEndMap();

    /// <inheritdoc/>
    public void Text(string value) => _writer.WriteTextString(value);

    /// <inheritdoc/>
    public void Boolean(bool value) => _writer.WriteBoolean(value);

    /// <inheritdoc/>
    public void Integer(int value) => _writer.WriteInt32(value);

    /// <inheritdoc/>
    public void Long(long value) => _writer.WriteInt64(value);

    /// <inheritdoc/>
    public void Double(double value)
    {
        // WriteDouble shortens it where nothing is lost
        if ((float)value != value && !double.IsNaN(value))
        {
            _writer.WriteDouble(value);
            return;
        }

        Span<byte> encoded = stackalloc byte[1 + sizeof(double)];
        encoded[0] = DoubleHead;
        BinaryPrimitives.WriteDoubleBigEndian(encoded[1..], value);
        _writer.WriteEncodedValue(encoded);
    }

    /// <inheritdoc/>
    public void Float(float value)
    {
        Span<byte> encoded = stackalloc byte[1 + sizeof(float)];
        encoded[0] = SingleHead;
        BinaryPrimitives.WriteSingleBigEndian(encoded[1..], value);
        _writer.WriteEncodedValue(encoded);
    }

    /// <inheritdoc/>
    public void Time(DateTimeOffset value)
    {
        _writer.WriteTag(CborTag.UnixTimeSeconds);
        Double(ShapeTime.ToSeconds(value));
    }

    /// <inheritdoc/>
    public void Blob(byte[] value) => _writer.WriteByteString(value);
}
