using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Backends.Aws.Services.Runtime;

/// <summary>
/// The SDK's standard policy with three differences. An address which nobody answers is tried twice only: somebody waits
/// in front of the editor, and what is the matter is the network or the region's name. And a LimitExceededException is
/// not retried: in these services it is a quota of the account, no throttling. And what would make a second thing is not
/// sent again when its answer was lost: who asked for it looks first.
/// </summary>
internal sealed class ServiceRetryPolicy(IClientConfig config) : StandardRetryPolicy(config)
{
    private const string Quota = "LimitExceededException";

    /// <inheritdoc/>
    public override bool IsThrottlingError(Exception exception) =>
        exception is not AmazonServiceException { ErrorCode: Quota } && base.IsThrottlingError(exception);

    /// <inheritdoc/>
    public override async Task<bool> RetryForExceptionAsync(IExecutionContext executionContext, Exception exception) =>
        (executionContext.RequestContext.Retries < 1 || !IsUnreachable(exception))
        && !(LostAnswer.MakesAnother(executionContext.RequestContext.OriginalRequest) && LostAnswer.IsPossible(exception))
        && await base.RetryForExceptionAsync(executionContext, exception).ConfigureAwait(false);

    /// <summary>Whether no connection came about: no such host, nobody listening, or no answer to the first packet.
    /// </summary>
    /// <param name="exception">What was thrown.</param>
    public static bool IsUnreachable(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is HttpRequestException
                {
                    HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                        or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
                }
                or SocketException
                or TimeoutException { InnerException: null })
            {
                return true;
            }
        }

        return false;
    }
}
