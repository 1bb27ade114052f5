using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>Tells what happened to a fleet, each event once.</summary>
internal sealed partial class FleetEvents(AwsContext context)
{
    private const int PageSize = 50;

    private readonly HashSet<string> _told = [];

    /// <summary>Logs a fleet's newest events, oldest of them first.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="fleetId">The fleet.</param>
    /// <param name="count">At most so many.</param>
    public static async Task LogNewestAsync(AwsContext context, string fleetId, int count)
    {
        foreach (var fleetEvent in (await AllAsync(context, fleetId).ConfigureAwait(false)).TakeLast(count))
        {
            Log(context, fleetEvent);
        }
    }

    /// <summary>Logs what has happened since the last call, oldest first.</summary>
    /// <param name="fleetId">The fleet.</param>
    public async Task LogNewAsync(string fleetId)
    {
        foreach (var fleetEvent in await AllAsync(context, fleetId).ConfigureAwait(false))
        {
            if (fleetEvent.EventId is { } id && _told.Add(id))
            {
                Log(context, fleetEvent);
            }
        }
    }

    /// <summary>A fleet's events, oldest first; none when it is gone meanwhile.</summary>
    private static async Task<IReadOnlyList<Event>> AllAsync(AwsContext context, string fleetId)
    {
        var events = new List<Event>();
        var all = Pages.AllAsync(
            token => context.Clients.GameLift.DescribeFleetEventsAsync(
                new DescribeFleetEventsRequest { FleetId = fleetId, Limit = PageSize, NextToken = token }, context.Cancellation),
            page => page.Events,
            page => page.NextToken,
            context.Cancellation);
        try
        {
            await foreach (var fleetEvent in all.ConfigureAwait(false))
            {
                events.Add(fleetEvent);
            }
        }
        catch (NotFoundException)
        {
            return [];
        }

        // They come newest first, and several have the same second: only turned round do those stay in their order.
        events.Reverse();
        return [.. events.OrderBy(fleetEvent => fleetEvent.EventTime)];
    }

    private static void Log(AwsContext context, Event fleetEvent) =>
        LogEvent(context.Log, Detail.Time(fleetEvent.EventTime) ?? "", fleetEvent.EventCode, fleetEvent.Message ?? "");

    [LoggerMessage(Level = LogLevel.Information, Message = "Event of {Time}: {Code} {Message}")]
    private static partial void LogEvent(ILogger logger, string time, string? code, string message);
}
