using Amazon;
using Amazon.Clients.Runtime;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// Credentials as profiles describe them: keys, a role with a source profile, a command, an SSO login. Finding them needs no call,
/// and none of them ever calls the EC2 metadata service.
/// </summary>
/// <param name="region">The region of a profile that names none.</param>
/// <param name="clock">The clock of waits.</param>
/// <param name="secrets">Learns the credentials in use.</param>
internal sealed class ProfileCredentials(RegionEndpoint region, TimeProvider clock, Secrets secrets)
{
    private readonly CredentialProfileStoreChain _chain = new();

    /// <summary>The credentials of a profile.</summary>
    /// <exception cref="BackendException">There is no such profile, or it is incomplete.</exception>
    public AWSCredentials Of(string name) => Of(name, []);

    private RedactedCredentials Of(string name, string[] referrers)
    {
        if (referrers.Contains(name))
        {
            throw Incomplete(referrers[0], $"its source_profile refers back to '{name}'");
        }

        try
        {
            return new RedactedCredentials(Of(Find(name, referrers), referrers), secrets);
        }
        catch (Exception exception) when (exception is AmazonClientException or InvalidDataException or ArgumentException
            or InvalidOperationException)
        {
            throw Incomplete(name, exception.Message);
        }
    }

    private AWSCredentials Of(CredentialProfile profile, string[] referrers) => profile.Options switch
    {
        { RoleArn.Length: > 0, WebIdentityTokenFile: not { Length: > 0 } } => Role(profile, referrers),
        { AccessKey.Length: > 0 } => profile.GetAWSCredentials(_chain),
        { WebIdentityTokenFile: { Length: > 0 } token } => WebIdentity(profile, token),
        { CredentialProcess: { Length: > 0 } command } => new CommandCredentials(profile.Name, command, clock),
        { SsoStartUrl.Length: > 0 } or { SsoSession.Length: > 0 } => new SsoCredentials(
            profile.Name, profile.Options, Configure(profile.Name), secrets),
        { LoginSession.Length: > 0 } => throw new BackendException(
            $"The AWS profile '{profile.Name}' uses 'aws login', which FleetBridge does not support yet.",
            "Use a profile with keys, source_profile, credential_process or sso_session."),
        _ => profile.GetAWSCredentials(_chain),
    };

    private AWSCredentials WebIdentity(CredentialProfile profile, string token)
    {
        CredentialFiles.AssertReadable(token);
        return profile.GetAWSCredentials(_chain);
    }

    private RoleCredentials Role(CredentialProfile profile, string[] referrers)
    {
        var options = profile.Options;
        if (options.MfaSerial is { Length: > 0 })
        {
            throw new BackendException(
                $"The AWS profile '{profile.Name}' requires an MFA code from {options.MfaSerial}, and FleetBridge cannot ask for one.",
                "Use a profile that has a session already: of 'aws sso login', or with keys of 'aws sts get-session-token'.");
        }

        var source = options switch
        {
            { SourceProfile: { Length: > 0 } name } => Of(name, [.. referrers, profile.Name]),
            { CredentialSource: { Length: > 0 } name } => new RedactedCredentials(OfSource(profile.Name, name), secrets),
            _ => throw Incomplete(profile.Name, "role_arn needs a source_profile or a credential_source"),
        };
        var config = new AmazonSecurityTokenServiceConfig();
        Configure(profile.Name)(config);
        config.RegionEndpoint = profile.Region ?? region;

        // a configured endpoint does not say for which region to sign
        config.AuthenticationRegion = config.RegionEndpoint.SystemName;
        return new RoleCredentials(
            source,
            new AssumeRoleRequest
            {
                RoleArn = options.RoleArn,
                RoleSessionName = options.RoleSessionName is { Length: > 0 } session ? session : "FleetBridge",
                ExternalId = options.ExternalID is { Length: > 0 } id ? id : null,
            },
            config);
    }

    // the three values of "credential_source" in the AWS SDKs and Tools Reference Guide
    private static AWSCredentials OfSource(string profile, string source) => source switch
    {
        "Environment" => new EnvironmentVariablesAWSCredentials(),
        "EcsContainer" => new GenericContainerCredentials(),
        "Ec2InstanceMetadata" => throw new BackendException(
            $"The AWS profile '{profile}' uses the EC2 metadata service, which FleetBridge does not support.",
            "Use a profile with keys, source_profile, credential_process or sso_session."),
        _ => throw Incomplete(profile, $"its credential_source '{source}' is not one of Environment and EcsContainer"),
    };

    /// <summary>Configures a client that gets credentials: with the profile's endpoints and our limits.</summary>
    private static Action<ClientConfig> Configure(string profile) => config =>
    {
        config.Profile = new Profile(profile);
        config.DefaultConfigurationMode = DefaultConfigurationMode.Standard;
        config.ConnectTimeout = ServiceConfig.ConnectLimit;
        config.Timeout = ServiceConfig.ResponseLimit;
        config.MaxErrorRetry = 1;
        config.MaxStaleConnectionRetries = 0;
        config.AllowAutoRedirect = false;
        config.HttpClientFactory = new BoundedHttp(ResponseBounds.Credentials);
    };

    private CredentialProfile Find(string name, string[] referrers)
    {
        if (_chain.TryGetProfile(name, out var profile))
        {
            return profile;
        }

        var existing = _chain.ListProfiles().Select(listed => listed.Name).Distinct().Order(StringComparer.Ordinal).ToList();
        throw new BackendException(
            $"There is no AWS profile '{name}'{(referrers.Length > 0 ? $" (the source_profile of '{referrers[^1]}')" : "")} in "
            + $"{string.Join(" or ", CredentialFiles.Paths())}.",
            (existing.Count == 0 ? "There are no profiles yet." : $"The profiles are: {string.Join(", ", existing)}.")
            + " Choose one in the plugin's settings (AWSProfile) or with --profile-name, or create it with "
            + $"'aws configure --profile {name}'.");
    }

    private static BackendException Incomplete(string name, string why) => new(
        $"The AWS profile '{name}' is incomplete: {why.TrimEnd('.')}.",
        $"Complete it in {string.Join(" or ", CredentialFiles.Paths())}, or with 'aws configure --profile {name}'.");
}
