using System.Net;
using Amazon.Runtime;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>Calls S3 until it works: with new credentials when they have expired, after a rest when it is a matter of luck.
/// </summary>
/// <param name="credentials">What the calls are signed with.</param>
/// <param name="clock">Measures the rests.</param>
/// <param name="logger">Hears of each failure.</param>
internal sealed partial class S3Calls(UploadCredentials credentials, TimeProvider clock, ILogger logger)
{
    /// <summary>Credentials that have just been renewed and are refused again are not a matter of time.</summary>
    private const int MostRenewals = 2;

    private static readonly TimeSpan FirstRest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(20);

    // S3's error codes for what may work the next time ("Error responses" in the S3 API reference)
    private static readonly HashSet<string> PassingCodes =
        ["RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable", "OperationAborted", "IncompleteBody", "BadDigest"];

    private static readonly HashSet<string> ExpiredCodes = ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"];

    /// <summary>Calls.</summary>
    /// <param name="what">What is done, for the log.</param>
    /// <param name="attempts">How often at most.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<T> RunAsync<T>(string what, int attempts, Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        var renewals = 0;
        var rest = FirstRest;
        for (var attempt = 1; ; attempt++)
        {
            var used = credentials.Current;
            try
            {
                return await call(cancellation);
            }
            catch (AmazonServiceException exception) when (IsExpired(exception) && renewals < MostRenewals)
            {
                renewals++;
                LogExpired(logger);
                await credentials.RenewAsync(used, cancellation);
            }
            catch (Exception exception)
                when (attempt < attempts && !cancellation.IsCancellationRequested && IsPassing(exception))
            {
                LogAgain(logger, what, Told(exception), rest.TotalSeconds);
                await Task.Delay(rest, clock, cancellation);
                rest = rest * 2 < LongestRest ? rest * 2 : LongestRest;
            }
        }
    }

    /// <summary>Whether the credentials have expired.</summary>
    public static bool IsExpired(AmazonServiceException exception) => ExpiredCodes.Contains(exception.ErrorCode ?? "");

    /// <summary>Whether it was the way to S3 that failed, not S3's answer.</summary>
    public static bool IsNetwork(Exception exception) =>
        exception is HttpRequestException or IOException or TimeoutException or OperationCanceledException
            or System.Net.Sockets.SocketException
        || (exception is AmazonServiceException or AmazonClientException && exception.InnerException is { } inner && IsNetwork(inner));

    /// <summary>The innermost words: the outer ones only say that there are inner ones.</summary>
    public static string Told(Exception exception) => exception switch
    {
        OperationCanceledException or TimeoutException => "nothing moved for too long",
        AmazonServiceException { ErrorCode.Length: > 0 } service => $"{service.ErrorCode}: {service.Message}",
        { InnerException: { } inner } => Told(inner),
        _ => exception.Message,
    };

    private static bool IsPassing(Exception exception) => IsNetwork(exception)
        || exception is AmazonUnmarshallingException
        || (exception is AmazonServiceException service
            && (PassingCodes.Contains(service.ErrorCode ?? "")
                || service.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
                    or >= HttpStatusCode.InternalServerError));

    [LoggerMessage(Level = LogLevel.Information, Message = "The upload's credentials have expired; asking GameLift for new ones")]
    private static partial void LogExpired(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} failed ({Reason}); again in {Seconds:0.#} s")]
    private static partial void LogAgain(ILogger logger, string what, string reason, double seconds);
}
