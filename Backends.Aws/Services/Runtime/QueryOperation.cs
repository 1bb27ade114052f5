using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace FleetBridge.Backends.Aws.Services.Runtime;

/// <summary>The <c>query</c> protocol: a form as the request, XML as the answer.</summary>
/// <param name="name">The operation's name.</param>
/// <param name="service">The service.</param>
/// <param name="request">How the request becomes JSON, whose members are the form's fields.</param>
/// <param name="response">How the response is read from JSON, whose members are the answer's elements.</param>
/// <param name="errors">The service's exceptions.</param>
internal sealed class QueryOperation<TRequest, TResponse>(
    string name,
    ServiceDescription service,
    JsonTypeInfo<TRequest> request,
    JsonTypeInfo<TResponse> response,
    ServiceErrors errors) : WireOperation<TRequest, TResponse>(name, service)
    where TRequest : AmazonWebServiceRequest
    where TResponse : AmazonWebServiceResponse, new()
{
    private readonly JsonTypeInfo<TRequest> _request = request;

    /// <inheritdoc/>
    public override ResponseUnmarshaller Unmarshaller { get; } = new XmlAnswer<TResponse>(name, response, errors);

    /// <inheritdoc/>
    protected override void Marshall(TRequest input, DefaultRequest request)
    {
        request.Parameters["Action"] = Name;
        request.Parameters["Version"] = Service.ApiVersion;
        foreach (var (field, value) in JsonSerializer.SerializeToNode(input, _request)!.AsObject())
        {
            Add(request.Parameters, field, value);
        }
    }

    private static void Add(IDictionary<string, string> fields, string name, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject members:
                foreach (var (member, inner) in members)
                {
                    Add(fields, $"{name}.{member}", inner);
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    Add(fields, $"{name}.member.{i + 1}", items[i]);
                }

                break;
            case not null:
                fields[name] = $"{value}";
                break;
        }
    }
}

/// <summary>An answer in XML: <c>&lt;NameResponse&gt;&lt;NameResult&gt;…</c>.</summary>
/// <param name="name">The operation's name.</param>
/// <param name="type">How it is read, once it is JSON.</param>
/// <param name="errors">The service's exceptions.</param>
internal sealed class XmlAnswer<TResponse>(string name, JsonTypeInfo<TResponse> type, ServiceErrors errors) : XmlResponseUnmarshaller
    where TResponse : AmazonWebServiceResponse, new()
{
    private const string ListItem = "member";

    /// <inheritdoc/>
    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext input)
    {
        var root = XDocument.Load(input.Stream).Root!;
        if (root.Name.LocalName != $"{name}Response")
        {
            // a web page may be good XML
            throw new XmlException($"The answer is a {root.Name.LocalName}, not a {name}Response.");
        }

        var result = root.Elements().FirstOrDefault(element => element.Name.LocalName == $"{name}Result");
        var response = (result is null ? null : Node(result).Deserialize(type)) ?? new TResponse();
        response.ResponseMetadata = new ResponseMetadata { RequestId = Text(root, "RequestId") };
        return response;
    }

    /// <inheritdoc/>
    public override AmazonServiceException UnmarshallException(
        XmlUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var root = XDocument.Load(input.Stream).Root!;
        var error = new ErrorResponse
        {
            Type = Text(root, "Type") == "Sender" ? ErrorType.Sender : ErrorType.Receiver,
            Code = Text(root, "Code"),
            Message = Text(root, "Message"),
            RequestId = Text(root, "RequestId"),
        };
        return errors.Create(new ServiceError(error, statusCode, innerException));
    }

    private static string? Text(XElement root, string name) =>
        root.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value;

    private static JsonNode Node(XElement element)
    {
        if (!element.HasElements)
        {
            return JsonValue.Create(element.Value);
        }

        if (element.Elements().All(child => child.Name.LocalName == ListItem))
        {
            return new JsonArray([.. element.Elements().Select(Node)]);
        }

        var members = new JsonObject();
        foreach (var child in element.Elements().Where(child => child.HasElements || child.Value.Length > 0))
        {
            members[child.Name.LocalName] = Node(child);
        }

        return members;
    }
}
