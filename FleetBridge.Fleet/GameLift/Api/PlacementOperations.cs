using Amazon.Emulation.GameLift.Model;
using FleetBridge.Fleet.Model;
using DesiredPlayerSession = FleetBridge.Fleet.Model.DesiredPlayerSession;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>Operations on placements of game sessions by a queue.</summary>
internal static class PlacementOperations
{
    public static void Register(OperationTable table)
    {
        table.AddChange<StartGameSessionPlacementRequest, StartGameSessionPlacementResponse>("StartGameSessionPlacement", StartAsync);
        table.Add<DescribeGameSessionPlacementRequest, DescribeGameSessionPlacementResponse>("DescribeGameSessionPlacement", Describe);
        table.AddChange<StopGameSessionPlacementRequest, StopGameSessionPlacementResponse>("StopGameSessionPlacement", StopAsync);
    }

    private static async ValueTask<StartGameSessionPlacementResponse> StartAsync(ApiCall call, StartGameSessionPlacementRequest request)
    {
        var asked = new NewPlacement
        {
            PlacementId = request.PlacementId!,
            GameSessionQueueName = request.GameSessionQueueName!,
            MaximumPlayerSessionCount = request.MaximumPlayerSessionCount!.Value,
            GameProperties = request.GameProperties.ToModel(),
            GameSessionName = request.GameSessionName,
            GameSessionData = request.GameSessionData,
            PlayerLatencies = request.PlayerLatencies?.ConvertAll(SessionShapes.ToModel),
            DesiredPlayerSessions = (request.DesiredPlayerSessions ?? []).ConvertAll(one => new DesiredPlayerSession(
                one.PlayerId ?? throw ApiException.Invalid("Each of DesiredPlayerSessions needs a PlayerId."), one.PlayerData)),
            Region = call.Region,
        };
        var placement = await call.Control.ChangeAsync(model => model.StartPlacement(asked), call.Cancellation);
        return new() { GameSessionPlacement = placement.ToShape() };
    }

    private static DescribeGameSessionPlacementResponse Describe(ApiCall call, DescribeGameSessionPlacementRequest request) =>
        new() { GameSessionPlacement = call.Control.Read(model => model.GetPlacement(request.PlacementId!)).ToShape() };

    private static async ValueTask<StopGameSessionPlacementResponse> StopAsync(ApiCall call, StopGameSessionPlacementRequest request)
    {
        var placement = await call.Control.ChangeAsync(model => model.StopPlacement(request.PlacementId!), call.Cancellation);
        return new() { GameSessionPlacement = placement.ToShape() };
    }
}
