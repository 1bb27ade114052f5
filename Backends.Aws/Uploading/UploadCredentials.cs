using Amazon.Runtime;

namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>
/// Credentials that can be replaced while a client uses them: GameLift's are valid for minutes, and an upload may take an hour.
/// </summary>
/// <param name="first">The first credentials.</param>
/// <param name="renew">Requests new ones.</param>
internal sealed class UploadCredentials(AWSCredentials first, Func<CancellationToken, Task<AWSCredentials>> renew)
    : AWSCredentials, IDisposable
{
    private readonly SemaphoreSlim _renewing = new(1);
    private volatile AWSCredentials _current = first;

    /// <summary>The credentials in use.</summary>
    public AWSCredentials Current => _current;

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => _current.GetCredentials();

    /// <inheritdoc/>
    public override Task<ImmutableCredentials> GetCredentialsAsync() => _current.GetCredentialsAsync();

    /// <summary>Requests new credentials, unless another part has done so in the meantime.</summary>
    /// <param name="expired">The rejected credentials.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RenewAsync(AWSCredentials expired, CancellationToken cancellation)
    {
        await _renewing.WaitAsync(cancellation);
        try
        {
            if (ReferenceEquals(_current, expired))
            {
                _current = await renew(cancellation);
            }
        }
        finally
        {
            _renewing.Release();
        }
    }

    public void Dispose() => _renewing.Dispose();
}
