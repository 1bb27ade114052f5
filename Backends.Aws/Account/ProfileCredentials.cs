using Amazon;
using Amazon.Clients.Runtime;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// Credentials as profiles describe them: keys, a role on top of other credentials, a command, a login. Finding them asks
/// nobody yet, and none of them ever asks the EC2 metadata service.
/// </summary>
/// <param name="region">The region of a profile that names none.</param>
/// <param name="clock">The clock of waits.</param>
/// <param name="secrets">Has to know what is used.</param>
internal sealed class ProfileCredentials(RegionEndpoint region, TimeProvider clock, Secrets secrets)
{
    private readonly CredentialProfileStoreChain _chain = new();

    /// <summary>The credentials of a profile.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="BackendException">There is no such profile, or it is not complete.</exception>
    public AWSCredentials Of(string name) => Of(name, []);

    private KnownCredentials Of(string name, string[] users)
    {
        if (users.Contains(name))
        {
            throw NotComplete(users[0], $"its source_profile leads back to '{name}'");
        }

        try
        {
            return new KnownCredentials(Of(Find(name, users), users), secrets);
        }
        catch (Exception exception) when (exception is AmazonClientException or InvalidDataException or ArgumentException
            or InvalidOperationException)
        {
            throw NotComplete(name, exception.Message);
        }
    }

    private AWSCredentials Of(CredentialProfile profile, string[] users) => profile.Options switch
    {
        { RoleArn.Length: > 0, WebIdentityTokenFile: not { Length: > 0 } } => Role(profile, users),
        { AccessKey.Length: > 0 } => profile.GetAWSCredentials(_chain),
        { CredentialProcess: { Length: > 0 } command } => new CommandCredentials(profile.Name, command, clock),
        { SsoStartUrl.Length: > 0 } or { SsoSession.Length: > 0 } => new SsoCredentials(
            profile.Name, profile.Options, Configure(profile.Name), secrets),
        { LoginSession.Length: > 0 } => throw new BackendException(
            $"The AWS profile '{profile.Name}' is one of 'aws login', which is not understood here yet.",
            "Use a profile with keys, source_profile, credential_process or sso_session."),
        _ => profile.GetAWSCredentials(_chain),
    };

    private RoleCredentials Role(CredentialProfile profile, string[] users)
    {
        var options = profile.Options;
        if (options.MfaSerial is { Length: > 0 })
        {
            throw new BackendException(
                $"The AWS profile '{profile.Name}' asks for a code of the device {options.MfaSerial}, which cannot be typed in here.",
                "Use a profile that has a session already: one of 'aws sso login', or keys of 'aws sts get-session-token'.");
        }

        var source = options switch
        {
            { SourceProfile: { Length: > 0 } name } => Of(name, [.. users, profile.Name]),
            { CredentialSource: { Length: > 0 } name } => new KnownCredentials(OfSource(profile.Name, name), secrets),
            _ => throw NotComplete(profile.Name, "role_arn needs a source_profile or a credential_source"),
        };
        var config = new AmazonSecurityTokenServiceConfig();
        Configure(profile.Name)(config);
        config.RegionEndpoint = profile.Region ?? region;

        // an address of the user's own does not say for which region to sign
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
            $"The AWS profile '{profile}' takes its credentials from the EC2 metadata service, which is not asked here.",
            "Use a profile with keys, source_profile, credential_process or sso_session."),
        _ => throw NotComplete(profile, $"its credential_source '{source}' is not one of Environment and EcsContainer"),
    };

    /// <summary>What every client has that asks for credentials: the profile's own addresses, and an end.</summary>
    private static Action<ClientConfig> Configure(string profile) => config =>
    {
        config.Profile = new Profile(profile);
        config.DefaultConfigurationMode = DefaultConfigurationMode.Standard;
        config.ConnectTimeout = ServiceConfig.ConnectLimit;
        config.Timeout = ServiceConfig.ResponseLimit;
        config.MaxErrorRetry = 1;
        config.MaxStaleConnectionRetries = 0;
        config.AllowAutoRedirect = false;
    };

    private CredentialProfile Find(string name, string[] users)
    {
        if (_chain.TryGetProfile(name, out var profile))
        {
            return profile;
        }

        var known = _chain.ListProfiles().Select(known => known.Name).Distinct().Order(StringComparer.Ordinal).ToList();
        throw new BackendException(
            $"There is no AWS profile '{name}'{(users.Length > 0 ? $" (the source_profile of '{users[^1]}')" : "")} in "
            + $"{string.Join(" or ", CredentialFiles.Paths())}.",
            (known.Count == 0 ? "No profile is set up there yet." : $"Profiles there: {string.Join(", ", known)}.")
            + " Choose one in the plugin's settings (AWSProfile, or --profile-name), or set it up with "
            + $"'aws configure --profile {name}'.");
    }

    private static BackendException NotComplete(string name, string why) => new(
        $"The AWS profile '{name}' is not complete: {why.TrimEnd('.')}.",
        $"Mend it in {string.Join(" or ", CredentialFiles.Paths())}, or with 'aws configure --profile {name}'.");
}
