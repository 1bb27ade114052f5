using System.Buffers;
using Amazon.Emulation.Shapes;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>How requests and responses are encoded.</summary>
internal abstract class ApiWire
{
    /// <summary>JSON 1.1.</summary>
    public static ApiWire Json { get; } = new JsonApiWire();

    /// <summary>smithy-rpc-v2-cbor.</summary>
    public static ApiWire Cbor { get; } = new CborApiWire();

    /// <summary>The content type of responses.</summary>
    public abstract string ContentType { get; }

    /// <summary>Whether a request says that its body is of this encoding, or says nothing.</summary>
    /// <param name="contentType">Its content type, without parameters.</param>
    public abstract bool Takes(string contentType);

    /// <summary>Reads a request.</summary>
    /// <param name="body">Its body; empty for a request without members.</param>
    /// <exception cref="FormatException">It is not of this encoding, or not this structure.</exception>
    public abstract T Read<T>(ReadOnlySequence<byte> body)
        where T : class, IShape<T>, new();

    /// <summary>Writes a response's body, and the headers that describe it.</summary>
    /// <param name="response">Where to.</param>
    /// <param name="shape">The output.</param>
    public abstract void Write<T>(HttpResponse response, T shape)
        where T : class, IShape<T>;
}
