using System.Net;
using System.Text.Json;
using System.Xml;
using Amazon.Runtime;

namespace Amazon.Clients.Runtime;

/// <summary>Says how far a failed request got.</summary>
public static class ServiceFailure
{
    /// <summary>Whether no connection was established: no such host, nothing listening, or no response to the first packet.
    /// The request was not sent.</summary>
    /// <param name="exception">What was thrown.</param>
    public static bool IsUnreachable(Exception? exception) => Any(exception, IsAboutConnecting);

    /// <summary>Whether the time for a response has passed.</summary>
    /// <param name="exception">What was thrown.</param>
    public static bool IsSilence(Exception? exception) =>
        Any(exception, static inner => inner is OperationCanceledException or TimeoutException);

    /// <summary>Whether it is unknown if AWS has carried out the request: it was sent, and no response of AWS came back, or
    /// one that says that AWS itself has failed.</summary>
    /// <param name="exception">What was thrown.</param>
    public static bool MayHaveBeenDone(Exception exception) => exception switch
    {
        AmazonServiceException { ErrorCode.Length: > 0 } service => service.StatusCode >= HttpStatusCode.InternalServerError,
        AmazonServiceException or HttpRequestException or IOException or TimeoutException or OperationCanceledException
            or JsonException or XmlException => !IsUnreachable(exception),
        _ => false,
    };

    // When the time for connecting has passed, the TimeoutException has no inner exception; when it is the time for a
    // response, the cancellation is its inner exception.
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
