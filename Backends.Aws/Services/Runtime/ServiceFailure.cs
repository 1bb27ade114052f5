using System.Net;
using System.Text.Json;
using System.Xml;
using Amazon.Runtime;

namespace FleetBridge.Backends.Aws.Services.Runtime;

/// <summary>Tells how far a request came that failed.</summary>
internal static class ServiceFailure
{
    /// <summary>Whether no connection came about: no such host, nobody listening, or no answer to the first packet. The
    /// request was not sent.</summary>
    /// <param name="exception">What was thrown.</param>
    public static bool IsUnreachable(Exception? exception) => Any(exception, IsAboutConnecting);

    /// <summary>Whether the time for an answer has passed.</summary>
    /// <param name="exception">What was thrown.</param>
    public static bool IsSilence(Exception? exception) =>
        Any(exception, static inner => inner is OperationCanceledException or TimeoutException);

    /// <summary>Whether nobody knows if AWS has done what was asked for: it was sent, and no answer of AWS came back, or
    /// one that says that AWS itself has failed.</summary>
    /// <param name="exception">What was thrown.</param>
    public static bool MayHaveBeenDone(Exception exception) => exception switch
    {
        AmazonServiceException { ErrorCode.Length: > 0 } service => service.StatusCode >= HttpStatusCode.InternalServerError,
        AmazonServiceException or HttpRequestException or IOException or TimeoutException or OperationCanceledException
            or JsonException or XmlException => !IsUnreachable(exception),
        _ => false,
    };

    // When the time for connecting has passed, that is all the TimeoutException says; when it is the time for an answer, the
    // cancellation stands within.
    private static bool IsAboutConnecting(Exception exception) => exception switch
    {
        HttpRequestException request => request.HttpRequestError is HttpRequestError.NameResolutionError
            or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        TimeoutException timeout => timeout.InnerException is null,
        _ => false,
    };

    private static bool Any(Exception? exception, Func<Exception, bool> isIt)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (isIt(exception))
            {
                return true;
            }
        }

        return false;
    }
}
