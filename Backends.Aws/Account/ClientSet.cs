using System.Collections.Concurrent;
using Amazon;
using Amazon.APIGateway;
using Amazon.Clients.Runtime;
using Amazon.CognitoIdentityProvider;
using Amazon.GameLift;
using Amazon.IdentityManagement;
using Amazon.Lambda;
using Amazon.Runtime;
using Amazon.SecurityToken;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>The clients for one profile and one region, each created when it is first used.</summary>
internal sealed class ClientSet : IDisposable
{
    private readonly AWSCredentials _credentials;
    private readonly Profile? _profile;
    private readonly Lazy<AmazonGameLiftClient> _gameLift;
    private readonly Lazy<AmazonCognitoIdentityProviderClient> _cognito;
    private readonly Lazy<AmazonLambdaClient> _lambda;
    private readonly Lazy<AmazonAPIGatewayClient> _apiGateway;
    private readonly Lazy<AmazonIdentityManagementServiceClient> _identityManagement;
    private readonly Lazy<AmazonSecurityTokenServiceClient> _securityToken;

    /// <summary>Finds the credentials, without a call.</summary>
    /// <param name="profileName">The profile; null for the default one.</param>
    /// <param name="region">The region's name.</param>
    /// <param name="clock">The clock of waits for credentials.</param>
    /// <exception cref="BackendException">There are no such credentials.</exception>
    public ClientSet(string? profileName, string region, TimeProvider clock)
    {
        Region = RegionEndpoint.GetBySystemName(region);
        (_credentials, Source, IsProfile) = CredentialChain.Resolve(
            profileName, new ProfileCredentials(Region, clock, Secrets), Secrets);
        _profile = IsProfile ? new Profile(Source) : null;
        _gameLift = new(() => new(_credentials, Configured(new AmazonGameLiftConfig())));
        _cognito = new(() => new(_credentials, Configured(new AmazonCognitoIdentityProviderConfig())));
        _lambda = new(() => new(_credentials, Configured(new AmazonLambdaConfig())));
        _apiGateway = new(() => new(_credentials, Configured(new AmazonAPIGatewayConfig())));
        _identityManagement = new(() => new(_credentials, Configured(new AmazonIdentityManagementServiceConfig())));
        _securityToken = new(() => new(_credentials, Configured(Limited(new AmazonSecurityTokenServiceConfig()))));
    }

    /// <summary>The profile's name, or the other source of the credentials.</summary>
    public string Source { get; }

    /// <summary>Whether the credentials are a profile's.</summary>
    public bool IsProfile { get; }

    /// <summary>The region.</summary>
    public RegionEndpoint Region { get; }

    /// <summary>The credentials in use, which are redacted from every text that leaves the backend.</summary>
    public Secrets Secrets { get; } = new();

    /// <summary>Which messages about the profile's rights have been logged and need not be repeated.</summary>
    public ConcurrentDictionary<string, bool> Said { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Builds and fleets.</summary>
    public AmazonGameLiftClient GameLift => _gameLift.Value;

    /// <summary>User pools.</summary>
    public AmazonCognitoIdentityProviderClient Cognito => _cognito.Value;

    /// <summary>Functions.</summary>
    public AmazonLambdaClient Lambda => _lambda.Value;

    /// <summary>REST APIs.</summary>
    public AmazonAPIGatewayClient ApiGateway => _apiGateway.Value;

    /// <summary>Roles.</summary>
    public AmazonIdentityManagementServiceClient IdentityManagement => _identityManagement.Value;

    /// <summary>The caller's identity.</summary>
    public AmazonSecurityTokenServiceClient SecurityToken => _securityToken.Value;

    /// <summary>Whether an endpoint is configured that replaces AWS's own.</summary>
    public bool HasOwnEndpoint => GameLift.Config.ServiceURL is { Length: > 0 };

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(_gameLift);
        Dispose(_cognito);
        Dispose(_lambda);
        Dispose(_apiGateway);
        Dispose(_identityManagement);
        Dispose(_securityToken);
        (_credentials as IDisposable)?.Dispose();
    }

    private static void Dispose<T>(Lazy<T> client)
        where T : IDisposable
    {
        if (client.IsValueCreated)
        {
            client.Value.Dispose();
        }
    }

    /// <summary>Gives the SDK's own client the limits of our clients (<see cref="ServiceConfig"/>).</summary>
    private AmazonSecurityTokenServiceConfig Limited(AmazonSecurityTokenServiceConfig config)
    {
        config.ConnectTimeout = ServiceConfig.ConnectLimit;
        config.Timeout = ServiceConfig.ResponseLimit;
        config.MaxErrorRetry = 1;
        config.MaxStaleConnectionRetries = 0;
        config.AllowAutoRedirect = false;
        config.HttpClientFactory = new BoundedHttp(ResponseBounds.Management);

        // a configured endpoint does not say for which region to sign
        config.AuthenticationRegion = Region.SystemName;
        return config;
    }

    private T Configured<T>(T config)
        where T : ClientConfig
    {
        config.RegionEndpoint = Region;
        if (_profile is not null)
        {
            config.Profile = _profile;
        }

        return config;
    }
}
