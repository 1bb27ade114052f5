using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace Backends.Aws.Services.Runtime;

/// <summary>The configuration of a client that <see cref="ServiceClient"/> runs.</summary>
internal abstract class ServiceConfig : ClientConfig
{
    private static readonly DefaultConfiguration Defaults = new()
    {
        Name = DefaultConfigurationMode.Standard,
        RetryMode = RequestRetryMode.Standard,

        // A network that swallows packets has to become an error within 10 s, the second attempt included.
        ConnectTimeout = TimeSpan.FromSeconds(4),
        HttpRequestTimeout = TimeSpan.FromSeconds(60),
    };

    private readonly ServiceDescription _service;

    protected ServiceConfig(ServiceDescription service)
        : base(new DefaultConfigurationProvider([Defaults]))
    {
        _service = service;
        ServiceId = service.ServiceId;
        AuthenticationServiceName = service.SigningName;
        EndpointProvider = new RegionalEndpoints(service);
        RetryMode = RequestRetryMode.Standard;
        ConnectTimeout = Defaults.ConnectTimeout;
        Timeout = Defaults.HttpRequestTimeout;

        // The SDK would send a request again whose connection was reset, at once and without asking the retry policy: a
        // CreateFleet that AWS has done already would make a second fleet. The policy sends again what it may.
        MaxStaleConnectionRetries = 0;
    }

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
