using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Deployments;

/// <summary>Waits until a resource is ready or has failed, for a limited time.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="limit">How long to wait for one resource.</param>
/// <param name="clock">The clock.</param>
internal sealed class ResourceWait(ResourceCalls calls, TimeSpan limit, TimeProvider clock)
{
    /// <summary>How long the check of the state may take after the time has passed.</summary>
    private static readonly TimeSpan LastCheckLimit = TimeSpan.FromSeconds(30);

    /// <summary>Runs the resource's <c>wait</c>, and aborts it when the time has passed.</summary>
    /// <param name="resource">A resource that has one.</param>
    /// <param name="cancellation">The user's Ctrl-C.</param>
    /// <param name="failureIsExpected">Whether it is no error when the resource does not exist.</param>
    /// <returns>The outcome.</returns>
    public async Task<ResourceOutcome> WaitAsync(
        ResourceOutline resource, CancellationToken cancellation, bool failureIsExpected = false)
    {
        try
        {
            var response = await LimitedAsync(
                limit,
                token => calls.SendAsync(resource, Operation.WaitName, token, failureIsExpected),
                cancellation).ConfigureAwait(false);
            return ResourceOutcome.Of(resource, response);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ResourceOutcome.TimedOut(resource, limit, await CheckStateAsync(resource, cancellation).ConfigureAwait(false));
        }
    }

    /// <summary>The state that a check reports; null when it reports none, or not soon.</summary>
    private async Task<string?> CheckStateAsync(ResourceOutline resource, CancellationToken cancellation)
    {
        if (!resource.Has(Operation.CheckName))
        {
            return null;
        }

        try
        {
            var response = await LimitedAsync(
                LastCheckLimit,
                token => calls.SendAsync(resource, Operation.CheckName, token, failureIsExpected: true),
                cancellation).ConfigureAwait(false);
            return response.State;
        }
        catch (Exception exception) when (exception is UserException
            || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    private async Task<BridgeResponse> LimitedAsync(
        TimeSpan time, Func<CancellationToken, Task<BridgeResponse>> send, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        return await send(either.Token).ConfigureAwait(false);
    }
}
