using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace Amazon.Clients.Runtime;

/// <summary>The <c>query</c> protocol: a form as the request, XML as the response.</summary>
/// <param name="name">The operation's name.</param>
/// <param name="service">The service.</param>
/// <param name="write">Writes the request's members as fields whose names begin with a prefix.</param>
/// <param name="response">Reads the response.</param>
internal sealed class QueryOperation<TRequest, TResponse>(
    string name,
    ServiceDescription service,
    Action<FormFields, string, TRequest> write,
    ResponseUnmarshaller response) : WireOperation<TRequest, TResponse>(service, response)
    where TRequest : AmazonWebServiceRequest
    where TResponse : AmazonWebServiceResponse, new()
{
    /// <inheritdoc/>
    protected override void Marshall(TRequest input, DefaultRequest request)
    {
        request.Parameters["Action"] = name;
        request.Parameters["Version"] = Service.ApiVersion;
        write(new FormFields(request.Parameters), "", input);
    }
}
