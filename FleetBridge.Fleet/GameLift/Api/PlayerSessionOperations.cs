using Amazon.Emulation.GameLift.Model;
using FleetBridge.Fleet.Model;
using PlayerSession = FleetBridge.Fleet.Model.PlayerSession;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>Operations on player sessions.</summary>
internal static class PlayerSessionOperations
{
    public static void Register(OperationTable table)
    {
        table.AddChange<CreatePlayerSessionRequest, CreatePlayerSessionResponse>("CreatePlayerSession", CreateAsync);
        table.AddChange<CreatePlayerSessionsRequest, CreatePlayerSessionsResponse>("CreatePlayerSessions", CreateManyAsync);
        table.Add<DescribePlayerSessionsRequest, DescribePlayerSessionsResponse>("DescribePlayerSessions", Describe);
    }

    private static async ValueTask<CreatePlayerSessionResponse> CreateAsync(ApiCall call, CreatePlayerSessionRequest request)
    {
        var (session, fleetArn) = await call.Control.ChangeAsync(
            model =>
            {
                var created = model.CreatePlayerSession(request.GameSessionId!, request.PlayerId!, request.PlayerData);
                return (created, model.FindFleet(created.FleetId)?.FleetArn);
            },
            call.Cancellation);
        return new() { PlayerSession = session.ToShape(fleetArn) };
    }

    private static async ValueTask<CreatePlayerSessionsResponse> CreateManyAsync(ApiCall call, CreatePlayerSessionsRequest request)
    {
        List<NewPlayer> players = [.. request.PlayerIds!.Select(id => new NewPlayer(id, request.PlayerDataMap?.GetValueOrDefault(id)))];
        var (sessions, fleetArn) = await call.Control.ChangeAsync(
            model =>
            {
                var created = model.CreatePlayerSessions(request.GameSessionId!, players);
                return (created, model.FindFleet(created[0].FleetId)?.FleetArn);
            },
            call.Cancellation);
        return new() { PlayerSessions = [.. sessions.Select(session => session.ToShape(fleetArn))] };
    }

    private static DescribePlayerSessionsResponse Describe(ApiCall call, DescribePlayerSessionsRequest request)
    {
        var status = SessionShapes.ToStatus<PlayerSessionStatus>(
            "PlayerSessionStatusFilter", request.PlayerSessionStatusFilter, PlayerSessionStatus.RESERVED, PlayerSessionStatus.ACTIVE,
            PlayerSessionStatus.COMPLETED, PlayerSessionStatus.TIMEDOUT);
        return (request.GameSessionId, request.PlayerId, request.PlayerSessionId) switch
        {
            (null, null, { } id) => Response(call, model => ([model.GetPlayerSession(id)], null)),
            (null, { } playerId, null) => Response(call, model => Page($"player {playerId}", _ => model.PlayerSessionsOfPlayer(playerId))),
            ({ } gameSessionId, null, null) => Response(call, model => Page($"session {gameSessionId} {status}", after =>
                model.PlayerSessionsOf(model.GetGameSession(gameSessionId).GameSessionId, status, after))),
            _ => throw ApiException.Invalid("Exactly one of GameSessionId, PlayerId and PlayerSessionId has to be given."),
        };

        (List<PlayerSession> Sessions, string? Next) Page(string filters, Func<long, IEnumerable<PlayerSession>> sessions)
        {
            var listing = $"DescribePlayerSessions {filters}";
            var page = ApiPage.Of(
                sessions(ApiPage.After(request.NextToken, listing)), session => session.Number, listing, request.Limit, request.NextToken);
            return (page.Items, page.NextToken);
        }
    }

    private static DescribePlayerSessionsResponse Response(
        ApiCall call, Func<FleetModel, (List<PlayerSession> Sessions, string? Next)> read) =>
        call.Control.Read(model =>
        {
            var (sessions, next) = read(model);
            return new DescribePlayerSessionsResponse
            {
                PlayerSessions = [.. sessions.Select(session => session.ToShape(model.FindFleet(session.FleetId)?.FleetArn))],
                NextToken = next,
            };
        });
}
