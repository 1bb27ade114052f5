using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.Emulation.Models;
using Amazon.Emulation.Signatures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Amazon.Emulation.Wire;

/// <summary>rest-json: method and path name the operation; input lies in path, query, headers and body.</summary>
internal sealed class RestJsonProtocol(ServiceModel model, string pathPrefix) : WireProtocol(model)
{
    public override bool Claims(HttpRequest request) =>
        request.Path.StartsWithSegments(pathPrefix) && !request.Headers.ContainsKey("X-Amz-Target");

    public override ModelOperation? Find(HttpRequest request)
    {
        var segments = Segments(request);
        return Model.Operations.Values.FirstOrDefault(operation =>
            operation.Method == request.Method && Labels(operation, segments) is not null);
    }

    public override string Asked(HttpRequest request) => $"{request.Method} {request.Path}";

    public override JsonObject Read(HttpRequest request, ModelOperation operation, byte[] body)
    {
        var input = new JsonObject();
        if (operation.Input is not { } shape)
        {
            return input;
        }

        foreach (var (label, value) in Labels(operation, Segments(request))!)
        {
            Put(input, shape, "uri", label, [value]);
        }

        foreach (var (name, values) in request.Query)
        {
            Put(input, shape, "querystring", name, [.. values.Select(value => value ?? "")]);
        }

        foreach (var member in shape.Members.Values.Where(member => member.Location == "header" && request.Headers.ContainsKey(member.WireName)))
        {
            Put(input, shape, "header", member.WireName, [request.Headers[member.WireName].ToString()]);
        }

        if (shape.Payload is { } payload)
        {
            input[payload] = Convert.ToBase64String(body);
            return input;
        }

        foreach (var (name, value) in JsonWire.Read(body))
        {
            var member = shape.Members.Values.FirstOrDefault(member => member.Location is null && member.WireName == name)
                ?? throw new AwsError("SerializationException", $"{shape.Name} has no member {name} in the body.", 400);
            input[member.Name] = value?.DeepClone();
        }

        return input;
    }

    public override async Task WriteAsync(HttpResponse response, ModelOperation operation, JsonObject output, string requestId)
    {
        response.StatusCode = operation.Status;
        response.Headers["x-amzn-RequestId"] = requestId;
        if (operation.Output is not { } shape)
        {
            return;
        }

        var inBody = new JsonObject();
        foreach (var (name, value) in output.Where(member => member.Value is not null))
        {
            var member = shape.Members[name];
            if (member.Location == "statusCode")
            {
                response.StatusCode = (int)value!;
            }
            else if (member.Location == "header")
            {
                response.Headers[member.WireName] = value!.ToString();
            }
            else
            {
                inBody[name] = value!.DeepClone();
            }
        }

        if (response.StatusCode == StatusCodes.Status204NoContent)
        {
            return;
        }

        response.ContentType = "application/json";
        if (shape.Payload is { } payload)
        {
            await response.Body.WriteAsync(Convert.FromBase64String((string?)inBody[payload] ?? ""));
            return;
        }

        await response.WriteAsync(JsonWire.Written(Model, shape, inBody, wireNames: true).ToJsonString());
    }

    public override Task WriteErrorAsync(HttpResponse response, string code, string message, string requestId)
    {
        var members = Model.Shapes.GetValueOrDefault(code)?.Members;
        var body = new JsonObject();
        if (members?.ContainsKey("Type") == true)
        {
            body["Type"] = response.StatusCode < 500 ? "User" : "Service";
        }

        body[members?.ContainsKey("Message") == true ? "Message" : "message"] = message;
        response.ContentType = "application/json";
        response.Headers["x-amzn-RequestId"] = requestId;
        response.Headers["x-amzn-ErrorType"] = code;
        return response.WriteAsync(body.ToJsonString());
    }

    public override (string Code, int Status) Word(SignatureFault fault) => (JsonSignatureWords.Code(fault), 403);

    private void Put(JsonObject input, ModelShape shape, string location, string wireName, IReadOnlyList<string> values)
    {
        var member = shape.Members.Values.FirstOrDefault(member => member.Location == location && member.WireName == wireName)
            ?? throw new AwsError("SerializationException", $"{shape.Name} has no {wireName} in {location}.", 400);
        var type = Model.Shapes[member.Shape];
        input[member.Name] = type.Type == "list"
            ? new JsonArray([.. values.Select(value => Scalar(Model.Shapes[type.Element!], value))])
            : Scalar(type, values[0]);
    }

    private static JsonNode Scalar(ModelShape type, string text) => type.Type switch
    {
        "integer" when int.TryParse(text, CultureInfo.InvariantCulture, out var number) => number,
        "long" when long.TryParse(text, CultureInfo.InvariantCulture, out var number) => number,
        "boolean" when bool.TryParse(text, out var flag) => flag,
        _ => text,
    };

    /// <summary>The path's segments as they came: an encoded slash does not part them.</summary>
    private static string[] Segments(HttpRequest request) =>
        [.. request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0].Trim('/').Split('/').Select(Uri.UnescapeDataString)];

    /// <summary>The values of a template's labels; null if the path is not of that template.</summary>
    private static Dictionary<string, string>? Labels(ModelOperation operation, string[] segments)
    {
        var template = operation.Uri.Trim('/').Split('/');
        if (template.Length != segments.Length)
        {
            return null;
        }

        var labels = new Dictionary<string, string>();
        foreach (var (part, segment) in template.Zip(segments))
        {
            if (part.StartsWith('{'))
            {
                labels[part.Trim('{', '}')] = segment;
            }
            else if (part != segment)
            {
                return null;
            }
        }

        return labels;
    }
}
