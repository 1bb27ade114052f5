using System.Text.Json.Nodes;
using Amazon.GameLift;
using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>The fleet of EC2 instances that runs the build.</summary>
internal sealed partial class Fleet(AwsClients clients) : AwsResource(clients)
{
    /// <summary>How many of the newest events are told.</summary>
    private const int EventsShown = 5;

    private static readonly TimeSpan StatePause = TimeSpan.FromSeconds(10);

    /// <summary>GameLift itself gives up on a fleet after less.</summary>
    private static readonly TimeSpan StateLimit = TimeSpan.FromHours(2);

    /// <inheritdoc/>
    public override string Path => "deployment/fleet";

    /// <inheritdoc/>
    public override IReadOnlyList<string> DependsOn => ["deployment/uploaded_build"];

    /// <inheritdoc/>
    public override string CostOfKeeping =>
        "Its instances are billed by the hour for as long as it is there, with or without players.";

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations =>
    [
        Operation.Check(OnAws(CheckAsync)),
        Operation.Create(OnAws(CreateAsync)),
        Operation.Delete(OnAws(DeleteAsync)),
        AwsConsole.Browse("gamelift/fleets?region=[region]"),
        Operation.Wait(OnAws(WaitAsync)),
    ];

    private static async Task<BackendResult> CheckAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.FleetName];
        LogChecking(context.Log, name, context.Region);
        var fleet = (await context.FleetsNamedAsync(name).ConfigureAwait(false)).Current();
        if (fleet is null)
        {
            return Absent(name, context.Region);
        }

        LogState(context.Log, name, fleet.FleetId, FleetStates.Meaning(fleet.Status), fleet.Status!.Value);
        if (fleet.Status == FleetStatus.ACTIVE)
        {
            return BackendResult.Success(Details(fleet));
        }

        await FleetEvents.LogNewestAsync(context, fleet.FleetId!, EventsShown).ConfigureAwait(false);
        return NotActive(name, fleet);
    }

    private static async Task<BackendResult> CreateAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.FleetName];
        if ((await context.FleetsNamedAsync(name).ConfigureAwait(false)).Current() is { } existing && !existing.IsTerminating())
        {
            LogState(context.Log, name, existing.FleetId, FleetStates.Meaning(existing.Status), existing.Status!.Value);
            if (existing.Status == FleetStatus.ERROR)
            {
                await FleetEvents.LogNewestAsync(context, existing.FleetId!, EventsShown).ConfigureAwait(false);
                return BackendResult.Failure(
                    $"The fleet {name} ({existing.FleetId}) exists and has ended in an error.",
                    "The log has its newest events. Delete the fleet, mend the cause, and create it again.",
                    Details(existing));
            }

            LogExists(context.Log, name, existing.FleetId);
            return BackendResult.Success(Details(existing));
        }

        return BackendResult.Success(Details(await FleetProvisioner.CreateAsync(context).ConfigureAwait(false)));
    }

    private static async Task<BackendResult> DeleteAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.FleetName];
        var all = await context.FleetsNamedAsync(name).ConfigureAwait(false);
        var fleets = all.Where(fleet => !fleet.IsTerminating()).ToList();
        if (fleets.Count == 0)
        {
            if (all.Find(fleet => fleet.Status == FleetStatus.DELETING) is { } going)
            {
                LogState(context.Log, name, going.FleetId, FleetStates.Meaning(going.Status), going.Status!.Value);
                return BackendResult.Success(Details(going));
            }

            LogNothingToDelete(context.Log, name, context.Region);
            return BackendResult.Success(new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState });
        }

        var deleted = new JsonArray();
        var notYet = new List<FleetAttributes>();
        foreach (var fleet in fleets)
        {
            if (!fleet.IsSettled())
            {
                notYet.Add(fleet);
            }
            else if (await TryDeleteAsync(context, name, fleet).ConfigureAwait(false) is { } left)
            {
                notYet.Add(left);
            }
            else
            {
                deleted.Add((JsonNode?)fleet.FleetId);
            }
        }

        if (notYet.Count > 0)
        {
            var details = Details(notYet[0]);
            details["Deleted"] = deleted;
            return BackendResult.Failure(
                string.Join(" ", notYet.Select(fleet =>
                    $"The fleet {name} ({fleet.FleetId}) {FleetStates.Meaning(fleet.Status)} ({fleet.Status!.Value}); GameLift deletes "
                    + "only fleets that are ACTIVE or in ERROR.")),
                "Wait until it has finished ('fleetbridge check fleet --wait'), then delete it.",
                details);
        }

        return BackendResult.Success(new JsonObject
        {
            [BackendResult.StateDetail] = FleetStatus.DELETING.Value,
            ["Deleted"] = deleted,
        });
    }

    /// <summary>Asks for the end of a fleet; gives the fleet as it is now when that cannot be.</summary>
    private static async Task<FleetAttributes?> TryDeleteAsync(AwsContext context, string name, FleetAttributes fleet)
    {
        LogDeleting(context.Log, name, fleet.FleetId);
        try
        {
            await context.Clients.GameLift.DeleteFleetAsync(
                new DeleteFleetRequest { FleetId = fleet.FleetId }, context.Cancellation).ConfigureAwait(false);
        }
        catch (NotFoundException)
        {
            // somebody else has deleted it
        }
        catch (InvalidFleetStatusException)
        {
            // It has left its state meanwhile; most likely somebody else has deleted it, or a call whose answer was lost.
            var now = (await context.FleetsNamedAsync(name).ConfigureAwait(false)).Find(other => other.FleetId == fleet.FleetId);
            if (now?.IsTerminating() == false)
            {
                return now;
            }
        }

        LogDeleted(context.Log, name, fleet.FleetId);
        return null;
    }

    private static async Task<BackendResult> WaitAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.FleetName];
        LogWaiting(context.Log, name, context.Region);
        var events = new FleetEvents(context);
        FleetAttributes? told = null;
        var (fleet, inTime) = await context.UntilAsync(
            async () =>
            {
                var current = (await context.FleetsNamedAsync(name).ConfigureAwait(false)).Current();
                if (current is null)
                {
                    return null;
                }

                if (current.Status != told?.Status || current.FleetId != told?.FleetId)
                {
                    LogState(context.Log, name, current.FleetId, FleetStates.Meaning(current.Status), current.Status!.Value);
                }

                // one that was settled all the time may have months of events
                if (told is not null || current.IsProvisioning())
                {
                    await events.LogNewAsync(current.FleetId!).ConfigureAwait(false);
                }
                else if (current.Status != FleetStatus.ACTIVE)
                {
                    await FleetEvents.LogNewestAsync(context, current.FleetId!, EventsShown).ConfigureAwait(false);
                }

                return told = current;
            },
            current => current?.IsProvisioning() != true,
            StatePause,
            StateLimit).ConfigureAwait(false);
        return fleet switch
        {
            null => Absent(name, context.Region),
            _ when fleet.Status == FleetStatus.ACTIVE => BackendResult.Success(Details(fleet)),
            _ when !inTime => BackendResult.Failure(
                $"The fleet {name} ({fleet.FleetId}) is still {fleet.Status!.Value} after {StateLimit.TotalHours:0} hours.",
                "Look at its events in the console; delete it when it has ended in an error.",
                Details(fleet)),
            _ => NotActive(name, fleet),
        };
    }

    private static BackendResult Absent(string name, string region) => BackendResult.Failure(
        $"There is no fleet named {name} in {region}.",
        "Create it, once the build is uploaded.",
        new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState });

    private static BackendResult NotActive(string name, FleetAttributes fleet) => BackendResult.Failure(
        $"The fleet {name} ({fleet.FleetId}) is not ACTIVE: it {FleetStates.Meaning(fleet.Status)} ({fleet.Status!.Value}).",
        fleet.IsProvisioning()
            ? "It becomes active some 10 to 30 minutes after it was created; check it again, or wait with 'fleetbridge check fleet --wait'."
            : fleet.IsTerminating()
                ? "It will be gone within some minutes; a new one can be created meanwhile."
                : "The log has its newest events; delete it, mend the cause, and create it again.",
        Details(fleet));

    private static JsonObject Details(FleetAttributes fleet) => new()
    {
        [BackendResult.StateDetail] = fleet.Status?.Value,
        ["Fleet Id"] = fleet.FleetId,
        ["Fleet ARN"] = fleet.FleetArn,
        ["Build Id"] = fleet.BuildId,
        ["Instance Type"] = fleet.InstanceType?.Value,
        ["Created"] = Detail.Time(fleet.CreationTime),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Looking for the fleet {Name} in {Region}")]
    private static partial void LogChecking(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Following the fleet {Name} in {Region} until it is ACTIVE or in ERROR")]
    private static partial void LogWaiting(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "The fleet {Name} ({FleetId}) {Meaning} ({State})")]
    private static partial void LogState(ILogger logger, string name, string? fleetId, string meaning, string state);

    [LoggerMessage(Level = LogLevel.Information, Message = "The fleet {Name} ({FleetId}) exists already; nothing to create")]
    private static partial void LogExists(ILogger logger, string name, string? fleetId);

    [LoggerMessage(Level = LogLevel.Information, Message = "There is no fleet {Name} in {Region}; nothing to delete")]
    private static partial void LogNothingToDelete(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting the fleet {Name} ({FleetId})")]
    private static partial void LogDeleting(ILogger logger, string name, string? fleetId);

    [LoggerMessage(Level = LogLevel.Information, Message = "GameLift is deleting the fleet {Name} ({FleetId}); its instances end within "
        + "some minutes")]
    private static partial void LogDeleted(ILogger logger, string name, string? fleetId);
}
