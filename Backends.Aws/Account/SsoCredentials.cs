using Amazon.Clients.Runtime;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials.Internal;
using Amazon.SSO;
using Amazon.SSO.Model;
using Amazon.SSOOIDC;
using Amazon.Util;
using Amazon.Util.Internal;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// The credentials of a profile that logs in to IAM Identity Center (<c>sso_session</c>, <c>sso_start_url</c>): the token that
/// <c>aws sso login</c> has stored, refreshed by the SDK if possible, is exchanged for the role's credentials. The SDK's class
/// ignores the profile's <c>endpoint_url</c> and has no deadline.
/// </summary>
/// <param name="profile">The profile's name.</param>
/// <param name="options">The profile's options.</param>
/// <param name="configure">Configures the clients.</param>
/// <param name="secrets">Learns the tokens in use.</param>
internal sealed class SsoCredentials(string profile, CredentialProfileOptions options, Action<ClientConfig> configure, Secrets secrets)
    : RefreshingAWSCredentials
{
    /// <inheritdoc/>
    protected override CredentialsRefreshState GenerateNewCredentials() => GenerateNewCredentialsAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        using var portal = new AmazonSSOClient(new AnonymousAWSCredentials(), Configured(new AmazonSSOConfig()));
        try
        {
            var response = await portal.GetRoleCredentialsAsync(new GetRoleCredentialsRequest
            {
                AccessToken = await TokenAsync().ConfigureAwait(false),
                AccountId = options.SsoAccountId,
                RoleName = options.SsoRoleName,
            }).ConfigureAwait(false);
            var role = response.RoleCredentials;
            return new CredentialsRefreshState(
                new ImmutableCredentials(role.AccessKeyId, role.SecretAccessKey, role.SessionToken),
                DateTimeOffset.FromUnixTimeMilliseconds(role.Expiration ?? 0).UtcDateTime);
        }
        catch (UnauthorizedException)
        {
            throw NotLoggedIn("is no longer valid");
        }
    }

    private async Task<string> TokenAsync()
    {
        CredentialFiles.AssertReadable(CredentialFiles.SsoCache());
        using var oidc = new AmazonSSOOIDCClient(new AnonymousAWSCredentials(), Configured(new AmazonSSOOIDCConfig()));
        var tokens = new SSOTokenManager(
            oidc, new SSOTokenFileCache(CryptoUtilFactory.CryptoInstance, new FileRetriever(), new DirectoryRetriever()));
        try
        {
            var token = await tokens.GetTokenAsync(new SSOTokenManagerGetTokenOptions
            {
                Session = options.SsoSession,
                StartUrl = options.SsoStartUrl,
                Region = options.SsoRegion,
            }).ConfigureAwait(false);
            secrets.Add(token.AccessToken);
            secrets.Add(token.RefreshToken);
            secrets.Add(token.ClientSecret);
            return token.AccessToken;
        }
        catch (AmazonClientException exception) when (!ServiceFailure.IsUnreachable(exception))
        {
            throw NotLoggedIn("is missing or has expired");
        }
    }

    private BackendException NotLoggedIn(string what) => new(
        $"The SSO login of the AWS profile '{profile}' at {options.SsoStartUrl} {what}.",
        $"Log in with 'aws sso login --profile {profile}'; the next request uses it.");

    private T Configured<T>(T config)
        where T : ClientConfig
    {
        configure(config);
        config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.SsoRegion);
        return config;
    }
}
