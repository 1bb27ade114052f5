using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>The credentials of a role for a token in a file, which is read again for each renewal (<c>web_identity_token_file</c>).</summary>
/// <param name="token">Reads the token.</param>
/// <param name="role">The role, without the token.</param>
/// <param name="config">The configuration of the STS client.</param>
internal sealed class WebIdentityCredentials(
    Func<string> token, AssumeRoleWithWebIdentityRequest role, AmazonSecurityTokenServiceConfig config) : RefreshingAWSCredentials
{
    /// <inheritdoc/>
    protected override CredentialsRefreshState GenerateNewCredentials() => GenerateNewCredentialsAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        role.WebIdentityToken = token();
        using var sts = new AmazonSecurityTokenServiceClient(new AnonymousAWSCredentials(), config);
        var response = await sts.AssumeRoleWithWebIdentityAsync(role).ConfigureAwait(false);
        return new CredentialsRefreshState(
            new ImmutableCredentials(
                response.Credentials.AccessKeyId, response.Credentials.SecretAccessKey, response.Credentials.SessionToken),
            response.Credentials.Expiration!.Value);
    }
}
