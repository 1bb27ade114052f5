using Amazon.Emulation.GameLift.Model;
using FleetBridge.Fleet.Model;
using PlayerLatencyPolicy = FleetBridge.Fleet.Model.PlayerLatencyPolicy;
using ShapePolicy = Amazon.Emulation.GameLift.Model.PlayerLatencyPolicy;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>Operations on game session queues.</summary>
internal static class QueueOperations
{
    public static void Register(OperationTable table)
    {
        table.AddChange<CreateGameSessionQueueRequest, CreateGameSessionQueueResponse>("CreateGameSessionQueue", CreateAsync);
        table.Add<DescribeGameSessionQueuesRequest, DescribeGameSessionQueuesResponse>("DescribeGameSessionQueues", Describe);
        table.AddChange<UpdateGameSessionQueueRequest, UpdateGameSessionQueueResponse>("UpdateGameSessionQueue", UpdateAsync);
        table.AddChange<DeleteGameSessionQueueRequest, DeleteGameSessionQueueResponse>("DeleteGameSessionQueue", DeleteAsync);
    }

    private static async ValueTask<CreateGameSessionQueueResponse> CreateAsync(ApiCall call, CreateGameSessionQueueRequest request)
    {
        var settings = new QueueSettings
        {
            Name = request.Name!,
            TimeoutInSeconds = Timeout(request.TimeoutInSeconds),
            Destinations = Destinations(request.Destinations),
            PlayerLatencyPolicies = Policies(request.PlayerLatencyPolicies),
            AllowedLocations = request.FilterConfiguration?.AllowedLocations,
            PriorityOrder = request.PriorityConfiguration?.PriorityOrder,
            LocationOrder = request.PriorityConfiguration?.LocationOrder,
            CustomEventData = request.CustomEventData,
            NotificationTarget = request.NotificationTarget,
            Tags = request.Tags.ToModel(),
            Region = call.Region,
        };
        var queue = await call.Control.ChangeAsync(model => model.CreateQueue(settings), call.Cancellation);
        return new() { GameSessionQueue = queue.ToShape() };
    }

    private static DescribeGameSessionQueuesResponse Describe(ApiCall call, DescribeGameSessionQueuesRequest request)
    {
        if (request.Names is { Count: > 0 } names)
        {
            var queues = call.Control.Read(model => names.Select(model.GetQueue).ToList());
            return new() { GameSessionQueues = [.. queues.Select(queue => queue.ToShape())] };
        }

        var page = ApiPage.Of(
            call.Control.Read(model => model.Queues.ToList()), queue => queue.Number, "DescribeGameSessionQueues", request.Limit,
            request.NextToken);
        return new() { GameSessionQueues = [.. page.Items.Select(queue => queue.ToShape())], NextToken = page.NextToken };
    }

    private static async ValueTask<UpdateGameSessionQueueResponse> UpdateAsync(ApiCall call, UpdateGameSessionQueueRequest request)
    {
        var settings = new QueueSettings
        {
            Name = request.Name!,
            TimeoutInSeconds = Timeout(request.TimeoutInSeconds),
            Destinations = Destinations(request.Destinations),
            PlayerLatencyPolicies = Policies(request.PlayerLatencyPolicies),
            AllowedLocations = request.FilterConfiguration?.AllowedLocations,
            PriorityOrder = request.PriorityConfiguration?.PriorityOrder,
            LocationOrder = request.PriorityConfiguration?.LocationOrder,
            CustomEventData = request.CustomEventData,
            NotificationTarget = request.NotificationTarget,
        };
        var queue = await call.Control.ChangeAsync(model => model.UpdateQueue(settings), call.Cancellation);
        return new() { GameSessionQueue = queue.ToShape() };
    }

    private static async ValueTask<DeleteGameSessionQueueResponse> DeleteAsync(ApiCall call, DeleteGameSessionQueueRequest request)
    {
        await call.Control.ChangeAsync(model => model.DeleteQueue(request.Name!), call.Cancellation);
        return new();
    }

    // the documented bounds, which the model's constraints do not have
    private static int? Timeout(int? seconds) => seconds is null or (>= 10 and <= 600)
        ? seconds
        : throw ApiException.Invalid($"TimeoutInSeconds is {seconds}; it can be from 10 to 600.");

    private static List<string>? Destinations(List<GameSessionQueueDestination>? destinations) => destinations is null
        ? null
        : [.. destinations.Select(one => one.DestinationArn ?? throw ApiException.Invalid("Each of Destinations needs a DestinationArn."))];

    private static List<PlayerLatencyPolicy>? Policies(List<ShapePolicy>? policies) => policies is null
        ? null
        : [.. policies.Select(one => new PlayerLatencyPolicy(one.MaximumIndividualPlayerLatencyMilliseconds, one.PolicyDurationSeconds))];
}
