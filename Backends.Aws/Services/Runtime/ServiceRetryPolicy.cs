using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace FleetBridge.Backends.Aws.Services.Runtime;

/// <summary>
/// The SDK's standard policy with three differences. An address where nobody answers is tried twice only: somebody waits
/// in front of the editor, and what is the matter is the network or the region's name. A LimitExceededException is not
/// retried: in these services it is a quota of the account, no throttling. And what would be made a second time is not
/// asked for again when its answer was lost: who asked for it looks first.
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
