using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;

namespace FleetBridge.Backends.Aws.Services.Runtime;

/// <summary>
/// A client on the SDK's own pipeline: its credentials, signatures, retries with their waits, clock correction and
/// connections. Only the endpoint's name and the form of a request are ours.
/// </summary>
internal abstract class ServiceClient(AWSCredentials credentials, ServiceConfig config) : AmazonServiceClient(credentials, config)
{
    /// <summary>Sends a request and reads its answer.</summary>
    /// <param name="operation">How the operation looks on the wire.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonServiceException">The service refused it, or could not be reached.</exception>
    protected Task<TResponse> InvokeAsync<TRequest, TResponse>(
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
