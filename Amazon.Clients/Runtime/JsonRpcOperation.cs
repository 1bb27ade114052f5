using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace Amazon.Clients.Runtime;

/// <summary>The <c>json 1.1</c> protocol: a POST whose header names the operation and whose body is the request.
/// </summary>
/// <param name="name">The operation's name.</param>
/// <param name="target">The service's name in <c>X-Amz-Target</c>.</param>
/// <param name="service">The service.</param>
/// <param name="write">Writes the request.</param>
/// <param name="response">Reads the response.</param>
internal sealed class JsonRpcOperation<TRequest, TResponse>(
    string name,
    string target,
    ServiceDescription service,
    Action<Utf8JsonWriter, TRequest> write,
    ResponseUnmarshaller response) : WireOperation<TRequest, TResponse>(service, response)
    where TRequest : AmazonWebServiceRequest
    where TResponse : AmazonWebServiceResponse, new()
{
    /// <inheritdoc/>
    protected override void Marshall(TRequest input, DefaultRequest request)
    {
        request.Headers["X-Amz-Target"] = $"{target}.{name}";
        request.Headers["Content-Type"] = "application/x-amz-json-1.1";
        request.Content = JsonBody.Write(input, write);
    }
}
