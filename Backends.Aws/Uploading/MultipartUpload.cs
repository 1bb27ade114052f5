using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>S3's four calls of a multipart upload, and what makes each of them safe.</summary>
internal sealed partial class MultipartUpload
{
    // "no network" is told within 10 s; a network that went away half-way gets two minutes to come back
    private const int AttemptsToStart = 2;
    private const int AttemptsForPart = 10;
    private const int AttemptsToEnd = 5;

    /// <summary>A part of which not a byte was taken for so long hangs.</summary>
    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    /// <summary>S3 takes its time to put thousands of parts together ("several minutes", its API reference says).</summary>
    private static readonly TimeSpan CompleteLimit = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(15);

    private readonly IAmazonS3 _client;
    private readonly UploadTarget _target;
    private readonly S3Calls _calls;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly string _id;

    private MultipartUpload(IAmazonS3 client, UploadTarget target, S3Calls calls, TimeProvider clock, ILogger logger, string id) =>
        (_client, _target, _calls, _clock, _logger, _id) = (client, target, calls, clock, logger, id);

    /// <summary>Begins it.</summary>
    public static async Task<MultipartUpload> StartAsync(
        IAmazonS3 client, UploadTarget target, S3Calls calls, TimeProvider clock, ILogger logger, CancellationToken cancellation)
    {
        // not cancelled half-way: its answer holds the id without which nobody could remove it
        cancellation.ThrowIfCancellationRequested();
        using var limit = new CancellationTokenSource(StartLimit, clock);
        var request = new InitiateMultipartUploadRequest { BucketName = target.Bucket, Key = target.Key };
        var answer = await calls.RunAsync(
            "Beginning the upload", AttemptsToStart, token => client.InitiateMultipartUploadAsync(request, token), limit.Token);
        return new MultipartUpload(client, target, calls, clock, logger, answer.UploadId);
    }

    /// <summary>Sends a part, again if need be.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="buffer">What it is.</param>
    /// <param name="length">How much of the buffer.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its entity tag.</returns>
    public Task<PartETag> SendAsync(int number, byte[] buffer, int length, CancellationToken cancellation) => _calls.RunAsync(
        $"Sending part {number}",
        AttemptsForPart,
        async token =>
        {
            using var stalled = new CancellationTokenSource();
            await using var stall = _clock.CreateTimer(
                static source => ((CancellationTokenSource)source!).Cancel(), stalled, StallLimit, Timeout.InfiniteTimeSpan);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(token, stalled.Token);
            await using var body = new PartBody(buffer, length, () => stall.Change(StallLimit, Timeout.InfiniteTimeSpan));
            var answer = await _client.UploadPartAsync(
                new UploadPartRequest
                {
                    BucketName = _target.Bucket,
                    Key = _target.Key,
                    UploadId = _id,
                    PartNumber = number,
                    PartSize = length,
                    InputStream = body,
                    DisablePayloadSigning = UploadClient.IsEncrypted(_client),
                },
                both.Token);
            return new PartETag(number, answer.ETag);
        },
        cancellation);

    /// <summary>Puts the parts together.</summary>
    public async Task CompleteAsync(IEnumerable<PartETag> parts, CancellationToken cancellation)
    {
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = _target.Bucket,
            Key = _target.Key,
            UploadId = _id,
            PartETags = [.. parts.OrderBy(part => part.PartNumber)],
        };
        using var limit = new CancellationTokenSource(CompleteLimit, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        await _calls.RunAsync(
            "Completing the upload",
            AttemptsToEnd,
            async token =>
            {
                try
                {
                    await _client.CompleteMultipartUploadAsync(request, token);
                }
                catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchUpload")
                {
                    // It took every part a moment ago: an attempt whose answer was lost has completed it. That need not
                    // be one of ours, since the HTTP client itself sends again when a kept connection was closed.
                }

                return true;
            },
            both.Token);
    }

    /// <summary>Removes what was sent; what cannot be removed is told. It has a deadline of its own, since it runs when
    /// everything else was cancelled.</summary>
    public async Task AbortAsync()
    {
        using var limit = new CancellationTokenSource(AbortLimit, _clock);
        var request = new AbortMultipartUploadRequest { BucketName = _target.Bucket, Key = _target.Key, UploadId = _id };
        try
        {
            await _calls.RunAsync(
                "Removing what was sent", AttemptsToEnd, token => _client.AbortMultipartUploadAsync(request, token), limit.Token);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchUpload")
        {
            // gone already
        }
        catch (Exception exception)
        {
            LogLeft(_logger, _target.Bucket, _target.Key, S3Calls.Told(exception));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was sent to {Bucket}/{Key} so far could not be removed ({Reason}); "
        + "it is in GameLift's own bucket, which costs you nothing")]
    private static partial void LogLeft(ILogger logger, string bucket, string key, string reason);
}
