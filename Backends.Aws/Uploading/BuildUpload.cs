using Amazon.Runtime;
using FleetBridge.Backends.Aws.Packing;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>Packs a package folder while it uploads it: neither the zip nor a large part of it ever exists here.</summary>
internal static partial class BuildUpload
{
    private const string Remedy = "Try again; nothing of this upload was left behind.";

    /// <summary>Uploads.</summary>
    /// <param name="order">What, where, and with which credentials.</param>
    /// <param name="logger">Hears what is done, and what went wrong on the way.</param>
    /// <param name="progress">Hears every second how far it is.</param>
    /// <param name="clock">Measures rests, limits and rates.</param>
    /// <param name="cancellation">Ends it; what was sent is removed then, too.</param>
    /// <returns>What was uploaded.</returns>
    /// <exception cref="BackendException">A file does not hold still, or S3 cannot be reached or refuses.</exception>
    public static async Task<UploadResult> RunAsync(
        UploadOrder order, ILogger logger, IProgress<OperationProgress> progress, TimeProvider clock, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        var survey = order.Survey;
        LogUploading(
            logger, ByteText.Count(survey.Files.Count, "file"), ByteText.Of(survey.TotalBytes), order.Target.Bucket, order.Target.Key);
        using var credentials = new UploadCredentials(order.Credentials, order.RenewCredentials);
        using var client = UploadClient.Create(credentials, order);
        var calls = new S3Calls(credentials, clock, logger);
        try
        {
            var upload = await MultipartUpload.StartAsync(client, order.Target, calls, clock, logger, cancellation);
            long size;
            try
            {
                size = await SendAsync(order, upload, progress, clock, cancellation);
            }
            catch
            {
                await upload.AbortAsync();
                throw;
            }

            var took = clock.GetElapsedTime(began);
            LogUploaded(logger, order.BuildName, ByteText.Of(size), took.TotalSeconds);
            return new UploadResult(size, survey.Files.Count, took);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested && Explain(exception, order) is { } explained)
        {
            throw explained;
        }
    }

    private static async Task<long> SendAsync(
        UploadOrder order, MultipartUpload upload, IProgress<OperationProgress> progress, TimeProvider clock, CancellationToken cancellation)
    {
        await using var parts = new PartStream(upload, ZipPacker.LargestSize(order.Survey), cancellation);
        var packer = new ZipPacker(order.Survey, parts);
        await using var telling = new UploadProgress(order.BuildName, order.Survey.TotalBytes, () => packer.BytesRead, progress, clock);
        try
        {
            // reading files blocks
            var size = await Task.Run(() => packer.RunAsync(parts.Stopped), CancellationToken.None);
            await upload.CompleteAsync(await parts.FinishAsync(), cancellation);
            telling.TellDone();
            return size;
        }
        catch (OperationCanceledException) when (parts.Failure is { } failure)
        {
            // packing was ended because a part could not be sent
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            throw;
        }
    }

    private static BackendException? Explain(Exception exception, UploadOrder order)
    {
        var place = $"s3://{order.Target.Bucket}/{order.Target.Key}";
        return exception switch
        {
            BackendException => null,
            AmazonServiceException { ErrorCode: "RequestTimeTooSkewed" } => new(
                $"S3 refuses the upload of {order.BuildName}: this machine's clock is off.",
                "Set the clock (or switch on its synchronisation), and try again.",
                exception),
            AmazonServiceException service when S3Calls.IsExpired(service) => new(
                $"The credentials for the upload of {order.BuildName} have expired, and the new ones are refused as well.",
                "Make sure that this machine's clock is right, and try again.",
                exception),
            _ when S3Calls.IsNetwork(exception) => new(
                $"The upload of {order.BuildName} to {place} failed, since S3 could not be reached: {S3Calls.Told(exception)}",
                $"Look at the network, the region {order.Region} and, if one is set, the endpoint (AWS_ENDPOINT_URL). {Remedy}",
                exception),
            AmazonServiceException service => new(
                $"S3 refuses the upload of {order.BuildName} to {place}: {S3Calls.Told(service)} (request {service.RequestId ?? "unknown"})",
                Remedy,
                exception),
            _ => null,
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Packing {Files} ({Size}) and uploading them to s3://{Bucket}/{Key}")]
    private static partial void LogUploading(ILogger logger, string files, string size, string bucket, string key);

    [LoggerMessage(Level = LogLevel.Information, Message = "Uploaded {Build}, {Size} packed, in {Seconds:0.0} s")]
    private static partial void LogUploaded(ILogger logger, string build, string size, double seconds);
}
