using Serilog.Events;

namespace FleetBridge.Core.Logs;

/// <summary>The records that say why a request failed or a backend cannot be loaded. A command whose result says the same leaves them
/// out.</summary>
internal static class FailedRequest
{
    /// <summary>The event name of the record about a request.</summary>
    public const string EventName = "RequestFailed";

    /// <summary>The event name of the record about a backend.</summary>
    public const string NotLoadedEventName = "BackendNotLoaded";

    private const string EventIdProperty = "EventId";

    /// <summary>Whether an event says why a request failed.</summary>
    public static bool IsLoggedBy(LogEvent logEvent) => NameOf(logEvent) == EventName;

    /// <summary>The reason that such an event has; null for any other.</summary>
    public static string? ReasonOf(LogEvent logEvent) => NameOf(logEvent) switch
    {
        EventName => Text(logEvent, "Error"),
        NotLoadedEventName => Text(logEvent, "Problem"),
        _ => null,
    };

    private static string? NameOf(LogEvent logEvent) =>
        logEvent.Properties.TryGetValue(EventIdProperty, out var id) && id is StructureValue { Properties: var parts }
            ? parts.Where(part => part.Name == "Name").Select(part => (part.Value as ScalarValue)?.Value as string).FirstOrDefault()
            : null;

    private static string? Text(LogEvent logEvent, string property) =>
        logEvent.Properties.TryGetValue(property, out var value) ? (value as ScalarValue)?.Value as string : null;
}
