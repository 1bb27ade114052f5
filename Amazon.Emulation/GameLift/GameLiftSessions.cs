using Amazon.Emulation.GameLift.Model;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.GameLift;

/// <summary>GameLift's operations on game sessions and player sessions, as far as a player's way into a game needs them.</summary>
internal sealed class GameLiftSessions(AwsEmulator aws, GameLiftFleets fleets)
{
    public void Register(OperationSet operations)
    {
        operations.Add<CreateGameSessionRequest, CreateGameSessionResponse>("CreateGameSession", Create);
        operations.Add<DescribeGameSessionsRequest, DescribeGameSessionsResponse>("DescribeGameSessions", Describe);
        operations.Add<DescribeGameSessionDetailsRequest, DescribeGameSessionDetailsResponse>("DescribeGameSessionDetails", DescribeDetails);
        operations.Add<SearchGameSessionsRequest, SearchGameSessionsResponse>("SearchGameSessions", Search);
        operations.Add<CreatePlayerSessionRequest, CreatePlayerSessionResponse>(
            "CreatePlayerSession",
            (call, request) => new() { PlayerSession = Join(Find(call, request.GameSessionId), [request.PlayerId!])[0] });
        operations.Add<CreatePlayerSessionsRequest, CreatePlayerSessionsResponse>(
            "CreatePlayerSessions", (call, request) => new() { PlayerSessions = Join(Find(call, request.GameSessionId), request.PlayerIds!) });
    }

    private CreateGameSessionResponse Create(AwsCall call, CreateGameSessionRequest request)
    {
        var fleet = fleets.Find(call, request.FleetId);
        if (fleet.Status != "ACTIVE")
        {
            throw new AwsError("InvalidFleetStatusException", $"Fleet {fleet.Id} is in {fleet.Status} state; it has to be ACTIVE.");
        }

        var session = new GameLiftSession
        {
            Id = $"arn:aws:gamelift:{call.Region}::gamesession/{fleet.Id}/{request.IdempotencyToken ?? $"gsess-{Guid.NewGuid()}"}",
            Fleet = fleet,
            Name = request.Name,
            MaximumPlayers = request.MaximumPlayerSessionCount!.Value,
            Created = aws.Clock.GetUtcNow(),
            Location = request.Location ?? call.Region,
            LooksLeft = aws.Rules.LooksUntilGameSessionActive,
        };
        aws.Region(call.Region).GameSessions.Add(session);
        return new() { GameSession = session.ToShape() };
    }

    private DescribeGameSessionsResponse Describe(AwsCall call, DescribeGameSessionsRequest request)
    {
        var sessions = Of(call, request.GameSessionId, request.FleetId, request.StatusFilter);
        var (page, next) = Page(call, sessions, request.FleetId, request.Limit, request.NextToken);
        return new() { GameSessions = [.. page.Select(session => session.Seen())], NextToken = next };
    }

    private DescribeGameSessionDetailsResponse DescribeDetails(AwsCall call, DescribeGameSessionDetailsRequest request)
    {
        var sessions = Of(call, request.GameSessionId, request.FleetId, request.StatusFilter);
        var (page, next) = Page(call, sessions, request.FleetId, request.Limit, request.NextToken);
        return new()
        {
            GameSessionDetails = [.. page.Select(session => new GameSessionDetail { GameSession = session.Seen(), ProtectionPolicy = "NoProtection" })],
            NextToken = next,
        };
    }

    /// <summary>Only ACTIVE sessions are found, and of the filters only the one that our handler uses is known.</summary>
    private SearchGameSessionsResponse Search(AwsCall call, SearchGameSessionsRequest request)
    {
        var free = request.FilterExpression switch
        {
            null => false,
            "hasAvailablePlayerSessions=true" => true,
            var other => throw new AwsError("InvalidRequestException", $"Invalid filter expression: {other}"),
        };
        var found = Of(call, null, request.FleetId, "ACTIVE").FindAll(session => !free || session.Players.Count < session.MaximumPlayers);
        var (page, next) = Page(call, found, request.FleetId, request.Limit, request.NextToken);
        return new() { GameSessions = [.. page.Select(session => session.ToShape())], NextToken = next };
    }

    private List<GameLiftSession> Of(AwsCall call, string? sessionId, string? fleetId, string? status)
    {
        if (sessionId is not null)
        {
            return [Find(call, sessionId)];
        }

        if (fleetId is null)
        {
            throw new AwsError("InvalidRequestException", "One of FleetId, AliasId and GameSessionId must be provided.");
        }

        var fleet = fleets.Find(call, fleetId);
        return aws.Region(call.Region).GameSessions.FindAll(session =>
            session.Fleet == fleet && (status is null || session.Status == status));
    }

    private (IReadOnlyList<GameLiftSession> Items, string? Next) Page(
        AwsCall call, List<GameLiftSession> sessions, string? fleetId, int? limit, string? token) =>
        aws.Paging.Page(sessions, $"{call.Operation} {fleetId}", limit, token, GameLiftService.WrongToken);

    private GameLiftSession Find(AwsCall call, string? id) =>
        aws.Region(call.Region).GameSessions.Find(session => session.Id == id)
        ?? throw new AwsError("NotFoundException", $"Game session {id} could not be found.");

    private List<PlayerSession> Join(GameLiftSession session, List<string> players)
    {
        if (session.Status != "ACTIVE")
        {
            throw new AwsError("InvalidGameSessionStatusException", $"Game session {session.Id} is not in a valid state: {session.Status}.");
        }

        if (session.Players.Count + players.Count > session.MaximumPlayers)
        {
            throw new AwsError("GameSessionFullException", $"Game session {session.Id} is full.");
        }

        var joined = players.ConvertAll(player => new PlayerSession
        {
            PlayerSessionId = $"psess-{Guid.NewGuid()}",
            PlayerId = player,
            GameSessionId = session.Id,
            FleetId = session.Fleet.Id,
            FleetArn = session.Fleet.Arn,
            CreationTime = aws.Clock.GetUtcNow(),
            Status = "RESERVED",
            IpAddress = "203.0.113.7",
            DnsName = "ec2-203-0-113-7.us-west-2.compute.amazonaws.com",
            Port = 7777,
        });
        session.Players.AddRange(joined);
        return joined;
    }
}
