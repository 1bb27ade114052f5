using System.Text.Json.Nodes;
using Amazon.Emulation.Models;
using Amazon.Emulation.Signatures;
using Microsoft.AspNetCore.Http;

namespace Amazon.Emulation.Wire;

/// <summary>json 1.1: the operation in <c>X-Amz-Target</c>, everything else in the body.</summary>
internal sealed class JsonRpcProtocol(ServiceModel model) : WireProtocol(model)
{
    private const string ContentType = "application/x-amz-json-1.1";

    public override bool Claims(HttpRequest request) =>
        Target(request).StartsWith(Model.TargetPrefix + ".", StringComparison.Ordinal);

    public override ModelOperation? Find(HttpRequest request) => Model.Operations.GetValueOrDefault(Asked(request));

    public override string Asked(HttpRequest request) => Target(request)[(Model.TargetPrefix.Length + 1)..];

    public override JsonObject Read(HttpRequest request, ModelOperation operation, byte[] body)
    {
        if (request.Method != HttpMethods.Post || request.Path != "/")
        {
            throw new AwsError("UnknownOperationException", $"{request.Method} {request.Path}", 404);
        }

        return request.ContentType?.StartsWith(ContentType, StringComparison.Ordinal) == true
            ? JsonWire.Read(body)
            : throw new AwsError("SerializationException", $"The content type has to be {ContentType}, but is {request.ContentType}.", 400);
    }

    public override Task WriteAsync(HttpResponse response, ModelOperation operation, JsonObject output, string requestId)
    {
        response.StatusCode = operation.Status;

        // an operation without output has an empty body; one whose output is empty answers with an empty object
        return SendAsync(
            response, operation.Output is null ? "" : JsonWire.Written(Model, operation.Output, output, wireNames: false).ToJsonString(), requestId);
    }

    public override Task WriteErrorAsync(HttpResponse response, string code, string message, string requestId)
    {
        var key = Model.Shapes.GetValueOrDefault(code)?.Members.ContainsKey("Message") == true ? "Message" : "message";
        response.Headers["x-amzn-errortype"] = code;
        return SendAsync(response, new JsonObject { ["__type"] = code, [key] = message }.ToJsonString(), requestId);
    }

    public override (string Code, int Status) Word(SignatureFault fault) => (JsonSignatureWords.Code(fault), 400);

    private static Task SendAsync(HttpResponse response, string text, string requestId)
    {
        response.ContentType = ContentType;
        response.Headers["x-amzn-RequestId"] = requestId;
        return response.WriteAsync(text);
    }

    private static string Target(HttpRequest request) => request.Headers["X-Amz-Target"].ToString();
}
