using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// The credentials of a role that a profile assumes (<c>role_arn</c>). The SDK's class may look up its region at the EC2 metadata
/// service, ignores the profile's <c>endpoint_url</c>, and has no deadline.
/// </summary>
/// <param name="source">The credentials that may assume the role.</param>
/// <param name="role">The role, as in the profile.</param>
/// <param name="config">The configuration of the STS client.</param>
internal sealed class RoleCredentials(AWSCredentials source, AssumeRoleRequest role, AmazonSecurityTokenServiceConfig config)
    : RefreshingAWSCredentials
{
    /// <inheritdoc/>
    protected override CredentialsRefreshState GenerateNewCredentials() => GenerateNewCredentialsAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        using var sts = new AmazonSecurityTokenServiceClient(source, config);
        var response = await sts.AssumeRoleAsync(role).ConfigureAwait(false);
        return new CredentialsRefreshState(
            new ImmutableCredentials(
                response.Credentials.AccessKeyId, response.Credentials.SecretAccessKey, response.Credentials.SessionToken),
            response.Credentials.Expiration!.Value);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        (source as IDisposable)?.Dispose();
        base.Dispose(disposing);
    }
}
