using System.Text.Json.Nodes;
using Amazon.Emulation.Models;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.ApiGateway;

/// <summary>API Gateway, put together.</summary>
internal static class ApiGatewayService
{
    public static (string Code, string Message, int Status) Throttled { get; } = ("TooManyRequestsException", "Too Many Requests", 429);

    public static ModelledService Create(AwsEmulator aws)
    {
        var model = ServiceModel.Load("apigateway");
        var operations = new OperationSet();
        aws.RestApis.Register(operations);
        new RestMethods(aws, aws.RestApis).Register(operations);
        return new ModelledService(
            aws,
            "apigateway",
            model,
            new ServiceErrors
            {
                Validation = "BadRequestException",
                Throttled = Throttled,
                Internal = "InternalServerErrorException",
                Denied = ("AccessDeniedException", 403),

                // its actions are HTTP's methods, its resources its paths
                Action = call => $"apigateway:{model.Operations[call.Operation].Method}",
                Tagging = call => call.Input["tags"] is JsonObject { Count: > 0 } ? TaggingAction : null,
                Resource = call => $"arn:aws:apigateway:{call.Region}::{model.Operations[call.Operation].Uri.Replace("{restapi_id}", call.Text("restApiId"), StringComparison.Ordinal)}",
            },
            new RestJsonProtocol(model, "/restapis"),
            operations);
    }

    /// <summary>What tags need; a right of its own, since a right is a method and a path.</summary>
    public const string TaggingAction = "apigateway:PUT on resource: arn:aws:apigateway:us-west-2::/tags/*";

    /// <summary>The error for a position that no listing gave.</summary>
    public static AwsError WrongPosition() => Bad("Invalid position specified");

    /// <summary>The error for input that makes no sense.</summary>
    public static AwsError Bad(string message) => new("BadRequestException", message);
}
