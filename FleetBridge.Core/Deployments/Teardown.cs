using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Deployments;

/// <summary>
/// <c>delete all</c>: says what it deletes, waits where a resource cannot be deleted yet, deletes, and checks what is left.
/// </summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="wait">Waits.</param>
/// <param name="say">Shows a message to the user.</param>
internal sealed class Teardown(ResourceCalls calls, ResourceWait wait, Action<string> say)
{
    /// <summary>The settings by which the editor's plugin distinguishes deployments.</summary>
    private static readonly string[] Identifying = [Setting.PrefixKey, "profile_name", "region_name"];

    /// <summary>Deletes everything.</summary>
    /// <param name="chosen">The resources, each after those it depends on.</param>
    /// <param name="cancellation">The user's Ctrl-C.</param>
    /// <returns>What is left of each, in the plan's order.</returns>
    public async Task<IReadOnlyList<DeletionReport>> RunAsync(IReadOnlyList<ResourceOutline> chosen, CancellationToken cancellation)
    {
        var outcomes = await DeploymentPlan.Deleting(chosen).RunAsync(async resource =>
        {
            var outcome = await ResourceCalls.TryAsync(
                resource, () => DeleteAsync(resource, cancellation), cancellation).ConfigureAwait(false);
            calls.Display?.Ended(outcome);
            return outcome;
        }).ConfigureAwait(false);
        return await Task.WhenAll(outcomes.Select(async outcome =>
            new DeletionReport(outcome, await CheckAsync(outcome.Resource, cancellation).ConfigureAwait(false)))).ConfigureAwait(false);
    }

    /// <summary>Says what is going to be deleted. It does not ask: it is for scripts too, and the prefix says which deployment.</summary>
    /// <param name="chosen">The resources.</param>
    /// <param name="config">All settings: the response to <c>/config</c>.</param>
    public void Announce(IReadOnlyList<ResourceOutline> chosen, BridgeResponse config)
    {
        var values = config.Details ?? [];
        var settings = Identifying.Where(values.ContainsKey).Union(calls.Parameters.Keys)
            .Select(key => $"{key} {values[key]?.ToString() ?? "(its default)"}");
        say(
            $"Deleting {string.Join(", ", chosen.Reverse().Select(resource => resource.Name))} of {calls.Backend}: "
            + $"{string.Join(", ", settings)}.");
    }

    private async Task<ResourceOutcome> DeleteAsync(ResourceOutline resource, CancellationToken cancellation)
    {
        var ready = resource.Has(Operation.WaitName)
            ? await wait.WaitAsync(resource, cancellation, failureIsExpected: true).ConfigureAwait(false)
            : null;
        if (ready is { Code: ExitCode.TimedOut, Response.Error: { } error })
        {
            // If it cannot be deleted in that state, the target says so.
            say($"{error} Trying to delete it anyway.");
        }

        var response = await calls.SendAsync(resource, Operation.DeleteName, cancellation).ConfigureAwait(false);
        var outcome = ResourceOutcome.Of(resource, response);
        return outcome.Succeeded || ready is not { Code: ExitCode.TimedOut } ? outcome : outcome with { Code = ExitCode.TimedOut };
    }

    private async Task<BridgeResponse?> CheckAsync(ResourceOutline resource, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested || !resource.Has(Operation.CheckName))
        {
            return null;
        }

        try
        {
            return await calls.SendAsync(resource, Operation.CheckName, cancellation, failureIsExpected: true).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is UserException or OperationCanceledException)
        {
            return null;
        }
    }
}
