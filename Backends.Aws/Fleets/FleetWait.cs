using Amazon.GameLift;
using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>Waits until a fleet is ACTIVE or in ERROR, and logs each status and each event on the way once.</summary>
internal static partial class FleetWait
{
    /// <summary>The time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>GameLift itself gives up on a fleet earlier.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromHours(2);

    /// <summary>Waits.</summary>
    public static async Task<BackendResult> RunAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.FleetName];
        LogWaiting(context.Log, name, context.Region);
        var events = new FleetEvents(context);
        FleetAttributes? previous = null;
        var (fleet, inTime) = await context.PollAsync(
            async () =>
            {
                var current = (await context.FleetsNamedAsync(name).ConfigureAwait(false)).Current();
                if (current is not null)
                {
                    await LogChangesAsync(context, events, previous, current).ConfigureAwait(false);
                }

                return previous = current;
            },
            current => current?.IsProvisioning() != true,
            Interval,
            Limit).ConfigureAwait(false);
        return fleet switch
        {
            null => FleetReport.Absent(context, name),
            _ when fleet.Status == FleetStatus.ACTIVE => BackendResult.Success(FleetReport.Details(fleet)),
            _ when !inTime => BackendResult.Failure(
                $"The fleet {name} ({fleet.FleetId}) is still {fleet.Status!.Value} after {Limit.TotalHours:0} hours.",
                "Check its events in the console; delete it if it is in ERROR.",
                FleetReport.Details(fleet)),
            _ => FleetReport.NotActive(fleet),
        };
    }

    private static async Task LogChangesAsync(
        AwsContext context, FleetEvents events, FleetAttributes? previous, FleetAttributes current)
    {
        if (current.Status != previous?.Status || current.FleetId != previous?.FleetId)
        {
            FleetReport.LogStatus(context, current);
        }

        // a fleet that was in a final state from the start may have months of events
        if (previous is not null || current.IsProvisioning())
        {
            await events.LogNewAsync(current.FleetId!).ConfigureAwait(false);
        }
        else if (current.Status != FleetStatus.ACTIVE)
        {
            await FleetEvents.LogNewestAsync(context, current.FleetId!).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting until the fleet {Name} in {Region} is ACTIVE or in ERROR")]
    private static partial void LogWaiting(ILogger logger, string name, string region);
}
