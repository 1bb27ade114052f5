using Amazon.Runtime;
using FleetBridge.Backends.Aws.Provisioning;

namespace FleetBridge.Backends.Aws.Builds;

/// <summary>Renews the mark of a build while its upload runs.</summary>
internal sealed class MarkRenewal : IAsyncDisposable
{
    private readonly CancellationTokenSource _end;
    private readonly Task _renewing;

    /// <summary>Begins.</summary>
    /// <param name="context">The upload's operation.</param>
    /// <param name="arn">The build.</param>
    /// <param name="run">The upload.</param>
    public MarkRenewal(AwsContext context, string arn, string run)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
        _renewing = RenewAsync(context.With(_end.Token), arn, run);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        _end.Dispose();
    }

    private static async Task RenewAsync(AwsContext context, string arn, string run)
    {
        using var timer = new PeriodicTimer(UploadMark.RenewalInterval, context.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(context.Cancellation).ConfigureAwait(false))
            {
                try
                {
                    // after a long sleep of this machine, another one may have taken the build up
                    var mark = UploadMark.Find(await context.GameLiftTagsAsync(arn).ConfigureAwait(false));
                    if ((mark is not null && mark.Run != run)
                        || !await context.TryTagAsync(() => BuildRecord.TagAsync(context, arn, UploadMark.Of(context, run).ToMap()))
                            .ConfigureAwait(false))
                    {
                        return;
                    }
                }
                catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException)
                {
                    // the upload itself says what is wrong with the network; the next renewal may succeed
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the upload has ended
        }
    }
}
