using System.Text.Json.Serialization;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.Sessions;

/// <summary>GameLift's GameSession as the session routes write it: its member names, times as ISO 8601 texts, absent members left out.</summary>
internal sealed record SessionGame
{
    public required string GameSessionId { get; init; }

    public string? Name { get; init; }

    public required string FleetId { get; init; }

    public string? FleetArn { get; init; }

    public DateTimeOffset? CreationTime { get; init; }

    public DateTimeOffset? TerminationTime { get; init; }

    public int CurrentPlayerSessionCount { get; init; }

    public int MaximumPlayerSessionCount { get; init; }

    public required string Status { get; init; }

    public string? StatusReason { get; init; }

    public IReadOnlyList<GameProperty> GameProperties { get; init; } = [];

    public string? IpAddress { get; init; }

    public string? DnsName { get; init; }

    public int? Port { get; init; }

    public string? PlayerSessionCreationPolicy { get; init; }

    public string? CreatorId { get; init; }

    public string? GameSessionData { get; init; }

    public string? MatchmakerData { get; init; }

    public string? Location { get; init; }

    public string? ComputeName { get; init; }

    [JsonIgnore]
    public bool IsActive => Status == nameof(GameSessionStatus.ACTIVE);

    /// <summary>It is, or becomes, ACTIVE.</summary>
    [JsonIgnore]
    public bool IsLiving => IsActive || Status == nameof(GameSessionStatus.ACTIVATING);

    /// <summary>A player can get a place in it.</summary>
    [JsonIgnore]
    public bool IsJoinable => IsActive
        && PlayerSessionCreationPolicy != nameof(Model.PlayerSessionCreationPolicy.DENY_ALL)
        && CurrentPlayerSessionCount < MaximumPlayerSessionCount;

    /// <summary>The id without the fleet and the location: the idempotency token, where the session was created with one.</summary>
    [JsonIgnore]
    public string ShortId => GameSessionId[(GameSessionId.LastIndexOf('/') + 1)..];
}

/// <summary>GameLift's PlayerSession as the session routes write it.</summary>
internal sealed record SessionPlayer
{
    public required string PlayerSessionId { get; init; }

    public required string PlayerId { get; init; }

    public required string GameSessionId { get; init; }

    public string? FleetId { get; init; }

    public string? FleetArn { get; init; }

    public DateTimeOffset? CreationTime { get; init; }

    public DateTimeOffset? TerminationTime { get; init; }

    public required string Status { get; init; }

    public string? IpAddress { get; init; }

    public string? DnsName { get; init; }

    public int? Port { get; init; }

    public string? PlayerData { get; init; }

    /// <summary>It takes a slot.</summary>
    [JsonIgnore]
    public bool IsPresent => Status is nameof(PlayerSessionStatus.RESERVED) or nameof(PlayerSessionStatus.ACTIVE);
}

/// <summary>The JSON of both.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionPlayer))]
[JsonSerializable(typeof(IReadOnlyList<SessionGame>))]
internal sealed partial class SessionJson : JsonSerializerContext;
