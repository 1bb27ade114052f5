using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>Logs a fleet's events, each once.</summary>
internal sealed partial class FleetEvents(AwsContext context)
{
    private const int PageSize = 50;

    /// <summary>Enough to show why a fleet is in ERROR.</summary>
    private const int NewestShown = 5;

    private readonly HashSet<string> _logged = [];

    /// <summary>Logs a fleet's newest events, the oldest of them first.</summary>
    public static async Task LogNewestAsync(AwsContext context, string fleetId)
    {
        foreach (var fleetEvent in (await AllAsync(context, fleetId).ConfigureAwait(false)).TakeLast(NewestShown))
        {
            Log(context, fleetEvent);
        }
    }

    /// <summary>Logs what has happened since the last call, oldest first.</summary>
    public async Task LogNewAsync(string fleetId)
    {
        foreach (var fleetEvent in await AllAsync(context, fleetId).ConfigureAwait(false))
        {
            if (fleetEvent.EventId is { } id && _logged.Add(id))
            {
                Log(context, fleetEvent);
            }
        }
    }

    /// <summary>A fleet's events, oldest first; none when it no longer exists.</summary>
    private static async Task<IReadOnlyList<Event>> AllAsync(AwsContext context, string fleetId)
    {
        try
        {
            var events = await Pages.AllAsync(
                token => context.Clients.GameLift.DescribeFleetEventsAsync(
                    new DescribeFleetEventsRequest { FleetId = fleetId, Limit = PageSize, NextToken = token }, context.Cancellation),
                page => page.Events,
                page => page.NextToken,
                context.Cancellation).ToListAsync(context.Cancellation).ConfigureAwait(false);

            // They come newest first, and several share a second: reversed before the stable sort, those keep their order.
            events.Reverse();
            return [.. events.OrderBy(fleetEvent => fleetEvent.EventTime)];
        }
        catch (NotFoundException)
        {
            return [];
        }
    }

    private static void Log(AwsContext context, Event fleetEvent) =>
        LogEvent(context.Log, fleetEvent.EventTime.ToIso8601() ?? "", fleetEvent.EventCode, fleetEvent.Message ?? "");

    [LoggerMessage(Level = LogLevel.Information, Message = "Event of {Time}: {Code} {Message}")]
    private static partial void LogEvent(ILogger logger, string time, string? code, string message);
}
