using System.Text.Json.Nodes;
using Amazon.GameLift;
using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>Deletes the fleets of a name. GameLift deletes only fleets that are ACTIVE or in ERROR.</summary>
internal static partial class FleetDeletion
{
    /// <summary>Deletes them; fails when one of them cannot be deleted yet.</summary>
    public static async Task<BackendResult> RunAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.FleetName];
        var all = await context.FleetsNamedAsync(name).ConfigureAwait(false);
        var fleets = all.Where(fleet => !fleet.IsTerminating()).ToList();
        if (fleets.Count == 0)
        {
            if (all.Find(fleet => fleet.Status == FleetStatus.DELETING) is { } deleting)
            {
                FleetReport.LogStatus(context, deleting);
                return BackendResult.Success(FleetReport.Details(deleting));
            }

            context.LogNothingToDelete("fleet", name);
            return BackendResult.Success(new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState });
        }

        var scope = new DeletionScope(context, ResourceTags.Of(context, ResourceTags.Fleet));
        var taken = scope.Take(await Task.WhenAll(fleets.Select(async fleet => new Candidate(
            "fleet", name, fleet.FleetId!, await context.GameLiftTagsAsync(ArnOf(context, fleet)).ConfigureAwait(false)))).ConfigureAwait(false));
        var deleted = new JsonArray();
        var notYet = new List<FleetAttributes>();
        foreach (var fleet in fleets.Where(fleet => taken.Any(candidate => candidate.Id == fleet.FleetId)))
        {
            if (!fleet.IsInFinalState())
            {
                notYet.Add(fleet);
            }
            else if (await TryDeleteAsync(context, fleet).ConfigureAwait(false) is { } remaining)
            {
                notYet.Add(remaining);
            }
            else
            {
                deleted.Add((JsonNode?)fleet.FleetId);
            }
        }

        var details = notYet.Count > 0
            ? FleetReport.Details(notYet[0])
            : new JsonObject
            {
                [BackendResult.StateDetail] = deleted.Count > 0 ? FleetStatus.DELETING.Value : BackendResult.AbsentState,
            };
        details["Deleted"] = deleted;
        var result = scope.Complete(details);
        return notYet.Count == 0
            ? result
            : BackendResult.Failure(
                string.Join(" ", notYet.Select(fleet =>
                    $"The fleet {name} ({fleet.FleetId}) {FleetStates.Meaning(fleet.Status)} ({fleet.Status!.Value}); GameLift deletes "
                    + "only fleets that are ACTIVE or in ERROR.")),
                "Wait until it has finished ('fleetbridge check fleet --wait'), then delete it.",
                details);
    }

    /// <summary>The ARN of a fleet, which some responses lack.</summary>
    public static string ArnOf(AwsContext context, FleetAttributes fleet) => fleet.FleetArn
        ?? $"arn:{context.Clients.Region.PartitionName}:gamelift:{context.Region}::fleet/{fleet.FleetId}";

    /// <summary>Requests a fleet's deletion; returns its current state when GameLift does not delete it.</summary>
    public static async Task<FleetAttributes?> TryDeleteAsync(AwsContext context, FleetAttributes fleet)
    {
        LogDeleting(context.Log, fleet.Name, fleet.FleetId);
        try
        {
            await context.Clients.GameLift.DeleteFleetAsync(
                new DeleteFleetRequest { FleetId = fleet.FleetId }, context.Cancellation)
                .IgnoreAsync<NotFoundException>().ConfigureAwait(false);
        }
        catch (InvalidFleetStatusException)
        {
            // Its state has changed; most likely another client has deleted it, or a call whose response was lost.
            var current = (await context.FleetsNamedAsync(fleet.Name!).ConfigureAwait(false)).Find(other => other.FleetId == fleet.FleetId);
            if (current?.IsTerminating() == false)
            {
                return current;
            }
        }

        LogDeleted(context.Log, fleet.Name, fleet.FleetId);
        return null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting the fleet {Name} ({FleetId})")]
    private static partial void LogDeleting(ILogger logger, string? name, string? fleetId);

    [LoggerMessage(Level = LogLevel.Information, Message = "GameLift is deleting the fleet {Name} ({FleetId}); its instances end within "
        + "minutes")]
    private static partial void LogDeleted(ILogger logger, string? name, string? fleetId);
}
