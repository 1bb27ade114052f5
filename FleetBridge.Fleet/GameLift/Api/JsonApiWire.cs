using System.Buffers;
using System.Text.Json;
using Amazon.Emulation.Shapes;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>JSON 1.1: what the AWS command, boto3 and JavaScript send.</summary>
internal sealed class JsonApiWire : ApiWire
{
    // a response is written in one go, on one thread
    [ThreadStatic]
    private static Output? _output;

    /// <inheritdoc/>
    public override string ContentType => "application/x-amz-json-1.1";

    /// <inheritdoc/>
    public override bool Takes(string contentType) =>
        contentType.StartsWith("application/x-amz-json-1.", StringComparison.OrdinalIgnoreCase)
        || contentType.Equals("application/json", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override T Read<T>(ReadOnlySequence<byte> body)
    {
        if (body.IsEmpty)
        {
            return new T();
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return T.Read(new JsonShapeReader(document.RootElement)) ?? throw new FormatException("An object is expected, not null.");
        }
        catch (JsonException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public override void Write<T>(HttpResponse response, T shape)
    {
        var output = _output ??= new();
        output.Buffer.ResetWrittenCount();
        output.Json.Reset(output.Buffer);
        shape.Write(output.Shapes);
        output.Json.Flush();
        response.ContentType = ContentType;
        response.ContentLength = output.Buffer.WrittenCount;
        // with the size: a server without a container has no memory pool of its own, and gives an empty span without one
        output.Buffer.WrittenSpan.CopyTo(response.BodyWriter.GetSpan(output.Buffer.WrittenCount));
        response.BodyWriter.Advance(output.Buffer.WrittenCount);
        if (output.Buffer.Capacity > ApiBody.KeptBuffer)
        {
            _output = null;
        }
    }

    private sealed class Output
    {
        public Output()
        {
            Json = new Utf8JsonWriter(Buffer, new() { SkipValidation = true });
            Shapes = new JsonShapeWriter(Json);
        }

        public ArrayBufferWriter<byte> Buffer { get; } = new(4096);

        public Utf8JsonWriter Json { get; }

        public JsonShapeWriter Shapes { get; }
    }
}
