using System.Net;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace Amazon.Clients.Runtime;

/// <summary>A response in XML: <c>&lt;NameResponse&gt;&lt;NameResult&gt;…</c>.</summary>
/// <param name="name">The operation's name.</param>
/// <param name="result">The element that has the members; null for an operation without output.</param>
/// <param name="read">Reads that element.</param>
/// <param name="errors">The service's exceptions.</param>
internal sealed class XmlResponse<TResponse>(
    string name,
    string? result,
    Func<XElement, TResponse> read,
    Func<ServiceError, AmazonServiceException> errors) : XmlResponseUnmarshaller
    where TResponse : AmazonWebServiceResponse, new()
{
    /// <inheritdoc/>
    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext input)
    {
        var root = XDocument.Load(input.Stream).Root!;
        if (root.Name.LocalName != $"{name}Response")
        {
            // a web page may be good XML
            throw new XmlException($"The response is a {root.Name.LocalName}, not a {name}Response.");
        }

        var element = root.Elements().FirstOrDefault(child => child.Name.LocalName == result);
        var response = element is null ? new TResponse() : Read(element);
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
        return errors(new ServiceError(error, statusCode, innerException, input.ResponseData, body: default));
    }

    private TResponse Read(XElement element)
    {
        try
        {
            return read(element);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new XmlException(exception.Message, exception);
        }
    }

    private static string? Text(XElement root, string name) =>
        root.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
}
