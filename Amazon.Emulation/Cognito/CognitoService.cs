using System.Text.Json.Nodes;
using Amazon.Emulation.Models;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.Cognito;

/// <summary>Cognito user pools, put together.</summary>
internal static class CognitoService
{
    private static readonly (string Code, string Message, int Status) Throttled = ("TooManyRequestsException", "Too many requests", 400);

    public static ModelledService Create(AwsEmulator aws)
    {
        var model = ServiceModel.Load("cognito-idp");
        var operations = new OperationSet
        {
            Public = new HashSet<string> { "InitiateAuth" },
            Gate = call =>
            {
                if (aws.Rules.CognitoCallsPerSecond is { } count
                    && !aws.Region(call.Region).CognitoRate.Allows(aws.Clock.GetUtcNow(), count, TimeSpan.FromSeconds(1)))
                {
                    throw new AwsError(Throttled.Code, Throttled.Message);
                }
            },
        };
        aws.UserPools.Register(operations);
        new CognitoClients(aws, aws.UserPools).Register(operations);
        new CognitoUsers(aws, aws.UserPools).Register(operations);
        return new ModelledService(
            aws,
            "cognito-idp",
            model,
            new ServiceErrors
            {
                Validation = "InvalidParameterException",
                Throttled = Throttled,
                Internal = "InternalErrorException",
                Action = call => $"cognito-idp:{call.Operation}",
                Tagging = call => call.Input["UserPoolTags"] is JsonObject { Count: > 0 } ? "cognito-idp:TagResource" : null,
                Resource = call => $"arn:aws:cognito-idp:{call.Region}:{AwsEmulator.Account}:userpool/{call.Text("UserPoolId") ?? "*"}",
            },
            new JsonRpcProtocol(model),
            operations);
    }

    /// <summary>The error for a token that no listing gave.</summary>
    public static AwsError WrongToken() => new("InvalidParameterException", "Invalid pagination token.");
}
