using Amazon.Runtime;

namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>
/// Credentials that can be exchanged under a client that goes on working: GameLift's last for minutes, an upload may take
/// an hour.
/// </summary>
/// <param name="first">The first ones.</param>
/// <param name="renew">Asks for new ones.</param>
internal sealed class UploadCredentials(AWSCredentials first, Func<CancellationToken, Task<AWSCredentials>> renew)
    : AWSCredentials, IDisposable
{
    private readonly SemaphoreSlim _renewing = new(1);
    private volatile AWSCredentials _current = first;

    /// <summary>What requests are signed with now.</summary>
    public AWSCredentials Current => _current;

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => _current.GetCredentials();

    /// <inheritdoc/>
    public override Task<ImmutableCredentials> GetCredentialsAsync() => _current.GetCredentialsAsync();

    /// <summary>Gets new ones, unless another part has got them meanwhile.</summary>
    /// <param name="expired">The ones that were refused.</param>
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
