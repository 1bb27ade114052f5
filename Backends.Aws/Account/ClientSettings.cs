using Amazon;
using Amazon.Clients.Runtime;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Profiles;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// What all clients of a profile have in common: addresses, kinds of hosts, and whom they trust. The SDK would look these up by
/// itself, in files that it reads by other rules.
/// </summary>
internal sealed class ClientSettings
{
    private readonly AwsEnvironment _environment;
    private readonly ProfileStore _store;
    private readonly AwsProfile? _profile;

    /// <summary>Reads the settings.</summary>
    /// <param name="environment">The variables.</param>
    /// <param name="store">The profiles.</param>
    /// <param name="profile">The request's profile; null when there is none.</param>
    /// <exception cref="BackendException">One of them means nothing.</exception>
    public ClientSettings(AwsEnvironment environment, ProfileStore store, AwsProfile? profile)
    {
        (_environment, _store, _profile) = (environment, store, profile);
        SdkVariables.Check(environment);
        Authorities = CaBundle.Find(environment, profile);
    }

    /// <summary>Those of the variables alone, where no profile can be read.</summary>
    public static ClientSettings OfEnvironment => new(AwsEnvironment.Current, ProfileStore.Empty, null);

    /// <summary>The authorities in the place of the system's; null when those count.</summary>
    public CaBundle? Authorities { get; }

    /// <summary>The address in the place of a service's own; null when that counts.</summary>
    /// <param name="serviceId">The service's id, such as <c>GameLift</c>.</param>
    /// <exception cref="BackendException">What is configured is no address.</exception>
    public ConfiguredEndpoint? Endpoint(string serviceId) => ConfiguredEndpoint.Find(serviceId, _environment, _store, _profile);

    /// <summary>Configures a client.</summary>
    /// <param name="config">Its configuration.</param>
    /// <param name="region">Its region.</param>
    /// <exception cref="BackendException">What is configured is no address.</exception>
    public T Apply<T>(T config, RegionEndpoint region)
        where T : ClientConfig
    {
        config.UseDualstackEndpoint = IsOn("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
        config.UseFIPSEndpoint = IsOn("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
        config.RegionEndpoint = region;
        config.IgnoreConfiguredEndpointUrls = true;
        if (Endpoint(config.ServiceId) is { } endpoint)
        {
            config.ServiceURL = endpoint.Address.AbsoluteUri;

            // a configured address does not say for which region to sign
            config.AuthenticationRegion = config is ServiceConfig ours ? ours.SigningRegion(region) : region.SystemName;
        }

        if (Authorities is not null)
        {
            config.HttpClientFactory = (config.HttpClientFactory as BoundedHttp ?? new BoundedHttp(ResponseBounds.Management)).Trusting(Authorities.Trust);
        }

        return config;
    }

    /// <summary>Configures one of the SDK's own clients, with the limits of ours (<see cref="ServiceConfig"/>).</summary>
    /// <param name="config">Its configuration.</param>
    /// <param name="region">Its region.</param>
    public T ApplyWithLimits<T>(T config, RegionEndpoint region)
        where T : ClientConfig
    {
        config.DefaultConfigurationMode = DefaultConfigurationMode.Standard;
        config.ConnectTimeout = ServiceConfig.ConnectLimit;
        config.Timeout = ServiceConfig.ResponseLimit;
        config.MaxErrorRetry = 1;
        config.MaxStaleConnectionRetries = 0;
        config.AllowAutoRedirect = false;
        config.HttpClientFactory = new BoundedHttp(ResponseBounds.Credentials);
        return Apply(config, region);
    }

    private bool IsOn(string variable, string key) => ConfiguredEndpoint.IsTrue(_environment.Find(variable) ?? _profile?.Value(key));
}
