using System.Net;
using Amazon.Runtime;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>Calls S3 with retries: with new credentials when they have expired, after a delay when a failure is transient.</summary>
/// <param name="credentials">The credentials of the calls.</param>
/// <param name="clock">The clock of the delays.</param>
/// <param name="logger">Receives each failure.</param>
internal sealed partial class S3Calls(UploadCredentials credentials, TimeProvider clock, ILogger logger)
{
    /// <summary>New credentials that are rejected too have not expired.</summary>
    private const int MaxRenewals = 2;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(20);

    // S3's error codes for transient failures ("Error responses" in the S3 API reference)
    private static readonly HashSet<string> TransientCodes =
        ["RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable", "OperationAborted", "IncompleteBody", "BadDigest"];

    private static readonly HashSet<string> ExpiredCodes = ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"];

    /// <summary>Makes a call.</summary>
    /// <param name="what">What the call does, for the log.</param>
    /// <param name="attempts">The largest number of attempts.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<T> RunAsync<T>(string what, int attempts, Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        var renewals = 0;
        var delay = FirstDelay;
        for (var attempt = 1; ; attempt++)
        {
            var used = credentials.Current;
            try
            {
                return await call(cancellation);
            }
            catch (AmazonServiceException exception) when (IsExpired(exception) && renewals < MaxRenewals)
            {
                renewals++;
                LogExpired(logger);
                await credentials.RenewAsync(used, cancellation);
            }
            catch (Exception exception)
                when (attempt < attempts && !cancellation.IsCancellationRequested && IsTransient(exception))
            {
                LogRetrying(logger, what, Describe(exception), delay.TotalSeconds);
                await Task.Delay(delay, clock, cancellation);
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }
        }
    }

    /// <summary>Whether the credentials have expired.</summary>
    public static bool IsExpired(AmazonServiceException exception) => ExpiredCodes.Contains(exception.ErrorCode ?? "");

    /// <summary>Whether the network failed, and not S3.</summary>
    public static bool IsNetwork(Exception exception) =>
        exception is HttpRequestException or IOException or TimeoutException or OperationCanceledException
            or System.Net.Sockets.SocketException
        || (exception is AmazonServiceException or AmazonClientException && exception.InnerException is { } inner && IsNetwork(inner));

    /// <summary>The message of the innermost exception: the outer ones only refer to it.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        OperationCanceledException or TimeoutException => "no data moved for too long",
        AmazonServiceException { ErrorCode.Length: > 0 } service => $"{service.ErrorCode}: {service.Message}",
        { InnerException: { } inner } => Describe(inner),
        _ => exception.Message,
    };

    private static bool IsTransient(Exception exception) => IsNetwork(exception)
        || exception is AmazonUnmarshallingException
        || (exception is AmazonServiceException service
            && (TransientCodes.Contains(service.ErrorCode ?? "")
                || service.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
                    or >= HttpStatusCode.InternalServerError));

    [LoggerMessage(Level = LogLevel.Information, Message = "The upload's credentials have expired; requesting new ones from GameLift")]
    private static partial void LogExpired(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} failed ({Reason}); retrying in {Seconds:0.#} s")]
    private static partial void LogRetrying(ILogger logger, string what, string reason, double seconds);
}
