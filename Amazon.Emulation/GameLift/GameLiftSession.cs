using Amazon.Emulation.GameLift.Model;

namespace Amazon.Emulation.GameLift;

/// <summary>A game session on a fleet, with its players.</summary>
internal sealed class GameLiftSession
{
    public required string Id { get; init; }

    public required GameLiftFleet Fleet { get; init; }

    public required string? Name { get; init; }

    public required int MaximumPlayers { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>The region in which its server runs.</summary>
    public required string Location { get; init; }

    /// <summary>ACTIVATING until it was looked at often enough, then ACTIVE.</summary>
    public string Status { get; set; } = "ACTIVATING";

    /// <summary>How often it is still looked at before it is ACTIVE.</summary>
    public int LooksLeft { get; set; }

    /// <summary>The players who have a place in it.</summary>
    public List<PlayerSession> Players { get; } = [];

    /// <summary>Counts a look; the state that is seen is the one before.</summary>
    public GameSession Seen()
    {
        var seen = ToShape();
        if (Status == "ACTIVATING" && LooksLeft-- <= 0)
        {
            Status = "ACTIVE";
        }

        return seen;
    }

    /// <summary>The session as the API describes it.</summary>
    public GameSession ToShape() => new()
    {
        GameSessionId = Id,
        Name = Name,
        FleetId = Fleet.Id,
        FleetArn = Fleet.Arn,
        CreationTime = Created,
        CurrentPlayerSessionCount = Players.Count,
        MaximumPlayerSessionCount = MaximumPlayers,
        Status = Status,
        IpAddress = "203.0.113.7",
        DnsName = "ec2-203-0-113-7.us-west-2.compute.amazonaws.com",
        Port = 7777,
        PlayerSessionCreationPolicy = "ACCEPT_ALL",
        Location = Location,
    };
}
