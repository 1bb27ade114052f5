using System.Text.Json.Nodes;
using Amazon.Emulation.Models;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.GameLift;

/// <summary>GameLift, put together.</summary>
internal static class GameLiftService
{
    public static (string Code, string Message, int Status) Throttled { get; } = ("ThrottlingException", "Rate exceeded", 400);

    public static ModelledService Create(AwsEmulator aws)
    {
        var model = ServiceModel.Load("gamelift");
        var operations = new OperationSet();
        aws.Builds.Register(operations);
        aws.Fleets.Register(operations);
        new GameLiftSessions(aws, aws.Fleets).Register(operations);
        new GameLiftTags(aws).Register(operations);
        new GameLiftFleetSettings(aws.Fleets).Register(operations);
        return new ModelledService(
            aws,
            "gamelift",
            model,
            new ServiceErrors
            {
                Validation = "InvalidRequestException",
                Throttled = Throttled,
                Internal = "InternalServiceException",
                Action = call => $"gamelift:{call.Operation}",
                Tagging = call => call.Input["Tags"] is JsonArray { Count: > 0 } ? "gamelift:TagResource" : null,
                Resource = call => $"arn:aws:gamelift:{call.Region}:{AwsEmulator.Account}:*",
            },
            new JsonRpcProtocol(model),
            operations);
    }

    /// <summary>The error for a token that no listing gave.</summary>
    public static AwsError WrongToken() => new("InvalidRequestException", "Invalid NextToken.");
}
