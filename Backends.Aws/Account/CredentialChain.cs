using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace Backends.Aws.Account;

/// <summary>
/// Where credentials come from. The SDK's own chain is not used as it is: it ends at the EC2 metadata service, which a
/// user's machine does not have, and whose timer keeps an old backend in memory.
/// </summary>
internal static class CredentialChain
{
    private const string DefaultProfile = "default";

    /// <summary>The credentials of a profile; without a name those of the environment or of the default profile.</summary>
    /// <param name="profileName">The profile; null when the request named none.</param>
    /// <returns>The credentials and the name of the profile they are from, or what else they are from.</returns>
    /// <exception cref="BackendException">There are none.</exception>
    public static (AWSCredentials Credentials, string Source, bool IsProfile) Find(string? profileName)
    {
        if (profileName is not null)
        {
            return (OfProfile(profileName), profileName, true);
        }

        if (IsSet("AWS_ACCESS_KEY_ID") && IsSet("AWS_SECRET_ACCESS_KEY"))
        {
            return (new EnvironmentVariablesAWSCredentials(), "the environment (AWS_ACCESS_KEY_ID)", false);
        }

        if (IsSet("AWS_WEB_IDENTITY_TOKEN_FILE") && IsSet("AWS_ROLE_ARN"))
        {
            return (AssumeRoleWithWebIdentityCredentials.FromEnvironmentVariables(),
                "the environment (AWS_WEB_IDENTITY_TOKEN_FILE)", false);
        }

        var profile = Environment.GetEnvironmentVariable("AWS_PROFILE") is { Length: > 0 } named ? named : DefaultProfile;
        if (profile == DefaultProfile
            && !new CredentialProfileStoreChain().TryGetProfile(profile, out _)
            && (IsSet("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") || IsSet("AWS_CONTAINER_CREDENTIALS_FULL_URI")))
        {
            return (new GenericContainerCredentials(), "the container (AWS_CONTAINER_CREDENTIALS_…)", false);
        }

        return (OfProfile(profile), profile, true);
    }

    private static AWSCredentials OfProfile(string name)
    {
        var chain = new CredentialProfileStoreChain();
        if (!chain.TryGetProfile(name, out var profile))
        {
            var known = chain.ListProfiles().Select(known => known.Name).Distinct().Order(StringComparer.Ordinal).ToList();
            throw new BackendException(
                $"There is no AWS profile '{name}' in {string.Join(" or ", CredentialFiles.Paths())}.",
                (known.Count == 0 ? "No profile is set up there yet." : $"Profiles there: {string.Join(", ", known)}.")
                + $" Choose one in the plugin's settings (AWSProfile, or --profile-name), or set it up with "
                + $"'aws configure --profile {name}'.");
        }

        if (string.Equals(profile.Options.CredentialSource, "Ec2InstanceMetadata", StringComparison.OrdinalIgnoreCase))
        {
            throw new BackendException(
                $"The AWS profile '{name}' takes its credentials from the EC2 metadata service, which is not asked here.",
                "Use a profile with keys, source_profile, credential_process or sso_session.");
        }

        try
        {
            return profile.GetAWSCredentials(chain);
        }
        catch (Exception exception) when (exception is AmazonClientException or InvalidDataException or ArgumentException)
        {
            throw new BackendException(
                $"The AWS profile '{name}' is not complete: {exception.Message}",
                $"Mend it in {string.Join(" or ", CredentialFiles.Paths())}, or with 'aws configure --profile {name}'.");
        }
    }

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };
}
