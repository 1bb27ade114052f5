using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Processes;

namespace FleetBridge.Core.Deployments;

/// <summary>
/// <c>delete all</c>: says what goes, waits where something has to settle before it can go, deletes, and looks at what is
/// left.
/// </summary>
/// <param name="calls">Asks the bridge.</param>
/// <param name="settling">Waits.</param>
/// <param name="say">Shows a message to the user.</param>
internal sealed class Teardown(ResourceCalls calls, ResourceWait settling, Action<string> say)
{
    /// <summary>The settings by which the editor's plugin tells deployments apart.</summary>
    private static readonly string[] Which = [Setting.PrefixKey, "profile_name", "region_name"];

    /// <summary>Tears everything down.</summary>
    /// <param name="chosen">The resources, each after those it depends on.</param>
    /// <param name="cancellation">The user's Ctrl-C.</param>
    /// <returns>What is left of each, in the order in which they were taken.</returns>
    public async Task<IReadOnlyList<DeletionReport>> RunAsync(IReadOnlyList<ResourceOutline> chosen, CancellationToken cancellation)
    {
        var outcomes = await DeploymentPlan.Deleting(chosen).RunAsync(resource =>
            ResourceCalls.TryAsync(resource, () => DeleteAsync(resource, cancellation), cancellation)).ConfigureAwait(false);
        return await Task.WhenAll(outcomes.Select(async outcome =>
            new DeletionReport(outcome, await LookAsync(outcome.Resource, cancellation).ConfigureAwait(false)))).ConfigureAwait(false);
    }

    /// <summary>Says what is going to be deleted. Nobody is asked: it is for scripts too, and the prefix tells what is meant.
    /// </summary>
    /// <param name="chosen">The resources.</param>
    /// <param name="config">All settings, by the answer to <c>/config</c>.</param>
    public void Announce(IReadOnlyList<ResourceOutline> chosen, BridgeReply config)
    {
        var settings = Which.Where(config.Json.ContainsKey).Union(calls.Parameters.Keys)
            .Select(key => $"{key} {config.Json[key]?.ToString() ?? "(its default)"}");
        say(
            $"Deleting {string.Join(", ", chosen.Reverse().Select(resource => resource.Name))} of {calls.Backend}: "
            + $"{string.Join(", ", settings)}.");
    }

    private async Task<ResourceOutcome> DeleteAsync(ResourceOutline resource, CancellationToken cancellation)
    {
        var waited = resource.Has(Operation.WaitName)
            ? await settling.WaitAsync(resource, cancellation, failureIsExpected: true).ConfigureAwait(false)
            : null;
        if (waited is { Code: ExitCode.TimedOut, Reply.Error: { } error })
        {
            // What cannot be deleted in that state the target refuses, and says so.
            say($"{error} Trying to delete it all the same.");
        }

        var reply = await calls.SendAsync(resource, Operation.DeleteName, cancellation).ConfigureAwait(false);
        var outcome = ResourceOutcome.Answered(resource, reply);
        return outcome.Succeeded || waited is not { Code: ExitCode.TimedOut } ? outcome : outcome with { Code = ExitCode.TimedOut };
    }

    private async Task<BridgeReply?> LookAsync(ResourceOutline resource, CancellationToken cancellation)
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
