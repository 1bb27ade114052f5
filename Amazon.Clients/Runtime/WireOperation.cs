using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace Amazon.Clients.Runtime;

/// <summary>How one operation is sent: its request as HTTP, and what reads its response.</summary>
/// <typeparam name="TRequest">The operation's request.</typeparam>
/// <typeparam name="TResponse">Its response.</typeparam>
/// <param name="service">The service that has it.</param>
/// <param name="response">Reads the response.</param>
internal abstract class WireOperation<TRequest, TResponse>(ServiceDescription service, ResponseUnmarshaller response)
    : IMarshaller<IRequest, AmazonWebServiceRequest>
    where TRequest : AmazonWebServiceRequest
    where TResponse : AmazonWebServiceResponse
{
    /// <summary>Reads the response.</summary>
    public ResponseUnmarshaller Unmarshaller => response;

    /// <summary>The service that has it.</summary>
    protected ServiceDescription Service => service;

    /// <inheritdoc/>
    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var request = new DefaultRequest(input, service.ServiceId) { ResourcePath = "/", HttpMethod = "POST" };
        Marshall((TRequest)input, request);
        return request;
    }

    /// <summary>Fills in what the protocol says.</summary>
    /// <param name="input">The operation's request.</param>
    /// <param name="request">The HTTP request: a POST to <c>/</c> so far.</param>
    protected abstract void Marshall(TRequest input, DefaultRequest request);
}
