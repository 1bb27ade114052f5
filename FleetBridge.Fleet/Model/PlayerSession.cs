using System.Text.Json.Serialization;

namespace FleetBridge.Fleet.Model;

/// <summary>GameLift's PlayerSessionStatus, in its spelling.</summary>
internal enum PlayerSessionStatus { RESERVED, ACTIVE, COMPLETED, TIMEDOUT }

/// <summary>A player's place in a game session.</summary>
internal sealed record PlayerSession : IRecord
{
    /// <summary><c>psess-</c> and a UUID.</summary>
    public required string PlayerSessionId { get; init; }

    public required string PlayerId { get; init; }

    public required string GameSessionId { get; init; }

    public required string FleetId { get; init; }

    public required DateTimeOffset CreationTime { get; init; }

    public DateTimeOffset? TerminationTime { get; init; }

    public required PlayerSessionStatus Status { get; init; }

    public required string IpAddress { get; init; }

    public string? DnsName { get; init; }

    public required int Port { get; init; }

    public string? PlayerData { get; init; }

    /// <summary>The order in which player sessions were made.</summary>
    public long Number { get; init; }

    /// <summary>When a reservation ends, on the model's steady clock; not stored.</summary>
    [JsonIgnore]
    public DateTimeOffset Deadline { get; init; }

    /// <summary>Takes a slot of its game session.</summary>
    [JsonIgnore]
    public bool TakesSlot => Status is PlayerSessionStatus.RESERVED or PlayerSessionStatus.ACTIVE;

    string IRecord.Key => PlayerSessionId;
}

/// <summary>A player to reserve a slot for.</summary>
internal sealed record NewPlayer(string PlayerId, string? PlayerData);
