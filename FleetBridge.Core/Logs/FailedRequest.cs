using Serilog.Events;

namespace FleetBridge.Core.Logs;

/// <summary>The record that says why a request failed. A command whose result says the same leaves it out.</summary>
internal static class FailedRequest
{
    /// <summary>The record's event name.</summary>
    public const string EventName = "RequestFailed";

    private const string EventIdProperty = "EventId";

    /// <summary>Whether an event is such a record.</summary>
    public static bool IsLoggedBy(LogEvent logEvent) =>
        logEvent.Properties.TryGetValue(EventIdProperty, out var id)
        && id is StructureValue { Properties: var parts }
        && parts.Any(part => part is { Name: "Name", Value: ScalarValue { Value: EventName } });
}
