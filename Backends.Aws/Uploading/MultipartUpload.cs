using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>The four calls of an S3 multipart upload, with the limits and attempts of each.</summary>
internal sealed partial class MultipartUpload
{
    // without a network the start fails within 10 s; a network that fails during the upload has two minutes to return
    private const int AttemptsToStart = 2;
    private const int AttemptsForPart = 10;
    private const int AttemptsToFinish = 5;

    /// <summary>A part of which no byte was sent for so long is sent again.</summary>
    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    /// <summary>S3 needs time to assemble thousands of parts ("several minutes", its API reference says).</summary>
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

    /// <summary>Starts an upload.</summary>
    public static async Task<MultipartUpload> StartAsync(
        IAmazonS3 client, UploadTarget target, S3Calls calls, TimeProvider clock, ILogger logger, CancellationToken cancellation)
    {
        // not cancelled while it runs: without the id in its response, the upload could not be aborted
        cancellation.ThrowIfCancellationRequested();
        using var limit = new CancellationTokenSource(StartLimit, clock);
        var request = new InitiateMultipartUploadRequest { BucketName = target.Bucket, Key = target.Key };
        var response = await calls.RunAsync(
            "Starting the upload", AttemptsToStart, token => client.InitiateMultipartUploadAsync(request, token), limit.Token);
        return new MultipartUpload(client, target, calls, clock, logger, response.UploadId);
    }

    /// <summary>Sends a part, again if necessary.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="buffer">Its bytes.</param>
    /// <param name="length">Its length in the buffer.</param>
    /// <param name="sent">Called with how many of its bytes have been sent in this attempt.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its number and entity tag.</returns>
    public Task<PartETag> SendAsync(int number, byte[] buffer, int length, Action<long> sent, CancellationToken cancellation) => _calls.RunAsync(
        $"Sending part {number}",
        AttemptsForPart,
        async token =>
        {
            using var stalled = new CancellationTokenSource();
            await using var stall = _clock.CreateTimer(
                static source => ((CancellationTokenSource)source!).Cancel(), stalled, StallLimit, Timeout.InfiniteTimeSpan);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(token, stalled.Token);
            await using var body = new PartBody(buffer, length, () => stall.Change(StallLimit, Timeout.InfiniteTimeSpan));
            var response = await _client.UploadPartAsync(
                new UploadPartRequest
                {
                    BucketName = _target.Bucket,
                    Key = _target.Key,
                    UploadId = _id,
                    PartNumber = number,
                    PartSize = length,
                    InputStream = body,
                    DisablePayloadSigning = UploadClient.IsEncrypted(_client),
                    StreamTransferProgress = (_, transfer) => sent(transfer.TransferredBytes),
                },
                both.Token);
            return new PartETag(number, response.ETag);
        },
        cancellation);

    /// <summary>Completes the upload: S3 assembles the parts.</summary>
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
            AttemptsToFinish,
            async token =>
            {
                try
                {
                    await _client.CompleteMultipartUploadAsync(request, token);
                }
                catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchUpload")
                {
                    // S3 accepted every part a moment ago: an attempt whose response was lost has completed the upload. It need
                    // not be one of ours: the HTTP client itself repeats a request on a pooled connection that was closed.
                }

                return true;
            },
            both.Token);
    }

    /// <summary>Aborts the upload, which removes its parts; a failure is logged. It has its own deadline, since it also runs after a
    /// cancellation.</summary>
    public async Task AbortAsync()
    {
        using var limit = new CancellationTokenSource(AbortLimit, _clock);
        var request = new AbortMultipartUploadRequest { BucketName = _target.Bucket, Key = _target.Key, UploadId = _id };
        try
        {
            await _calls.RunAsync(
                "Removing the incomplete upload", AttemptsToFinish, token => _client.AbortMultipartUploadAsync(request, token), limit.Token);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchUpload")
        {
            // completed or aborted already
        }
        catch (Exception exception)
        {
            LogLeft(_logger, _target.Bucket, _target.Key, S3Calls.Describe(exception));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The incomplete upload {Bucket}/{Key} could not be removed ({Reason}); "
        + "it is in GameLift's own bucket and costs you nothing")]
    private static partial void LogLeft(ILogger logger, string bucket, string key, string reason);
}
