using FleetBridge.Fleet.Model;

namespace FleetBridge.Tests.Unit.Fleet.GameLift.Search;

/// <summary>Game sessions to search.</summary>
internal static class SearchedSessions
{
    /// <summary>A session with numbers that a table can name.</summary>
    public static GameSession One(
        int number = 1, string? name = "one", int players = 1, int maximum = 4, long created = 1_000, GameSessionStatus status = GameSessionStatus.ACTIVE,
        params (string Key, string Value)[] properties) => new()
        {
            GameSessionId = $"arn:aws:gamelift:us-west-2::gamesession/fleet-local/custom-local/gsess-{number}",
            Name = name,
            FleetId = "fleet-local",
            ProcessId = $"process-{number}",
            ComputeName = "local",
            Location = "custom-local",
            Status = status,
            CreationTime = DateTimeOffset.FromUnixTimeMilliseconds(created),
            MaximumPlayerSessionCount = maximum,
            CurrentPlayerSessionCount = players,
            GameProperties = [.. properties.Select(property => new GameProperty(property.Key, property.Value))],
            IpAddress = "127.0.0.1",
            Port = 7777,
            Number = number,
        };
}
