using Amazon.GameLift;
using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>Points what starts sessions to another fleet.</summary>
/// <param name="context">The operation.</param>
/// <param name="fleetId">The fleet.</param>
internal delegate Task Repoint(AwsContext context, string fleetId);

/// <summary>
/// Replaces a fleet that cannot be changed, without a time in which there is none: a new one, wait until it is ACTIVE, point the functions
/// to it, delete the old one. What was interrupted is continued by the next replacement.
/// </summary>
internal static partial class FleetReplacement
{
    /// <summary>Replaces a fleet.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="old">The fleet.</param>
    /// <param name="repoint">Points the functions to the new one.</param>
    public static async Task<BackendResult> RunAsync(AwsContext context, FleetAttributes old, Repoint repoint)
    {
        var name = old.Name!;
        var scope = new DeletionScope(context, ResourceTags.Of(context, ResourceTags.Fleet));
        var tags = await context.GameLiftTagsAsync(FleetDeletion.ArnOf(context, old)).ConfigureAwait(false);
        if (scope.Take([new Candidate("fleet", name, old.FleetId!, tags)]).Count == 0)
        {
            return scope.Complete(FleetReport.Details(old)) is { Overall: OverallResult.False } left
                ? left
                : BackendResult.Failure(
                    $"The fleet {name} ({old.FleetId}) is another deployment's and is not replaced.",
                    "Choose another prefix, or another --fleet-name.",
                    FleetReport.Details(old));
        }

        var begun = await FindBegunAsync(context, old).ConfigureAwait(false)
            ?? await FleetProvisioner.CreateAsync(context).ConfigureAwait(false);
        LogReplacing(context.Log, name, old.FleetId, begun.FleetId);
        var (current, inTime) = await WaitAsync(context, name, begun).ConfigureAwait(false);
        if (current?.Status != FleetStatus.ACTIVE)
        {
            if (current is not null)
            {
                await FleetEvents.LogNewestAsync(context, current.FleetId!).ConfigureAwait(false);
            }

            return BackendResult.Failure(
                $"The new fleet {name} ({begun.FleetId}) did not become ACTIVE: it "
                + (current is null ? "was deleted" : inTime ? FleetStates.Meaning(current.Status) : $"is still {current.Status!.Value}")
                + $". The old one ({old.FleetId}) is unchanged.",
                "Fix the cause; the log shows its newest events. Then delete the new fleet in the console, and create again with --replace.",
                FleetReport.Details(current ?? begun));
        }

        return await RetireAsync(context, current, old, repoint).ConfigureAwait(false) ?? BackendResult.Success(FleetReport.Details(current));
    }

    /// <summary>Deletes what a replacement has left that was interrupted after its new fleet had become ACTIVE.</summary>
    /// <returns>The failure; null when nothing is left.</returns>
    public static async Task<BackendResult?> CompleteAsync(AwsContext context, FleetAttributes current, Repoint repoint)
    {
        if (current.Status != FleetStatus.ACTIVE)
        {
            return null;
        }

        var own = ResourceTags.Of(context, ResourceTags.Fleet);
        foreach (var other in await context.FleetsNamedAsync(current.Name!).ConfigureAwait(false))
        {
            if (other.FleetId != current.FleetId
                && other.IsInFinalState()
                && own.OwnerOf(await context.GameLiftTagsAsync(FleetDeletion.ArnOf(context, other)).ConfigureAwait(false)) == Owner.ThisDeployment
                && await RetireAsync(context, current, other, repoint).ConfigureAwait(false) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    /// <summary>Points the functions to the new fleet, and deletes the old one.</summary>
    /// <returns>The failure; null when it is done.</returns>
    private static async Task<BackendResult?> RetireAsync(AwsContext context, FleetAttributes current, FleetAttributes old, Repoint repoint)
    {
        await repoint(context, current.FleetId!).ConfigureAwait(false);
        return await FleetDeletion.TryDeleteAsync(context, old).ConfigureAwait(false) is { } remaining
            ? BackendResult.Failure(
                $"The fleet {current.Name} was replaced by {current.FleetId}, but the old one ({old.FleetId}) "
                + $"{FleetStates.Meaning(remaining.Status)} and could not be deleted.",
                "Create the fleet again with --replace once it is ACTIVE or in ERROR, or delete it in the console.",
                FleetReport.Details(current))
            : null;
    }

    /// <summary>A new fleet that an interrupted replacement has begun; null when there is none.</summary>
    private static async Task<FleetAttributes?> FindBegunAsync(AwsContext context, FleetAttributes old)
    {
        foreach (var fleet in await context.FleetsNamedAsync(old.Name!).ConfigureAwait(false))
        {
            if (fleet.FleetId != old.FleetId
                && (fleet.IsProvisioning() || fleet.Status == FleetStatus.ACTIVE)
                && (await FleetDrift.FindAsync(context, fleet).ConfigureAwait(false)).Fixed.Count == 0)
            {
                return fleet;
            }
        }

        return null;
    }

    private static Task<(FleetAttributes? State, bool InTime)> WaitAsync(AwsContext context, string name, FleetAttributes fleet)
    {
        var events = new FleetEvents(context);
        return context.PollAsync(
            async () =>
            {
                var current = (await context.FleetsNamedAsync(name).ConfigureAwait(false)).Find(other => other.FleetId == fleet.FleetId);
                await events.LogNewAsync(fleet.FleetId!).ConfigureAwait(false);
                return current;
            },
            current => current?.IsProvisioning() != true,
            FleetWait.Interval,
            FleetWait.Limit);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Replacing the fleet {Name} ({OldId}) by {NewId}: the old one is deleted once the "
        + "new one is ACTIVE and the functions use it. Until then both are billed")]
    private static partial void LogReplacing(ILogger logger, string name, string? oldId, string? newId);
}
