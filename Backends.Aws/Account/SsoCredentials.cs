using System.Globalization;
using Amazon;
using Amazon.Clients.Runtime;
using Amazon.Runtime;
using Amazon.SSO;
using Amazon.SSO.Model;
using Amazon.SSOOIDC;
using Amazon.SSOOIDC.Model;
using FleetBridge.Backends.Aws.Profiles;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// The credentials of a profile that logs in to IAM Identity Center (<c>sso_session</c>, <c>sso_start_url</c>): the token that
/// <c>aws sso login</c> has stored, renewed if possible, is exchanged for the role's credentials. The SDK's class reads no token of an
/// older command-line program, ignores the profile's <c>endpoint_url</c>, and has no deadline.
/// </summary>
/// <param name="login">The login.</param>
/// <param name="cache">The stored tokens.</param>
/// <param name="settings">The clients' settings.</param>
/// <param name="clock">Says whether a token has expired.</param>
/// <param name="secrets">Learns the tokens in use.</param>
internal sealed class SsoCredentials(
    CredentialSource.Sso login, SsoTokenCache cache, ClientSettings settings, TimeProvider clock, Secrets secrets)
    : RefreshingAWSCredentials
{
    private const string RefreshGrant = "refresh_token";

    // as botocore does
    private static readonly TimeSpan RefreshWindow = TimeSpan.FromMinutes(15);

    private RegionEndpoint Region => RegionEndpoint.GetBySystemName(login.Region);

    /// <inheritdoc/>
    protected override CredentialsRefreshState GenerateNewCredentials() => GenerateNewCredentialsAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        using var portal = new AmazonSSOClient(
            new AnonymousAWSCredentials(), settings.ApplyWithLimits(new AmazonSSOConfig(), Region));
        try
        {
            var response = await portal.GetRoleCredentialsAsync(new GetRoleCredentialsRequest
            {
                AccessToken = await TokenAsync().ConfigureAwait(false),
                AccountId = login.Account,
                RoleName = login.RoleName,
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
        var token = cache.Read(login);
        Redact(token);
        if (token?.AccessToken is null)
        {
            throw NotLoggedIn("is missing or has expired");
        }

        var left = token.Expires - clock.GetUtcNow();
        if (left < RefreshWindow && await RenewAsync(token).ConfigureAwait(false) is { AccessToken: { } renewed })
        {
            return renewed;
        }

        return left <= TimeSpan.Zero ? throw NotLoggedIn("is missing or has expired") : token.AccessToken;
    }

    /// <summary>Renews a session's token; null when that is not possible.</summary>
    private async Task<SsoToken?> RenewAsync(SsoToken token)
    {
        if (login.Session is null || token is not { RefreshToken: { } refresh, ClientId: { } id, ClientSecret: { } secret }
            || token.RegistrationExpires <= clock.GetUtcNow())
        {
            return null;
        }

        using var oidc = new AmazonSSOOIDCClient(
            new AnonymousAWSCredentials(), settings.ApplyWithLimits(new AmazonSSOOIDCConfig(), Region));
        try
        {
            var response = await oidc.CreateTokenAsync(new CreateTokenRequest
            {
                ClientId = id,
                ClientSecret = secret,
                GrantType = RefreshGrant,
                RefreshToken = refresh,
            }).ConfigureAwait(false);
            var members = token.Members.DeepClone().AsObject();
            members["accessToken"] = response.AccessToken;
            members["expiresAt"] = (clock.GetUtcNow() + TimeSpan.FromSeconds(response.ExpiresIn ?? 0))
                .UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            members["refreshToken"] = response.RefreshToken ?? refresh;
            var renewed = new SsoToken(members);
            Redact(renewed);
            cache.Write(login, renewed);
            return renewed;
        }
        catch (AmazonServiceException exception) when (!ServiceFailure.IsUnreachable(exception))
        {
            // the login has ended on AWS's side
            return null;
        }
    }

    private void Redact(SsoToken? token)
    {
        secrets.Add(token?.AccessToken);
        secrets.Add(token?.RefreshToken);
        secrets.Add(token?.ClientSecret);
    }

    private BackendException NotLoggedIn(string what) => new(
        $"The SSO login of the AWS profile '{login.Profile}' at {login.StartUrl} {what}.",
        $"Log in with 'aws sso login --profile {ShellWords.Quote(login.Profile)}'; the next request uses it.");
}
