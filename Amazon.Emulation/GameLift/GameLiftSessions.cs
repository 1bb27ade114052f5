using System.Text.Json.Nodes;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.GameLift;

/// <summary>GameLift's operations on game sessions and player sessions, as far as a player's way into a game needs them.</summary>
internal sealed class GameLiftSessions(AwsEmulator aws, GameLiftFleets fleets)
{
    public void Register(OperationSet operations)
    {
        operations["CreateGameSession"] = Create;
        operations["DescribeGameSessions"] = Describe;
        operations["DescribeGameSessionDetails"] = DescribeDetails;
        operations["SearchGameSessions"] = Search;
        operations["CreatePlayerSession"] = call => new()
        {
            ["PlayerSession"] = Join(Find(call), [call.Required("PlayerId")])[0].DeepClone(),
        };
        operations["CreatePlayerSessions"] = call => new()
        {
            ["PlayerSessions"] = new JsonArray(
                [.. Join(Find(call), [.. call.Input["PlayerIds"]!.AsArray().Select(id => (string)id!)]).Select(player => player.DeepClone())]),
        };
    }

    private JsonObject Create(AwsCall call)
    {
        var fleet = fleets.Find(call);
        if (fleet.Status != "ACTIVE")
        {
            throw new AwsError("InvalidFleetStatusException", $"Fleet {fleet.Id} is in {fleet.Status} state; it has to be ACTIVE.");
        }

        var session = new GameLiftSession
        {
            Id = $"arn:aws:gamelift:{call.Region}::gamesession/{fleet.Id}/{call.Text("IdempotencyToken") ?? $"gsess-{Guid.NewGuid()}"}",
            Fleet = fleet,
            Name = call.Text("Name"),
            MaximumPlayers = call.Number("MaximumPlayerSessionCount")!.Value,
            Created = aws.Clock.GetUtcNow(),
            Location = call.Text("Location") ?? call.Region,
            LooksLeft = aws.Rules.LooksUntilGameSessionActive,
        };
        aws.Region(call.Region).GameSessions.Add(session);
        return new() { ["GameSession"] = session.ToJson() };
    }

    private JsonObject Describe(AwsCall call)
    {
        var (page, next) = Page(call, Of(call));
        return new() { ["GameSessions"] = new JsonArray([.. page.Select(session => session.Seen())]), ["NextToken"] = next };
    }

    private JsonObject DescribeDetails(AwsCall call)
    {
        var (page, next) = Page(call, Of(call));
        return new()
        {
            ["GameSessionDetails"] = new JsonArray(
                [.. page.Select(session => new JsonObject { ["GameSession"] = session.Seen(), ["ProtectionPolicy"] = "NoProtection" })]),
            ["NextToken"] = next,
        };
    }

    /// <summary>Only ACTIVE sessions are found, and of the filters only the one that our handler uses is known.</summary>
    private JsonObject Search(AwsCall call)
    {
        var free = call.Text("FilterExpression") switch
        {
            null => false,
            "hasAvailablePlayerSessions=true" => true,
            var other => throw new AwsError("InvalidRequestException", $"Invalid filter expression: {other}"),
        };
        var found = Of(call)
            .Where(session => session.Status == "ACTIVE" && (!free || session.Players.Count < session.MaximumPlayers))
            .ToList();
        var (page, next) = Page(call, found);
        return new() { ["GameSessions"] = new JsonArray([.. page.Select(session => session.ToJson())]), ["NextToken"] = next };
    }

    private List<GameLiftSession> Of(AwsCall call)
    {
        if (call.Text("GameSessionId") is not null)
        {
            return [Find(call)];
        }

        if (call.Text("FleetId") is null)
        {
            throw new AwsError("InvalidRequestException", "One of FleetId, AliasId and GameSessionId must be provided.");
        }

        var fleet = fleets.Find(call);
        return aws.Region(call.Region).GameSessions.FindAll(session =>
            session.Fleet == fleet && (call.Text("StatusFilter") is not { } status || session.Status == status));
    }

    private (IReadOnlyList<GameLiftSession> Items, string? Next) Page(AwsCall call, List<GameLiftSession> sessions) => aws.Paging.Page(
        sessions, $"{call.Operation} {call.Text("FleetId")}", call.Number("Limit"), call.Text("NextToken"), GameLiftService.WrongToken);

    private GameLiftSession Find(AwsCall call) =>
        aws.Region(call.Region).GameSessions.Find(session => session.Id == call.Text("GameSessionId"))
        ?? throw new AwsError("NotFoundException", $"Game session {call.Text("GameSessionId")} could not be found.");

    private List<JsonObject> Join(GameLiftSession session, IReadOnlyList<string> players)
    {
        if (session.Status != "ACTIVE")
        {
            throw new AwsError("InvalidGameSessionStatusException", $"Game session {session.Id} is not in a valid state: {session.Status}.");
        }

        if (session.Players.Count + players.Count > session.MaximumPlayers)
        {
            throw new AwsError("GameSessionFullException", $"Game session {session.Id} is full.");
        }

        var joined = players.Select(player => new JsonObject
        {
            ["PlayerSessionId"] = $"psess-{Guid.NewGuid()}",
            ["PlayerId"] = player,
            ["GameSessionId"] = session.Id,
            ["FleetId"] = session.Fleet.Id,
            ["FleetArn"] = session.Fleet.Arn,
            ["CreationTime"] = aws.Clock.GetUtcNow().ToEpoch(),
            ["Status"] = "RESERVED",
            ["IpAddress"] = "203.0.113.7",
            ["DnsName"] = "ec2-203-0-113-7.us-west-2.compute.amazonaws.com",
            ["Port"] = 7777,
        }).ToList();
        session.Players.AddRange(joined);
        return joined;
    }
}
