using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// The order in which credentials are looked for. The SDK's own chain is not used: it ends at the EC2 metadata service, which a
/// user's machine does not have, and whose timer keeps an unloaded backend in memory (docs/decisions/0016-credentials.md).
/// </summary>
internal static class CredentialChain
{
    private const string DefaultProfile = "default";

    /// <summary>The credentials of a profile; without a name those of the environment or of the default profile.</summary>
    /// <param name="profileName">The profile; null if the request names none.</param>
    /// <param name="profiles">Reads profiles.</param>
    /// <param name="secrets">Learns the credentials in use.</param>
    /// <returns>The credentials, and the profile or other source that they come from.</returns>
    /// <exception cref="BackendException">There are none.</exception>
    public static (AWSCredentials Credentials, string Source, bool IsProfile) Resolve(
        string? profileName, ProfileCredentials profiles, Secrets secrets)
    {
        if (profileName is not null)
        {
            return (profiles.Of(profileName), profileName, true);
        }

        if (FromEnvironment() is var (credentials, variable))
        {
            return (new RedactedCredentials(credentials, secrets), $"the environment ({variable})", false);
        }

        var profile = Variable("AWS_PROFILE") ?? DefaultProfile;
        if (profile == DefaultProfile
            && !new CredentialProfileStoreChain().TryGetProfile(profile, out _)
            && (Variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") ?? Variable("AWS_CONTAINER_CREDENTIALS_FULL_URI")) is not null)
        {
            return (new RedactedCredentials(new GenericContainerCredentials(), secrets),
                "the container (AWS_CONTAINER_CREDENTIALS_…)", false);
        }

        return (profiles.Of(profile), profile, true);
    }

    private static (AWSCredentials Credentials, string Variable)? FromEnvironment() =>
        Variable("AWS_ACCESS_KEY_ID") is not null && Variable("AWS_SECRET_ACCESS_KEY") is not null
            ? (new EnvironmentVariablesAWSCredentials(), "AWS_ACCESS_KEY_ID")
        : Variable("AWS_WEB_IDENTITY_TOKEN_FILE") is not null && Variable("AWS_ROLE_ARN") is not null
            ? (AssumeRoleWithWebIdentityCredentials.FromEnvironmentVariables(), "AWS_WEB_IDENTITY_TOKEN_FILE")
        : null;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
