using Amazon.Runtime;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>Credentials that <see cref="Secrets"/> redacts as soon as they are used.</summary>
/// <param name="inner">The credentials.</param>
/// <param name="secrets">Learns them.</param>
internal sealed class RedactedCredentials(AWSCredentials inner, Secrets secrets) : AWSCredentials, IDisposable
{
    /// <inheritdoc/>
    public override DateTime? Expiration => inner.Expiration;

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials()
    {
        var current = inner.GetCredentials();
        secrets.Add(current);
        return current;
    }

    /// <inheritdoc/>
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        var current = await inner.GetCredentialsAsync().ConfigureAwait(false);
        secrets.Add(current);
        return current;
    }

    /// <inheritdoc/>
    public void Dispose() => (inner as IDisposable)?.Dispose();
}
