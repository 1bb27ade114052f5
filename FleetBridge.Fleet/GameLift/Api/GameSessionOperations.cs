using Amazon.Emulation.GameLift.Model;
using FleetBridge.Fleet.GameLift.Search;
using FleetBridge.Fleet.Model;
using GameSession = FleetBridge.Fleet.Model.GameSession;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>Operations on game sessions.</summary>
internal static class GameSessionOperations
{
    private const int SearchPage = 20;

    // a position that no token of ours has
    private const long MaximumPosition = 1_000_000_000;

    public static void Register(OperationTable table)
    {
        table.AddChange<CreateGameSessionRequest, CreateGameSessionResponse>("CreateGameSession", CreateAsync);
        table.Add<DescribeGameSessionsRequest, DescribeGameSessionsResponse>("DescribeGameSessions", Describe);
        table.Add<DescribeGameSessionDetailsRequest, DescribeGameSessionDetailsResponse>("DescribeGameSessionDetails", DescribeDetails);
        table.Add<SearchGameSessionsRequest, SearchGameSessionsResponse>("SearchGameSessions", Search);
        table.AddChange<UpdateGameSessionRequest, UpdateGameSessionResponse>("UpdateGameSession", UpdateAsync);
        table.AddChange<TerminateGameSessionRequest, TerminateGameSessionResponse>("TerminateGameSession", TerminateAsync);
    }

    private static async ValueTask<CreateGameSessionResponse> CreateAsync(ApiCall call, CreateGameSessionRequest request)
    {
        var asked = new NewGameSession
        {
            FleetId = request.FleetId,
            AliasId = request.AliasId,
            Location = request.Location,
            MaximumPlayerSessionCount = request.MaximumPlayerSessionCount!.Value,
            Name = request.Name,
            GameProperties = request.GameProperties.ToModel(),
            CreatorId = request.CreatorId,
            CustomId = request.GameSessionId,
            IdempotencyToken = request.IdempotencyToken,
            GameSessionData = request.GameSessionData,
            Region = call.Region,
        };
        var (session, fleetArn) = await call.Control.ChangeAsync(
            model => WithFleet(model, model.CreateGameSession(asked)), call.Cancellation);
        return new() { GameSession = session.ToShape(fleetArn) };
    }

    private static DescribeGameSessionsResponse Describe(ApiCall call, DescribeGameSessionsRequest request)
    {
        if (request.GameSessionId is { } id)
        {
            var (session, fleetArn) = One(call, id);
            return new() { GameSessions = [session.ToShape(fleetArn)] };
        }

        var (page, arn) = Page(
            call, "DescribeGameSessions", request.FleetId, request.AliasId, request.Location, request.StatusFilter, request.Limit,
            request.NextToken);
        return new() { GameSessions = [.. page.Items.Select(session => session.ToShape(arn))], NextToken = page.NextToken };
    }

    private static DescribeGameSessionDetailsResponse DescribeDetails(ApiCall call, DescribeGameSessionDetailsRequest request)
    {
        if (request.GameSessionId is { } id)
        {
            var (session, fleetArn) = One(call, id);
            return new() { GameSessionDetails = [Detail(session, fleetArn)] };
        }

        var (page, arn) = Page(
            call, "DescribeGameSessionDetails", request.FleetId, request.AliasId, request.Location, request.StatusFilter, request.Limit,
            request.NextToken);
        return new() { GameSessionDetails = [.. page.Items.Select(session => Detail(session, arn))], NextToken = page.NextToken };
    }

    private static SearchGameSessionsResponse Search(ApiCall call, SearchGameSessionsRequest request)
    {
        GameSessionSearch search;
        try
        {
            search = new(request.FilterExpression, request.SortExpression);
        }
        catch (FormatException exception)
        {
            throw ApiException.Invalid(exception.Message);
        }

        // records do not change: what is found is looked at when the fleet is free again
        var (fleet, sessions) = call.Control.Read(model =>
        {
            var found = model.ResolveFleet(request.FleetId, request.AliasId);
            return (found, model.OpenGameSessionsOf(found.FleetId, request.Location).ToList());
        });
        var listing = $"SearchGameSessions {fleet.FleetId} {request.Location} {request.FilterExpression} {request.SortExpression}";
        var start = request.NextToken is null ? 0 : ApiPage.Position(request.NextToken, listing);
        var size = Math.Min(request.Limit ?? SearchPage, SearchPage);
        var (page, hasMore) = search.Page(sessions, (int)Math.Clamp(start, 0, MaximumPosition), size);
        return new()
        {
            GameSessions = [.. page.Select(session => session.ToShape(fleet.FleetArn))],
            NextToken = hasMore ? ApiPage.Token(listing, start + size) : null,
        };
    }

    private static async ValueTask<UpdateGameSessionResponse> UpdateAsync(ApiCall call, UpdateGameSessionRequest request)
    {
        var update = new GameSessionUpdate
        {
            GameSessionId = request.GameSessionId!,
            Name = request.Name,
            MaximumPlayerSessionCount = request.MaximumPlayerSessionCount,
            PlayerSessionCreationPolicy = request.PlayerSessionCreationPolicy is { } policy
                ? Enum.Parse<PlayerSessionCreationPolicy>(policy)
                : null,
            ProtectionPolicy = FleetShapes.ToProtectionPolicy(request.ProtectionPolicy),
            GameProperties = request.GameProperties?.ToModel(),
        };
        var (session, fleetArn) = await call.Control.ChangeAsync(
            model => WithFleet(model, model.UpdateGameSession(update)), call.Cancellation);
        return new() { GameSession = session.ToShape(fleetArn) };
    }

    private static async ValueTask<TerminateGameSessionResponse> TerminateAsync(ApiCall call, TerminateGameSessionRequest request)
    {
        var mode = Enum.Parse<TerminationMode>(request.TerminationMode!);
        var (session, fleetArn) = await call.Control.ChangeAsync(
            model => WithFleet(model, model.TerminateGameSession(request.GameSessionId!, mode)), call.Cancellation);
        return new() { GameSession = session.ToShape(fleetArn) };
    }

    private static (GameSession Session, string? FleetArn) One(ApiCall call, string id) =>
        call.Control.Read(model => WithFleet(model, model.GetGameSession(id)));

    private static (ApiPage<GameSession> Page, string FleetArn) Page(
        ApiCall call, string operation, string? fleetId, string? aliasId, string? location, string? statusFilter, int? limit, string? token)
    {
        var status = SessionShapes.ToStatus(
            "StatusFilter", statusFilter, GameSessionStatus.ACTIVE, GameSessionStatus.ACTIVATING, GameSessionStatus.TERMINATED,
            GameSessionStatus.TERMINATING);
        return call.Control.Read(model =>
        {
            var fleet = model.ResolveFleet(fleetId, aliasId);
            var listing = $"{operation} {fleet.FleetId} {location} {status}";
            var sessions = model.GameSessionsOf(fleet.FleetId, location, status, ApiPage.After(token, listing));
            return (ApiPage.Of(sessions, session => session.Number, listing, limit, token), fleet.FleetArn);
        });
    }

    private static (GameSession Session, string? FleetArn) WithFleet(FleetModel model, GameSession session) =>
        (session, model.FindFleet(session.FleetId)?.FleetArn);

    private static GameSessionDetail Detail(GameSession session, string? fleetArn) =>
        new() { GameSession = session.ToShape(fleetArn), ProtectionPolicy = session.ProtectionPolicy.ToString() };
}
