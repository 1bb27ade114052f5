using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using FleetBridge.Backends.Aws.Profiles;
using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>Makes the SDK's credentials of what the search has found. None of them ever calls the EC2 metadata service.</summary>
/// <param name="settings">The clients' settings.</param>
/// <param name="environment">The variables.</param>
/// <param name="region">The region of a role whose profile names none.</param>
/// <param name="clock">The clock of waits.</param>
/// <param name="secrets">Learns the credentials in use.</param>
internal sealed class ProfileCredentials(
    ClientSettings settings, AwsEnvironment environment, RegionEndpoint region, TimeProvider clock, Secrets secrets)
{
    private const string SessionName = "FleetBridge";
    private const string ContainerTokenFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

    /// <summary>The credentials of a source.</summary>
    /// <exception cref="BackendException">FleetBridge cannot use it.</exception>
    public AWSCredentials Of(CredentialSource source) => new RedactedCredentials(
        source switch
        {
            CredentialSource.Keys { Token: { } token } keys => new SessionAWSCredentials(keys.Id, keys.Secret, token),
            CredentialSource.Keys keys => new BasicAWSCredentials(keys.Id, keys.Secret),
            CredentialSource.Role role => OfRole(role),
            CredentialSource.WebIdentity identity => new WebIdentityCredentials(
                () => ReadToken(identity.TokenFile),
                new AssumeRoleWithWebIdentityRequest { RoleArn = identity.Arn, RoleSessionName = NameOf(identity.SessionName) },
                StsConfig(identity.Region)),
            CredentialSource.Sso sso => new SsoCredentials(sso, new SsoTokenCache(environment), settings, clock, secrets),
            CredentialSource.Command command => new CommandCredentials(command.Profile, command.Line, clock),
            _ => OfContainer(),
        },
        secrets);

    /// <summary>The SDK reads the token's file itself, and would wait for a pipe.</summary>
    private static GenericContainerCredentials OfContainer()
    {
        if (Environment.GetEnvironmentVariable(ContainerTokenFile) is { Length: > 0 } file)
        {
            try
            {
                UserFile.Check(file);
            }
            catch (UnusableFileException exception)
            {
                throw new BackendException($"The AWS credentials cannot be read: {exception.Message}", exception);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // the SDK says why it cannot be read
            }
        }

        return new GenericContainerCredentials();
    }

    private RoleCredentials OfRole(CredentialSource.Role role) => new(
        Of(role.Source),
        new AssumeRoleRequest
        {
            RoleArn = role.Arn,
            RoleSessionName = NameOf(role.SessionName),
            ExternalId = role.ExternalId is { Length: > 0 } id ? id : null,
            DurationSeconds = role.Seconds,
        },
        StsConfig(role.Region));

    private AmazonSecurityTokenServiceConfig StsConfig(string? own)
    {
        var chosen = own is { Length: > 0 } ? RegionOf(own) : region;
        var config = settings.ApplyWithLimits(new AmazonSecurityTokenServiceConfig(), chosen);
        config.AuthenticationRegion = chosen.SystemName;
        return config;
    }

    private static RegionEndpoint RegionOf(string name)
    {
        try
        {
            return RegionEndpoint.GetBySystemName(name);
        }
        catch (Exception exception) when (exception is AmazonClientException or ArgumentException)
        {
            throw new BackendException($"The profile's region '{name}' is no name of a region.", "Correct it, for example to us-west-2.", exception);
        }
    }

    private string ReadToken(string file)
    {
        try
        {
            var token = ConfigFile.Open(file) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes).Trim() : null;
            secrets.Add(token);
            return token ?? throw new BackendException($"There is no file {file}, which the web_identity_token_file names.", "Correct its path.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BackendException($"The web_identity_token_file {file} cannot be read: {exception.Message}", "Correct its path or its rights.");
        }
    }

    private static string NameOf(string? session) => session is { Length: > 0 } ? session : SessionName;
}
