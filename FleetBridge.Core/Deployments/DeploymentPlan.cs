using FleetBridge.Core.Hosting;

namespace FleetBridge.Core.Deployments;

/// <summary>
/// The order of the chosen resources: each starts as soon as those before it have ended, so that independent resources run in parallel.
/// </summary>
internal sealed class DeploymentPlan
{
    private readonly IReadOnlyList<ResourceOutline> _order;
    private readonly Func<ResourceOutline, IEnumerable<ResourceOutline>> _before;
    private readonly bool _needsSuccess;

    private DeploymentPlan(
        IReadOnlyList<ResourceOutline> order, Func<ResourceOutline, IEnumerable<ResourceOutline>> before, bool needsSuccess) =>
        (_order, _before, _needsSuccess) = (order, before, needsSuccess);

    /// <summary>All in parallel: the operation only reads.</summary>
    /// <param name="chosen">The resources.</param>
    /// <returns>The plan.</returns>
    public static DeploymentPlan InParallel(IReadOnlyList<ResourceOutline> chosen) => new(chosen, _ => [], needsSuccess: false);

    /// <summary>
    /// Each after those it depends on, and not at all when one of them has failed. What it depends on and was not chosen does not
    /// count: whoever leaves it out says that it exists.
    /// </summary>
    /// <param name="chosen">The resources, each after those it depends on.</param>
    /// <returns>The plan.</returns>
    public static DeploymentPlan Creating(IReadOnlyList<ResourceOutline> chosen) => new(
        chosen, resource => chosen.Where(other => resource.DependsOn.Contains(other.Path)), needsSuccess: true);

    /// <summary>
    /// Each after those that depend on it. One whose dependent could not be deleted is still tried: whether it can be deleted before
    /// the other is for the target to say (AWS allows it). A refused delete costs nothing, and a resource that is left out keeps
    /// costing.
    /// </summary>
    /// <param name="chosen">The resources, each after those it depends on.</param>
    /// <returns>The plan.</returns>
    public static DeploymentPlan Deleting(IReadOnlyList<ResourceOutline> chosen) => new(
        [.. chosen.Reverse()], resource => chosen.Where(other => other.DependsOn.Contains(resource.Path)), needsSuccess: false);

    /// <summary>Runs it.</summary>
    /// <param name="step">What is done for one of the resources.</param>
    /// <param name="skipped">Is told at once of each that is not tried.</param>
    /// <returns>The outcome of each, in the plan's order.</returns>
    public async Task<IReadOnlyList<ResourceOutcome>> RunAsync(
        Func<ResourceOutline, Task<ResourceOutcome>> step, Action<ResourceOutcome>? skipped = null)
    {
        var steps = new Dictionary<ResourceOutline, Task<ResourceOutcome>>();
        foreach (var resource in _order)
        {
            // Those before it come earlier in the order; in an order that is none they are left out here, so that no two steps wait for
            // each other.
            Task<ResourceOutcome>[] before = [.. _before(resource).Where(steps.ContainsKey).Select(other => steps[other])];
            steps[resource] = RunAsync(resource, before, step, skipped);
        }

        return await Task.WhenAll(_order.Select(resource => steps[resource])).ConfigureAwait(false);
    }

    private async Task<ResourceOutcome> RunAsync(
        ResourceOutline resource,
        Task<ResourceOutcome>[] before,
        Func<ResourceOutline, Task<ResourceOutcome>> step,
        Action<ResourceOutcome>? skipped)
    {
        var ended = await Task.WhenAll(before).ConfigureAwait(false);
        if (_needsSuccess && ended.Any(outcome => !outcome.Succeeded))
        {
            // The user can fix what has failed, not what was skipped because of it.
            var failed = ended.Where(outcome => !outcome.Succeeded)
                .SelectMany(outcome => outcome.FailedBefore is { Count: > 0 } earlier ? earlier : [outcome.Resource.Name])
                .Distinct();
            var outcome = ResourceOutcome.Skipped(resource, [.. failed]);
            skipped?.Invoke(outcome);
            return outcome;
        }

        return await step(resource).ConfigureAwait(false);
    }
}
