using System.Text.Json.Nodes;
using Amazon.Emulation.Models;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.Sts;

/// <summary>STS: who am I, and roles to take on.</summary>
internal static class StsService
{
    public static ModelledService Create(AwsEmulator aws)
    {
        var model = ServiceModel.Load("sts");
        var operations = new OperationSet
        {
            ["GetCallerIdentity"] = call => new()
            {
                ["UserId"] = call.Signed!.Key.Id,
                ["Account"] = AwsEmulator.Account,
                ["Arn"] = call.Signed.Key.Arn,
            },
            ["AssumeRole"] = call => AssumeRole(aws, call),
        };
        return new ModelledService(
            aws,
            "sts",
            model,
            new ServiceErrors
            {
                Validation = "ValidationError",
                Throttled = ("Throttling", "Rate exceeded", 400),
                Internal = "InternalFailure",
                Denied = ("AccessDenied", 403),
                Action = call => $"sts:{call.Operation}",
                Resource = call => call.Text("RoleArn") ?? "*",
            },
            new QueryProtocol(model),
            operations);
    }

    private static JsonObject AssumeRole(AwsEmulator aws, AwsCall call)
    {
        if (aws.Roles.Find(role => role.Arn == call.Text("RoleArn")) is not { } role)
        {
            // STS does not tell whether the role exists
            throw new AwsError(
                "AccessDenied",
                $"User: {call.Signed!.Key.Arn} is not authorized to perform: sts:AssumeRole on resource: {call.Text("RoleArn")}",
                403);
        }

        var session = call.Required("RoleSessionName");
        var expires = aws.Clock.GetUtcNow() + TimeSpan.FromSeconds(call.Number("DurationSeconds") ?? 3600);
        var arn = $"arn:aws:sts::{AwsEmulator.Account}:assumed-role/{role.Name}/{session}";
        var key = aws.Keys.Temporary(arn, expires);
        return new()
        {
            ["Credentials"] = new JsonObject
            {
                ["AccessKeyId"] = key.Id,
                ["SecretAccessKey"] = key.Secret,
                ["SessionToken"] = key.Token,
                ["Expiration"] = expires.ToEpoch(),
            },
            ["AssumedRoleUser"] = new JsonObject { ["AssumedRoleId"] = $"{role.Id}:{session}", ["Arn"] = arn },
        };
    }
}
