using Amazon.Runtime;
using FleetBridge.Backends.Aws.Packing;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>Packs and uploads a package at the same time: the zip is never stored on this machine.</summary>
internal static partial class BuildUpload
{
    private const string Remedy = "Try again; this upload left nothing behind.";

    /// <summary>Uploads.</summary>
    /// <param name="request">What to upload, where, and with which credentials.</param>
    /// <param name="logger">The user's log.</param>
    /// <param name="progress">Receives the progress every second.</param>
    /// <param name="clock">The clock of delays, limits and rates.</param>
    /// <param name="cancellation">Ends it; what was sent is then removed.</param>
    /// <exception cref="BackendException">A file changes, S3 cannot be reached, or S3 rejects the upload.</exception>
    public static async Task<UploadResult> RunAsync(
        UploadRequest request, ILogger logger, IProgress<OperationProgress> progress, TimeProvider clock, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        var manifest = request.Manifest;
        LogUploading(
            logger, ByteText.Count(manifest.Files.Count, "file"), ByteText.Of(manifest.TotalBytes), request.Target.Bucket, request.Target.Key);
        using var credentials = new UploadCredentials(request.Credentials, request.RenewCredentials);
        using var client = UploadClient.Create(credentials, request);
        var calls = new S3Calls(credentials, clock, logger);
        try
        {
            var upload = await MultipartUpload.StartAsync(client, request.Target, calls, clock, logger, cancellation);
            long size;
            try
            {
                size = await SendAsync(request, upload, logger, progress, clock, cancellation);
            }
            catch
            {
                await upload.AbortAsync();
                throw;
            }

            var duration = clock.GetElapsedTime(started);
            LogUploaded(logger, request.BuildName, ByteText.Of(size), duration.TotalSeconds);
            return new UploadResult(size, manifest.Files.Count, duration);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested && Explain(exception, request) is { } explained)
        {
            throw explained;
        }
    }

    private static async Task<long> SendAsync(
        UploadRequest request,
        MultipartUpload upload,
        ILogger logger,
        IProgress<OperationProgress> progress,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        await using var parts = new PartStream(upload, ZipPacker.LargestSize(request.Manifest), cancellation);
        var packer = new ZipPacker(request.Manifest, parts);
        await using var reporting = new UploadProgress(
            request.BuildName, request.Manifest.TotalBytes, () => Sent(packer.BytesRead, parts), progress, clock);
        try
        {
            // reading files blocks
            var size = await Task.Run(() => packer.RunAsync(parts.Stopped), CancellationToken.None);
            await upload.CompleteAsync(await parts.FinishAsync(), cancellation);
            reporting.ReportDone();
            if (packer.MadeExecutable > 0)
            {
                LogMadeExecutable(logger, ByteText.Count(packer.MadeExecutable, "file"));
            }

            return size;
        }
        catch (OperationCanceledException) when (parts.Failure is { } failure)
        {
            // packing was stopped because a part could not be sent
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            throw;
        }
    }

    /// <summary>How many of the package's bytes have been sent: of what was read, as much as was sent of what was packed.</summary>
    private static long Sent(long read, PartStream parts)
    {
        var (sent, written) = (parts.BytesSent, parts.BytesWritten);
        return written == 0 ? 0 : (long)(read * ((double)Math.Min(sent, written) / written));
    }

    private static BackendException? Explain(Exception exception, UploadRequest request)
    {
        var place = $"s3://{request.Target.Bucket}/{request.Target.Key}";
        return exception switch
        {
            BackendException => null,
            AmazonServiceException { ErrorCode: "RequestTimeTooSkewed" } => new(
                $"S3 rejects the upload of {request.BuildName}: this machine's clock is wrong.",
                "Set the clock, or switch on automatic time, and try again.",
                exception),
            AmazonServiceException service when S3Calls.IsExpired(service) => new(
                $"The credentials for the upload of {request.BuildName} have expired, and S3 rejects the new ones too.",
                "Make sure that this machine's clock is correct, and try again.",
                exception),
            _ when S3Calls.IsNetwork(exception) => new(
                $"The upload of {request.BuildName} to {place} failed because S3 could not be reached: {S3Calls.Describe(exception)}",
                $"Check the network, the region {request.Region} and, if one is set, the endpoint (AWS_ENDPOINT_URL). {Remedy}",
                exception),
            AmazonServiceException service => new(
                $"S3 rejects the upload of {request.BuildName} to {place}: {S3Calls.Describe(service)} (request {service.RequestId ?? "unknown"})",
                Remedy,
                exception),
            _ => null,
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Packing {Files} ({Size}) and uploading them to s3://{Bucket}/{Key}")]
    private static partial void LogUploading(ILogger logger, string files, string size, string bucket, string key);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Files} that begin as programs of Linux or with #! were packed as executable, since "
        + "this system has no executable bits")]
    private static partial void LogMadeExecutable(ILogger logger, string files);

    [LoggerMessage(Level = LogLevel.Information, Message = "Uploaded {Build}, {Size} packed, in {Seconds:0.0} s")]
    private static partial void LogUploaded(ILogger logger, string build, string size, double seconds);
}
