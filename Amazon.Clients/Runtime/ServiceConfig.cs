using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace Amazon.Clients.Runtime;

/// <summary>The configuration of a client that <see cref="ServiceClient"/> runs.</summary>
public abstract class ServiceConfig : ClientConfig
{
    /// <summary>What the SDK's standard mode takes. A network that swallows packets has to become an error within 10 s, the
    /// second attempt and the pause before it included.</summary>
    public static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(3.1);

    /// <summary>These services respond within a second or two; a silent one is tried once more, and then the call fails.
    /// </summary>
    public static readonly TimeSpan ResponseLimit = TimeSpan.FromSeconds(20);

    private static readonly DefaultConfiguration Defaults = new()
    {
        Name = DefaultConfigurationMode.Standard,
        RetryMode = RequestRetryMode.Standard,
        ConnectTimeout = ConnectLimit,
        HttpRequestTimeout = ResponseLimit,
    };

    private readonly ServiceDescription _service;

    private protected ServiceConfig(ServiceDescription service)
        : base(new DefaultConfigurationProvider([Defaults]))
    {
        _service = service;
        ServiceId = service.ServiceId;
        AuthenticationServiceName = service.SigningName;
        EndpointProvider = new RegionalEndpoints(service);
        RetryMode = RequestRetryMode.Standard;
        ConnectTimeout = Defaults.ConnectTimeout;
        Timeout = Defaults.HttpRequestTimeout;

        // A lost connection counts as a try like any other: the SDK's ten further ones would also repeat a request whose
        // first try may have been carried out (IUnrepeatableRequest).
        MaxStaleConnectionRetries = 0;

        // These services do not redirect. A network's log-in page does, and would be sent the session token.
        AllowAutoRedirect = false;
        HttpClientFactory = new BoundedHttp(ResponseBounds.Management);
    }

    /// <summary>The region in a signature: a global service has one for each partition.</summary>
    /// <param name="region">The client's region.</param>
    public string SigningRegion(RegionEndpoint region) => RegionalEndpoints.SigningRegion(_service, region);

    /// <inheritdoc/>
    public override string ServiceVersion => _service.ApiVersion;

    /// <inheritdoc/>
    public override string UserAgent => "FleetBridge";

    /// <inheritdoc/>
    public override string RegionEndpointServiceName => _service.EndpointPrefix;

    /// <inheritdoc/>
    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        EndpointProvider.ResolveEndpoint(RegionalEndpoints.Parameters(this, parameters.AlternateEndpoint));
}
