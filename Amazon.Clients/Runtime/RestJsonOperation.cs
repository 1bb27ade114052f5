using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace Amazon.Clients.Runtime;

/// <summary>
/// The <c>rest-json</c> protocol: members of a request are in its path, in its query, in its headers and in its body.
/// </summary>
/// <param name="method">The HTTP method.</param>
/// <param name="path">The path; a <c>{name}</c> in it is filled in by <paramref name="write"/>.</param>
/// <param name="service">The service.</param>
/// <param name="write">Puts each member where it belongs.</param>
/// <param name="response">Reads the response.</param>
internal sealed class RestJsonOperation<TRequest, TResponse>(
    string method,
    string path,
    ServiceDescription service,
    Action<RestRequest, TRequest> write,
    ResponseUnmarshaller response) : WireOperation<TRequest, TResponse>(service, response)
    where TRequest : AmazonWebServiceRequest
    where TResponse : AmazonWebServiceResponse, new()
{
    /// <inheritdoc/>
    protected override void Marshall(TRequest input, DefaultRequest request)
    {
        request.HttpMethod = method;
        request.ResourcePath = path;
        request.UseQueryString = true;
        write(new RestRequest(request), input);
    }
}
