using System.Collections.Concurrent;
using Amazon;
using Amazon.APIGateway;
using Amazon.CognitoIdentityProvider;
using Amazon.GameLift;
using Amazon.IdentityManagement;
using Amazon.Lambda;
using Amazon.Runtime;
using Amazon.SecurityToken;
using FleetBridge.Backends.Aws.Profiles;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>The clients for one profile and one region, each created when it is first used.</summary>
internal sealed class ClientSet : IDisposable
{
    private readonly AWSCredentials _credentials;
    private readonly Lazy<AmazonGameLiftClient> _gameLift;
    private readonly Lazy<AmazonCognitoIdentityProviderClient> _cognito;
    private readonly Lazy<AmazonLambdaClient> _lambda;
    private readonly Lazy<AmazonAPIGatewayClient> _apiGateway;
    private readonly Lazy<AmazonIdentityManagementServiceClient> _identityManagement;
    private readonly Lazy<AmazonSecurityTokenServiceClient> _securityToken;

    /// <summary>Finds the credentials, without a call.</summary>
    /// <param name="profileName">The profile; null when the request names none.</param>
    /// <param name="region">The region's name.</param>
    /// <param name="environment">The variables.</param>
    /// <param name="store">The profiles.</param>
    /// <param name="clock">The clock of waits for credentials.</param>
    /// <exception cref="BackendException">There are no such credentials.</exception>
    public ClientSet(string? profileName, string region, AwsEnvironment environment, ProfileStore store, TimeProvider clock)
    {
        Region = RegionEndpoint.GetBySystemName(region);
        var found = new CredentialSearch(environment, store).Find(profileName);
        (Source, IsProfile) = (found.Label, found.IsFromProfile);
        Settings = new ClientSettings(environment, store, found.Profile);
        Oddities = [.. (found.Profile?.Oddities ?? []).Select(oddity => oddity.ToString())];
        _credentials = new ProfileCredentials(Settings, environment, Region, clock, Secrets).Of(found.Source);
        _gameLift = new(() => new(_credentials, Settings.Apply(new AmazonGameLiftConfig(), Region)));
        _cognito = new(() => new(_credentials, Settings.Apply(new AmazonCognitoIdentityProviderConfig(), Region)));
        _lambda = new(() => new(_credentials, Settings.Apply(new AmazonLambdaConfig(), Region)));
        _apiGateway = new(() => new(_credentials, Settings.Apply(new AmazonAPIGatewayConfig(), Region)));
        _identityManagement = new(() => new(_credentials, Settings.Apply(new AmazonIdentityManagementServiceConfig(), Region)));
        _securityToken = new(() => new(_credentials, Settings.ApplyWithLimits(new AmazonSecurityTokenServiceConfig(), Region)));
    }

    /// <summary>The profile's name, or the other source of the credentials.</summary>
    public string Source { get; }

    /// <summary>Whether the credentials are a profile's.</summary>
    public bool IsProfile { get; }

    /// <summary>The region.</summary>
    public RegionEndpoint Region { get; }

    /// <summary>What the clients have in common.</summary>
    public ClientSettings Settings { get; }

    /// <summary>Lines of the profile that AWS's programs pass over, each with what is odd in it.</summary>
    public IReadOnlyList<string> Oddities { get; }

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
    public bool HasOwnEndpoint => Settings.Endpoint(GameLift.Config.ServiceId) is not null;

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
}
