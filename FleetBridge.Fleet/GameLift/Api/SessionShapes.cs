using FleetBridge.Fleet.Model;
using Shape = Amazon.Emulation.GameLift.Model;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>Game sessions, player sessions, queues and placements between the API's shapes and the model's records.</summary>
internal static class SessionShapes
{
    public static Shape.GameSession ToShape(this GameSession session, string? fleetArn) => new()
    {
        GameSessionId = session.GameSessionId,
        Name = session.Name,
        FleetId = session.FleetId,
        FleetArn = fleetArn,
        CreationTime = session.CreationTime,
        TerminationTime = session.TerminationTime,
        CurrentPlayerSessionCount = session.CurrentPlayerSessionCount,
        MaximumPlayerSessionCount = session.MaximumPlayerSessionCount,
        Status = Name(session.Status),
        StatusReason = session.StatusReason?.ToString(),
        GameProperties = ToShape(session.GameProperties),
        IpAddress = session.IpAddress,
        DnsName = session.DnsName,
        Port = session.Port,
        PlayerSessionCreationPolicy = Name(session.PlayerSessionCreationPolicy),
        CreatorId = session.CreatorId,
        GameSessionData = session.GameSessionData,
        MatchmakerData = session.MatchmakerData,
        Location = session.Location,
        ComputeName = session.ComputeName,
    };

    public static Shape.PlayerSession ToShape(this PlayerSession session, string? fleetArn) => new()
    {
        PlayerSessionId = session.PlayerSessionId,
        PlayerId = session.PlayerId,
        GameSessionId = session.GameSessionId,
        FleetId = session.FleetId,
        FleetArn = fleetArn,
        CreationTime = session.CreationTime,
        TerminationTime = session.TerminationTime,
        Status = session.Status.ToString(),
        IpAddress = session.IpAddress,
        DnsName = session.DnsName,
        Port = session.Port,
        PlayerData = session.PlayerData,
    };

    public static Shape.GameSessionQueue ToShape(this GameSessionQueue queue) => new()
    {
        Name = queue.Name,
        GameSessionQueueArn = queue.GameSessionQueueArn,
        TimeoutInSeconds = queue.TimeoutInSeconds,
        Destinations = [.. queue.Destinations.Select(arn => new Shape.GameSessionQueueDestination { DestinationArn = arn })],
        PlayerLatencyPolicies = queue.PlayerLatencyPolicies is { } policies
            ?
            [
                .. policies.Select(policy => new Shape.PlayerLatencyPolicy
                {
                    MaximumIndividualPlayerLatencyMilliseconds = policy.MaximumIndividualPlayerLatencyMilliseconds,
                    PolicyDurationSeconds = policy.PolicyDurationSeconds,
                }),
            ]
            : null,
        FilterConfiguration = queue.AllowedLocations is { } allowed ? new() { AllowedLocations = [.. allowed] } : null,
        PriorityConfiguration = queue.PriorityOrder is null && queue.LocationOrder is null
            ? null
            : new() { PriorityOrder = queue.PriorityOrder?.ToList(), LocationOrder = queue.LocationOrder?.ToList() },
        CustomEventData = queue.CustomEventData,
        NotificationTarget = queue.NotificationTarget,
    };

    public static Shape.GameSessionPlacement ToShape(this Placement placement)
    {
        // the session that is still ACTIVATING is not the placement's yet
        var isFulfilled = placement.Status == PlacementStatus.FULFILLED;
        var gameSessionId = isFulfilled ? placement.GameSessionId : null;
        return new()
        {
            PlacementId = placement.PlacementId,
            GameSessionQueueName = placement.GameSessionQueueName,
            Status = placement.Status.ToString(),
            GameProperties = ToShape(placement.GameProperties),
            MaximumPlayerSessionCount = placement.MaximumPlayerSessionCount,
            GameSessionName = placement.GameSessionName,
            GameSessionData = placement.GameSessionData,
            MatchmakerData = placement.MatchmakerData,
            PlayerLatencies = placement.PlayerLatencies is { } latencies ? [.. latencies.Select(ToShape)] : null,
            StartTime = placement.StartTime,
            EndTime = placement.EndTime,
            GameSessionId = gameSessionId,
            GameSessionArn = gameSessionId,
            GameSessionRegion = isFulfilled ? placement.GameSessionRegion : null,
            IpAddress = isFulfilled ? placement.IpAddress : null,
            DnsName = isFulfilled ? placement.DnsName : null,
            Port = isFulfilled ? placement.Port : null,
            PlacedPlayerSessions = isFulfilled
                ? [.. placement.PlacedPlayerSessions.Select(ToShape)]
                : null,
        };
    }

    public static List<GameProperty> ToModel(this List<Shape.GameProperty>? properties) =>
        [.. (properties ?? []).Select(property => new GameProperty(property.Key!, property.Value!))];

    public static PlayerLatency ToModel(this Shape.PlayerLatency latency) =>
        new(latency.PlayerId ?? "", latency.RegionIdentifier, latency.LatencyInMilliseconds ?? 0);

    /// <summary>A filter's status, which the API's model does not list.</summary>
    /// <exception cref="ApiException">It is none of the allowed.</exception>
    public static T? ToStatus<T>(string member, string? status, params ReadOnlySpan<T> allowed)
        where T : struct, Enum
    {
        if (status is null)
        {
            return null;
        }

        foreach (var one in allowed)
        {
            if (one.ToString().Equals(status, StringComparison.Ordinal))
            {
                return one;
            }
        }

        throw ApiException.Invalid($"{member} is {status}; it can be {string.Join(", ", allowed.ToArray())}.");
    }

    private static Shape.PlacedPlayerSession ToShape(PlacedPlayerSession placed) =>
        new() { PlayerId = placed.PlayerId, PlayerSessionId = placed.PlayerSessionId };

    private static Shape.PlayerLatency ToShape(PlayerLatency latency) => new()
    {
        PlayerId = latency.PlayerId,
        RegionIdentifier = latency.RegionIdentifier,
        LatencyInMilliseconds = (float)latency.LatencyInMilliseconds,
    };

    private static List<Shape.GameProperty> ToShape(IReadOnlyList<GameProperty> properties)
    {
        var shapes = new List<Shape.GameProperty>(properties.Count);
        foreach (var property in properties)
        {
            shapes.Add(new() { Key = property.Key, Value = property.Value });
        }

        return shapes;
    }

    // an enum's own ToString looks the name up; these two are in every session that is read
    private static string Name(GameSessionStatus status) => status switch
    {
        GameSessionStatus.ACTIVE => nameof(GameSessionStatus.ACTIVE),
        GameSessionStatus.ACTIVATING => nameof(GameSessionStatus.ACTIVATING),
        GameSessionStatus.TERMINATED => nameof(GameSessionStatus.TERMINATED),
        _ => status.ToString(),
    };

    private static string Name(PlayerSessionCreationPolicy policy) =>
        policy == PlayerSessionCreationPolicy.ACCEPT_ALL ? nameof(PlayerSessionCreationPolicy.ACCEPT_ALL) : policy.ToString();
}
