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
/// The credentials of a profile that logs in at IAM Identity Center (<c>sso_session</c>, <c>sso_start_url</c>): the token
/// that <c>aws sso login</c> has left, renewed by the SDK where that goes, is exchanged for the role's. The SDK's own class
/// asks at AWS's own address whatever the profile's <c>endpoint_url</c> says, and for as long as it likes.
/// </summary>
/// <param name="profile">The profile's name.</param>
/// <param name="options">What it says.</param>
/// <param name="configure">Says where the services are.</param>
/// <param name="secrets">Has to know what is used.</param>
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
            var answer = await portal.GetRoleCredentialsAsync(new GetRoleCredentialsRequest
            {
                AccessToken = await TokenAsync().ConfigureAwait(false),
                AccountId = options.SsoAccountId,
                RoleName = options.SsoRoleName,
            }).ConfigureAwait(false);
            var role = answer.RoleCredentials;
            return new CredentialsRefreshState(
                new ImmutableCredentials(role.AccessKeyId, role.SecretAccessKey, role.SessionToken),
                DateTimeOffset.FromUnixTimeMilliseconds(role.Expiration ?? 0).UtcDateTime);
        }
        catch (UnauthorizedException)
        {
            throw NotLoggedIn("is not valid any more");
        }
    }

    private async Task<string> TokenAsync()
    {
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
            secrets.Keep(token.AccessToken);
            secrets.Keep(token.RefreshToken);
            secrets.Keep(token.ClientSecret);
            return token.AccessToken;
        }
        catch (AmazonClientException exception) when (!ServiceFailure.IsUnreachable(exception))
        {
            throw NotLoggedIn("is missing or has expired");
        }
    }

    private BackendException NotLoggedIn(string what) => new(
        $"The AWS profile '{profile}' logs in at {options.SsoStartUrl}, and that login {what}.",
        $"Log in with 'aws sso login --profile {profile}'; the next request uses it.");

    private T Configured<T>(T config)
        where T : ClientConfig
    {
        configure(config);
        config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.SsoRegion);
        return config;
    }
}
