using System.Text.Json;
using System.Xml;
using Amazon.Runtime;

namespace Backends.Aws.Services.Runtime;

/// <summary>
/// Calls of which nobody knows whether AWS has done them: they were sent, and no answer of AWS came back. Where each call
/// makes a new thing, sending it again may make a second one, so one has to look first.
/// </summary>
internal static class LostAnswer
{
    /// <summary>
    /// The requests that make a new thing each time, under a name that may repeat, and have no token that would tell a
    /// repetition from a second wish (the services' models); and the one that changes a list by adding and removing.
    /// </summary>
    private static readonly HashSet<string> NeverRepeated =
    [
        "CreateBuildRequest", "CreateFleetRequest", "CreateUserPoolRequest", "CreateUserPoolClientRequest", "CreateRestApiRequest",
        "CreateDeploymentRequest", "UpdateAuthorizerRequest",
    ];

    /// <summary>Whether a request must not simply be sent again.</summary>
    /// <param name="request">The request.</param>
    public static bool MakesAnother(AmazonWebServiceRequest request) => NeverRepeated.Contains(request.GetType().Name);

    /// <summary>Whether AWS may have done what was asked for, although this was thrown.</summary>
    /// <param name="exception">What was thrown.</param>
    public static bool IsPossible(Exception exception) => exception switch
    {
        AmazonServiceException { ErrorCode.Length: > 0 } service => (int)service.StatusCode >= 500,
        AmazonServiceException or AmazonUnmarshallingException or HttpRequestException or IOException or TimeoutException
            or OperationCanceledException or JsonException or XmlException => !WasNeverSent(exception),
        _ => false,
    };

    private static bool WasNeverSent(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is HttpRequestException
                {
                    HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                        or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
                })
            {
                return true;
            }
        }

        return false;
    }
}
