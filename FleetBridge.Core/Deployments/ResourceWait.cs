using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Processes;

namespace FleetBridge.Core.Deployments;

/// <summary>Waits until a resource has settled, for so long and no longer.</summary>
/// <param name="calls">Asks the bridge.</param>
/// <param name="limit">How long to wait for one resource.</param>
/// <param name="clock">The clock.</param>
internal sealed class ResourceWait(ResourceCalls calls, TimeSpan limit, TimeProvider clock)
{
    /// <summary>How long the look at the state may take after the wait was given up.</summary>
    private static readonly TimeSpan LastLook = TimeSpan.FromSeconds(30);

    /// <summary>Asks for the resource's <c>wait</c>, and gives it up when the time is over.</summary>
    /// <param name="resource">A resource that has one.</param>
    /// <param name="cancellation">The user's Ctrl-C.</param>
    /// <param name="failureIsExpected">Whether it is as good when the resource is not there.</param>
    /// <returns>What became of it.</returns>
    public async Task<ResourceOutcome> WaitAsync(
        ResourceOutline resource, CancellationToken cancellation, bool failureIsExpected = false)
    {
        try
        {
            var reply = await LimitedAsync(
                limit,
                token => calls.SendAsync(resource, Operation.WaitName, token, failureIsExpected),
                cancellation).ConfigureAwait(false);
            return ResourceOutcome.Answered(resource, reply);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ResourceOutcome.TimedOut(resource, limit, await StateAsync(resource, cancellation).ConfigureAwait(false));
        }
    }

    /// <summary>The state as a check tells it; null when it tells none, or not soon.</summary>
    private async Task<string?> StateAsync(ResourceOutline resource, CancellationToken cancellation)
    {
        if (!resource.Has(Operation.CheckName))
        {
            return null;
        }

        try
        {
            var reply = await LimitedAsync(
                LastLook,
                token => calls.SendAsync(resource, Operation.CheckName, token, failureIsExpected: true),
                cancellation).ConfigureAwait(false);
            return reply.State;
        }
        catch (Exception exception) when (exception is UserException
            || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    private async Task<BridgeReply> LimitedAsync(
        TimeSpan time, Func<CancellationToken, Task<BridgeReply>> ask, CancellationToken cancellation)
    {
        using var over = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
        return await ask(either.Token).ConfigureAwait(false);
    }
}
