using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace FleetBridge.Backends.Aws.Services.Runtime;

/// <summary>How one operation looks on the wire: its request as HTTP, and what reads its answer.</summary>
/// <typeparam name="TRequest">The operation's request.</typeparam>
/// <typeparam name="TResponse">Its response.</typeparam>
internal abstract class WireOperation<TRequest, TResponse>(string name, ServiceDescription service)
    : IMarshaller<IRequest, AmazonWebServiceRequest>
    where TRequest : AmazonWebServiceRequest
    where TResponse : AmazonWebServiceResponse
{
    /// <summary>Reads the answer.</summary>
    public abstract ResponseUnmarshaller Unmarshaller { get; }

    /// <summary>The operation's name.</summary>
    protected string Name => name;

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
