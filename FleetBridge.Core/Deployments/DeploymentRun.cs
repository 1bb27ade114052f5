using System.Collections.Concurrent;
using FleetBridge.Backends;
using FleetBridge.Core.Client;

namespace FleetBridge.Core.Deployments;

/// <summary>One operation on the chosen resources, and where it is asked for, the wait until they have settled.</summary>
/// <param name="calls">Asks the bridge.</param>
/// <param name="settling">Waits; null where that was not asked for.</param>
internal sealed class DeploymentRun(ResourceCalls calls, ResourceWait? settling)
{
    /// <summary>Runs it.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="chosen">The resources, each after those it depends on.</param>
    /// <param name="cancellation">The user's Ctrl-C.</param>
    /// <returns>What became of each, in the order in which they were taken.</returns>
    public Task<IReadOnlyList<ResourceOutcome>> RunAsync(
        string operation, IReadOnlyList<ResourceOutline> chosen, CancellationToken cancellation) => operation switch
        {
            Operation.CreateName => CreateAsync(chosen, cancellation),
            Operation.DeleteName => DeploymentPlan.Deleting(chosen).RunAsync(resource => AskAsync(resource, operation, cancellation)),
            Operation.CheckName => DeploymentPlan.AtOnce(chosen).RunAsync(resource => Waits(resource)
                ? SettleAsync(resource, cancellation)
                : AskAsync(resource, operation, cancellation)),
            _ => DeploymentPlan.AtOnce(chosen).RunAsync(resource => AskAsync(resource, operation, cancellation)),
        };

    /// <summary>
    /// What depends on a resource needs it to exist (<see cref="Resource.DependsOn"/>), not to have settled: it starts when the
    /// create has succeeded, and the wait goes on beside it.
    /// </summary>
    private async Task<IReadOnlyList<ResourceOutcome>> CreateAsync(
        IReadOnlyList<ResourceOutline> chosen, CancellationToken cancellation)
    {
        var waits = new ConcurrentDictionary<ResourceOutline, Task<ResourceOutcome>>();
        var outcomes = await DeploymentPlan.Creating(chosen).RunAsync(async resource =>
        {
            var outcome = await AskAsync(resource, Operation.CreateName, cancellation).ConfigureAwait(false);
            if (outcome.Succeeded && Waits(resource))
            {
                waits[resource] = SettleAsync(resource, cancellation);
            }

            return outcome;
        }).ConfigureAwait(false);
        return await Task.WhenAll(outcomes.Select(outcome =>
            waits.GetValueOrDefault(outcome.Resource) ?? Task.FromResult(outcome))).ConfigureAwait(false);
    }

    private bool Waits(ResourceOutline resource) => settling is not null && resource.Has(Operation.WaitName);

    private Task<ResourceOutcome> SettleAsync(ResourceOutline resource, CancellationToken cancellation) =>
        ResourceCalls.TryAsync(resource, () => settling!.WaitAsync(resource, cancellation), cancellation);

    private Task<ResourceOutcome> AskAsync(ResourceOutline resource, string operation, CancellationToken cancellation) =>
        ResourceCalls.TryAsync(
            resource,
            async () => ResourceOutcome.Answered(
                resource, await calls.SendAsync(resource, operation, cancellation).ConfigureAwait(false)),
            cancellation);
}
