using System.Net;
using Amazon.Runtime;

namespace Backends.Aws.Services.Runtime;

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

    /// <summary>Whether the service has answered, though with an error.</summary>
    /// <param name="exception">What was thrown.</param>
    public static bool IsAnswer(Exception? exception) =>
        exception is AmazonServiceException { StatusCode: >= HttpStatusCode.BadRequest };

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
