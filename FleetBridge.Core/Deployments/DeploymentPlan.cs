using FleetBridge.Core.Client;

namespace FleetBridge.Core.Deployments;

/// <summary>
/// In which order the chosen resources are taken: each as soon as those before it have ended, so that what does not depend on
/// each other runs at the same time.
/// </summary>
internal sealed class DeploymentPlan
{
    private readonly IReadOnlyList<ResourceOutline> _order;
    private readonly Func<ResourceOutline, IEnumerable<ResourceOutline>> _before;
    private readonly bool _needsSuccess;

    private DeploymentPlan(
        IReadOnlyList<ResourceOutline> order, Func<ResourceOutline, IEnumerable<ResourceOutline>> before, bool needsSuccess) =>
        (_order, _before, _needsSuccess) = (order, before, needsSuccess);

    /// <summary>All at once: they only look.</summary>
    /// <param name="chosen">The resources.</param>
    /// <returns>The plan.</returns>
    public static DeploymentPlan AtOnce(IReadOnlyList<ResourceOutline> chosen) => new(chosen, _ => [], needsSuccess: false);

    /// <summary>
    /// Each after those it depends on, and not at all when one of them has failed. What it depends on and was not chosen does
    /// not count: whoever leaves it out says that it is there.
    /// </summary>
    /// <param name="chosen">The resources, each after those it depends on.</param>
    /// <returns>The plan.</returns>
    public static DeploymentPlan Creating(IReadOnlyList<ResourceOutline> chosen) => new(
        chosen, resource => chosen.Where(other => resource.DependsOn.Contains(other.Path)), needsSuccess: true);

    /// <summary>
    /// Each after those that depend on it. One whose dependent could not be deleted is tried all the same: whether it can go
    /// without the other is for the target to say (AWS lets it), and what is tried and refused costs nothing, while what is
    /// left out goes on costing.
    /// </summary>
    /// <param name="chosen">The resources, each after those it depends on.</param>
    /// <returns>The plan.</returns>
    public static DeploymentPlan Deleting(IReadOnlyList<ResourceOutline> chosen) => new(
        [.. chosen.Reverse()], resource => chosen.Where(other => other.DependsOn.Contains(resource.Path)), needsSuccess: false);

    /// <summary>Takes the resources.</summary>
    /// <param name="step">What is done for one of them.</param>
    /// <returns>What became of each, in the plan's order.</returns>
    public async Task<IReadOnlyList<ResourceOutcome>> RunAsync(Func<ResourceOutline, Task<ResourceOutcome>> step)
    {
        var steps = new Dictionary<ResourceOutline, Task<ResourceOutcome>>();
        foreach (var resource in _order)
        {
            // Those before it stand before it in the order; were they not, they would be left out here rather than waited for
            // by each other.
            Task<ResourceOutcome>[] before = [.. _before(resource).Where(steps.ContainsKey).Select(other => steps[other])];
            steps[resource] = RunAsync(resource, before, step);
        }

        return await Task.WhenAll(_order.Select(resource => steps[resource])).ConfigureAwait(false);
    }

    private async Task<ResourceOutcome> RunAsync(
        ResourceOutline resource, Task<ResourceOutcome>[] before, Func<ResourceOutline, Task<ResourceOutcome>> step)
    {
        var ended = await Task.WhenAll(before).ConfigureAwait(false);
        if (_needsSuccess && ended.Any(outcome => !outcome.Succeeded))
        {
            // The user can mend what has failed, not what was not tried because of it.
            var failed = ended.Where(outcome => !outcome.Succeeded)
                .SelectMany(outcome => outcome.FailedBefore is { Count: > 0 } earlier ? earlier : [outcome.Resource.Name])
                .Distinct();
            return ResourceOutcome.NotTried(resource, [.. failed]);
        }

        return await step(resource).ConfigureAwait(false);
    }
}
