using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Amazon.Clients.Runtime;

/// <summary>
/// The SDK's standard policy with three differences. An address that nothing responds at is tried twice only: somebody waits
/// in front of the editor, and the cause is the network or the region's name. A LimitExceededException is not retried: in
/// these services it is a quota of the account, not throttling. And a request that would create something a second time is
/// not repeated when its response was lost: the caller looks first.
/// </summary>
internal sealed class ServiceRetryPolicy(IClientConfig config) : StandardRetryPolicy(config)
{
    private const string Quota = "LimitExceededException";

    /// <inheritdoc/>
    public override bool IsThrottlingError(Exception exception) =>
        exception is not AmazonServiceException { ErrorCode: Quota } && base.IsThrottlingError(exception);

    /// <inheritdoc/>
    public override async Task<bool> RetryForExceptionAsync(IExecutionContext executionContext, Exception exception)
    {
        var request = executionContext.RequestContext;
        var notThere = ServiceFailure.IsUnreachable(exception);
        return !(request.Retries > 0 && (notThere || ServiceFailure.IsSilence(exception)))
            && !(request.OriginalRequest is IUnrepeatableRequest && ServiceFailure.MayHaveBeenDone(exception))
            && await base.RetryForExceptionAsync(executionContext, exception).ConfigureAwait(false);
    }
}
