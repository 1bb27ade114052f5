using System.Collections.Concurrent;
using FleetBridge.Backends;
using FleetBridge.Core.Hosting;

namespace FleetBridge.Core.Deployments;

/// <summary>One operation on the chosen resources, and, if asked for, the wait until they are ready.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="wait">Waits; null for no wait.</param>
internal sealed class DeploymentRun(ResourceCalls calls, ResourceWait? wait)
{
    /// <summary>Runs it.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="chosen">The resources, each after those it depends on.</param>
    /// <param name="cancellation">The user's Ctrl-C.</param>
    /// <returns>The outcome of each, in the plan's order.</returns>
    public Task<IReadOnlyList<ResourceOutcome>> RunAsync(
        string operation, IReadOnlyList<ResourceOutline> chosen, CancellationToken cancellation) => operation switch
        {
            Operation.CreateName => CreateAsync(chosen, cancellation),
            Operation.DeleteName => DeploymentPlan.Deleting(chosen).RunAsync(async resource =>
                Ended(await SendAsync(resource, operation, cancellation).ConfigureAwait(false))),
            Operation.CheckName => DeploymentPlan.InParallel(chosen).RunAsync(resource => Waits(resource)
                ? WaitAsync(resource, cancellation)
                : SendAsync(resource, operation, cancellation)),
            _ => DeploymentPlan.InParallel(chosen).RunAsync(resource => SendAsync(resource, operation, cancellation)),
        };

    /// <summary>
    /// What depends on a resource needs it to exist (<see cref="Resource.DependsOn"/>), not to be ready: it starts when the create has
    /// succeeded, in parallel to the wait.
    /// </summary>
    private async Task<IReadOnlyList<ResourceOutcome>> CreateAsync(
        IReadOnlyList<ResourceOutline> chosen, CancellationToken cancellation)
    {
        var waits = new ConcurrentDictionary<ResourceOutline, Task<ResourceOutcome>>();
        var outcomes = await DeploymentPlan.Creating(chosen).RunAsync(async resource =>
        {
            var outcome = await SendAsync(resource, Operation.CreateName, cancellation).ConfigureAwait(false);
            if (outcome.Succeeded && Waits(resource))
            {
                waits[resource] = WaitAsync(resource, cancellation);
                return outcome;
            }

            return Ended(outcome);
        }, skipped => Ended(skipped)).ConfigureAwait(false);
        return await Task.WhenAll(outcomes.Select(outcome =>
            waits.GetValueOrDefault(outcome.Resource) ?? Task.FromResult(outcome))).ConfigureAwait(false);
    }

    private bool Waits(ResourceOutline resource) => wait is not null && resource.Has(Operation.WaitName);

    private async Task<ResourceOutcome> WaitAsync(ResourceOutline resource, CancellationToken cancellation) => Ended(
        await ResourceCalls.TryAsync(resource, () => wait!.WaitAsync(resource, cancellation), cancellation).ConfigureAwait(false));

    private ResourceOutcome Ended(ResourceOutcome outcome)
    {
        calls.Display?.Ended(outcome);
        return outcome;
    }

    private Task<ResourceOutcome> SendAsync(ResourceOutline resource, string operation, CancellationToken cancellation) =>
        ResourceCalls.TryAsync(
            resource,
            async () => ResourceOutcome.Of(
                resource, await calls.SendAsync(resource, operation, cancellation).ConfigureAwait(false)),
            cancellation);
}
