using System.Buffers;
using Amazon.Emulation.Shapes;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>smithy-rpc-v2-cbor: what AWS's SDKs for C++, .NET, Go and Java send
/// (https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html).</summary>
internal sealed class CborApiWire : ApiWire
{
    /// <summary>The header that names the protocol, in requests and in every response.</summary>
    public const string ProtocolHeader = "smithy-protocol";

    /// <summary>The protocol's name.</summary>
    public const string Protocol = "rpc-v2-cbor";

    [ThreadStatic]
    private static CborShapeWriter? _output;

    /// <inheritdoc/>
    public override string ContentType => "application/cbor";

    /// <inheritdoc/>
    public override bool Takes(string contentType) => contentType.Equals(ContentType, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override T Read<T>(ReadOnlySequence<byte> body)
    {
        if (body.IsEmpty)
        {
            return new T();
        }

        return CborShapeReader.Document<T>(body.IsSingleSegment ? body.First : body.ToArray())
            ?? throw new FormatException("A map is expected, not null.");
    }

    /// <inheritdoc/>
    public override void Write<T>(HttpResponse response, T shape)
    {
        var output = _output ??= new();
        output.Reset();
        shape.Write(output);
        var length = output.Length;
        response.Headers[ProtocolHeader] = Protocol;
        response.ContentType = ContentType;
        response.ContentLength = length;
        output.CopyTo(response.BodyWriter);
        if (length > ApiBody.KeptBuffer)
        {
            _output = null;
        }
    }
}
