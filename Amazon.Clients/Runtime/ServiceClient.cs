using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;

namespace Amazon.Clients.Runtime;

/// <summary>
/// A client on the SDK's own pipeline: its credentials, signatures, retries with their waits, clock correction and
/// connections. Only the host names and the marshalling are ours.
/// </summary>
public abstract class ServiceClient : AmazonServiceClient
{
    private protected ServiceClient(AWSCredentials credentials, ServiceConfig config)
        : base(credentials, config)
    {
    }

    /// <summary>Sends a request and reads its response.</summary>
    /// <param name="operation">How the operation is sent.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="AmazonServiceException">The service refused the request, or could not be reached.</exception>
    private protected Task<TResponse> InvokeAsync<TRequest, TResponse>(
        WireOperation<TRequest, TResponse> operation, TRequest request, CancellationToken cancellationToken)
        where TRequest : AmazonWebServiceRequest
        where TResponse : AmazonWebServiceResponse, new() =>
        InvokeAsync<TResponse>(
            request,
            new InvokeOptions { RequestMarshaller = operation, ResponseUnmarshaller = operation.Unmarshaller },
            cancellationToken);

    /// <inheritdoc/>
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new EndpointHandler());
        pipeline.AddHandlerAfter<EndpointHandler>(new SigningHandler());
        pipeline.ReplaceHandler<RetryHandler>(new RetryHandler(new ServiceRetryPolicy(Config)));
    }

    private sealed class EndpointHandler : BaseEndpointResolver
    {
        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) =>
            RegionalEndpoints.Parameters(requestContext.ClientConfig, requestContext.Request.AlternateEndpoint);
    }

    private sealed class SigningHandler : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) =>
            AuthSchemeOption.DEFAULT_SIGV4;
    }
}
