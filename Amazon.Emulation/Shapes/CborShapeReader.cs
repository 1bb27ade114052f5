using System.Buffers;
using System.Formats.Cbor;
using System.Text;

namespace Amazon.Emulation.Shapes;

/// <summary>Shapes from CBOR, as in <c>smithy-rpc-v2-cbor</c>: maps with text keys, of definite or indefinite length; times are tag 1.
/// Of a member that is there twice the last one counts, as in JSON.</summary>
internal sealed class CborShapeReader : IShapeReader
{
    // as deep as JSON documents may be: no shape comes near it
    private const int MaximumDepth = 64;

    // the reader's strict mode would refuse bytes that are no UTF-8 too, but also keeps every key of a map to find it again
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly CborReader _reader;
    private int _depth;

    private CborShapeReader(ReadOnlyMemory<byte> document) => _reader = new CborReader(document, CborConformanceMode.Lax);

    /// <summary>A structure from a CBOR document.</summary>
    /// <param name="document">The document.</param>
    /// <exception cref="FormatException">It is no CBOR, or not this structure.</exception>
    public static T? Document<T>(ReadOnlyMemory<byte> document)
        where T : class, IShape<T>
    {
        var reader = new CborShapeReader(document);
        try
        {
            var value = T.Read(reader);
            return reader._reader.BytesRemaining == 0
                ? value
                : throw new FormatException($"{reader._reader.BytesRemaining} bytes follow the document.");
        }
        catch (Exception exception) when (exception is CborContentException or InvalidOperationException or OverflowException)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public bool BeginStructure()
    {
        if (IsNull())
        {
            return false;
        }

        Expect(CborReaderState.StartMap);
        _reader.ReadStartMap();
        Enter();
        return true;
    }

    /// <inheritdoc/>
    public string? NextMember()
    {
        if (_reader.PeekState() == CborReaderState.EndMap)
        {
            _reader.ReadEndMap();
            _depth--;
            return null;
        }

        return ReadText();
    }

    /// <inheritdoc/>
    public bool BeginList()
    {
        if (IsNull())
        {
            return false;
        }

        Expect(CborReaderState.StartArray);
        _reader.ReadStartArray();
        Enter();
        return true;
    }

    /// <inheritdoc/>
    public bool NextItem()
    {
        if (_reader.PeekState() != CborReaderState.EndArray)
        {
            return true;
        }

        _reader.ReadEndArray();
        _depth--;
        return false;
    }

    /// <inheritdoc/>
    public bool BeginMap() => BeginStructure();

    /// <inheritdoc/>
    public string? NextKey() => NextMember();

    /// <inheritdoc/>
    public void Skip()
    {
        // the reader's own SkipValue goes as deep as the document does, with a frame for each level
        var outside = _depth;
        bool isTag;
        do
        {
            var state = _reader.PeekState();
            isTag = state == CborReaderState.Tag;
            switch (state)
            {
                case CborReaderState.StartMap:
                    _reader.ReadStartMap();
                    Enter();
                    break;
                case CborReaderState.EndMap:
                    _reader.ReadEndMap();
                    _depth--;
                    break;
                case CborReaderState.StartArray:
                    _reader.ReadStartArray();
                    Enter();
                    break;
                case CborReaderState.EndArray:
                    _reader.ReadEndArray();
                    _depth--;
                    break;
                case CborReaderState.Tag:
                    _reader.ReadTag();
                    break;
                default:
                    _reader.SkipValue();
                    break;
            }
        }
        while (_depth > outside || isTag);
    }

    /// <inheritdoc/>
    public string? Text() => IsNull() ? null : ReadText();

    /// <inheritdoc/>
    public bool? Boolean()
    {
        if (IsNull())
        {
            return null;
        }

        Expect(CborReaderState.Boolean);
        return _reader.ReadBoolean();
    }

    /// <inheritdoc/>
    public int? Integer() => IsNull() ? null : IsInteger() ? _reader.ReadInt32() : throw Wrong("a whole number");

    /// <inheritdoc/>
    public long? Long() => IsNull() ? null : IsInteger() ? _reader.ReadInt64() : throw Wrong("a whole number");

    /// <inheritdoc/>
    public double? Double() => IsNull() ? null : ReadNumber();

    /// <inheritdoc/>
    public float? Float() => (float?)Double();

    /// <inheritdoc/>
    public DateTimeOffset? Time()
    {
        if (IsNull())
        {
            return null;
        }

        if (_reader.PeekState() == CborReaderState.Tag && _reader.ReadTag() is var tag and not CborTag.UnixTimeSeconds)
        {
            throw new FormatException($"A time has tag {(ulong)CborTag.UnixTimeSeconds}, not {(ulong)tag}.");
        }

        return ShapeTime.FromSeconds(ReadNumber());
    }

    /// <inheritdoc/>
    public byte[]? Blob()
    {
        if (IsNull())
        {
            return null;
        }

        if (_reader.PeekState() is not (CborReaderState.ByteString or CborReaderState.StartIndefiniteLengthByteString))
        {
            throw Wrong("a byte string");
        }

        return _reader.ReadByteString();
    }

    private string ReadText()
    {
        switch (_reader.PeekState())
        {
            case CborReaderState.TextString:
                return Decoded(_reader.ReadDefiniteLengthTextStringBytes().Span);
            case CborReaderState.StartIndefiniteLengthTextString:
                _reader.ReadStartIndefiniteLengthTextString();
                var text = new ArrayBufferWriter<byte>();
                while (_reader.PeekState() != CborReaderState.EndIndefiniteLengthTextString)
                {
                    text.Write(_reader.ReadDefiniteLengthTextStringBytes().Span);
                }

                _reader.ReadEndIndefiniteLengthTextString();
                return Decoded(text.WrittenSpan);
            default:
                throw Wrong("a text");
        }
    }

    private static string Decoded(ReadOnlySpan<byte> text)
    {
        try
        {
            return Utf8.GetString(text);
        }
        catch (DecoderFallbackException exception)
        {
            throw new FormatException("A text has bytes that are no UTF-8.", exception);
        }
    }

    private double ReadNumber() => _reader.PeekState() switch
    {
        CborReaderState.UnsignedInteger => _reader.ReadUInt64(),
        CborReaderState.NegativeInteger => _reader.ReadInt64(),
        CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat =>
            _reader.ReadDouble(),
        _ => throw Wrong("a number"),
    };

    private bool IsNull()
    {
        if (_reader.PeekState() != CborReaderState.Null)
        {
            return false;
        }

        _reader.ReadNull();
        return true;
    }

    private bool IsInteger() => _reader.PeekState() is CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger;

    private void Enter()
    {
        if (++_depth > MaximumDepth)
        {
            throw new FormatException($"The document is nested more than {MaximumDepth} levels deep.");
        }
    }

    private void Expect(CborReaderState state)
    {
        if (_reader.PeekState() != state)
        {
            throw Wrong(state == CborReaderState.StartMap ? "a map" : state == CborReaderState.StartArray ? "an array" : "a boolean");
        }
    }

    private FormatException Wrong(string expected) => new($"{expected} is expected, not {_reader.PeekState()}.");
}
