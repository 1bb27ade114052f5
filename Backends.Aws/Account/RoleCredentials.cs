using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// The credentials of a role that a profile takes on (<c>role_arn</c>). The SDK's own class asks in a region that it
/// may have to look up at the EC2 metadata service, at AWS's own address whatever the profile's <c>endpoint_url</c> says,
/// and for as long as it likes.
/// </summary>
/// <param name="source">The credentials that may take on the role.</param>
/// <param name="role">The role, as in the profile.</param>
/// <param name="config">Where STS is.</param>
internal sealed class RoleCredentials(AWSCredentials source, AssumeRoleRequest role, AmazonSecurityTokenServiceConfig config)
    : RefreshingAWSCredentials
{
    /// <inheritdoc/>
    protected override CredentialsRefreshState GenerateNewCredentials() => GenerateNewCredentialsAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        using var sts = new AmazonSecurityTokenServiceClient(source, config);
        var answer = await sts.AssumeRoleAsync(role).ConfigureAwait(false);
        return new CredentialsRefreshState(
            new ImmutableCredentials(
                answer.Credentials.AccessKeyId, answer.Credentials.SecretAccessKey, answer.Credentials.SessionToken),
            answer.Credentials.Expiration!.Value);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        (source as IDisposable)?.Dispose();
        base.Dispose(disposing);
    }
}
