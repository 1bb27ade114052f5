using System.Text.Json.Nodes;
using Amazon.Emulation.Models;
using Amazon.Emulation.Signatures;
using Microsoft.AspNetCore.Http;

namespace Amazon.Emulation.Wire;

/// <summary>How a service's operations look on the wire. Inside, everything is objects with the model's member names.</summary>
internal abstract class WireProtocol(ServiceModel model)
{
    protected ServiceModel Model => model;

    /// <summary>Whether a request speaks this protocol, to this service.</summary>
    public abstract bool Claims(HttpRequest request);

    /// <summary>The operation that a request names; null if the service has none of that name.</summary>
    public abstract ModelOperation? Find(HttpRequest request);

    /// <summary>The name by which a request asks for something that <see cref="Find"/> does not know.</summary>
    public abstract string Asked(HttpRequest request);

    /// <summary>The input.</summary>
    /// <exception cref="AwsError">It cannot be read.</exception>
    public abstract JsonObject Read(HttpRequest request, ModelOperation operation, byte[] body);

    /// <summary>Writes an answer.</summary>
    public abstract Task WriteAsync(HttpResponse response, ModelOperation operation, JsonObject output, string requestId);

    /// <summary>Writes an error.</summary>
    public abstract Task WriteErrorAsync(HttpResponse response, string code, string message, string requestId);

    /// <summary>The code and status of a signature that does not hold.</summary>
    public abstract (string Code, int Status) Word(SignatureFault fault);
}
