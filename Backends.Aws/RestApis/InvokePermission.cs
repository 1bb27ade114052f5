using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.RestApis;

/// <summary>
/// The permission of an API's method to invoke its function: a statement in the function's resource policy. It is not deleted
/// with the API, and a policy has room for about fifty (20 KB, Lambda quotas), so deleting an API removes its statements.
/// </summary>
internal static partial class InvokePermission
{
    /// <summary>Allows a method, and nothing else of API Gateway, to invoke its function.</summary>
    public static async Task EnsureAsync(AwsContext context, string apiId, DesiredMethod method)
    {
        var statementId = $"{Prefix(apiId)}{method.HttpMethod}-{method.PathPart}";
        if ((await StatementIdsAsync(context, method.FunctionArn).ConfigureAwait(false)).Contains(statementId))
        {
            return;
        }

        var account = method.FunctionArn.Split(':')[4];
        LogAllowing(context.Log, method.HttpMethod, method.PathPart, method.FunctionArn);

        // a conflict: another client has added the statement at the same time, or a call whose response was lost
        await context.Clients.Lambda.AddPermissionAsync(
            new AddPermissionRequest
            {
                FunctionName = method.FunctionArn,
                StatementId = statementId,
                Action = "lambda:InvokeFunction",
                Principal = "apigateway.amazonaws.com",
                SourceArn = $"arn:{context.Clients.Region.PartitionName}:execute-api:{context.Region}:{account}:{apiId}/*/"
                    + $"{method.HttpMethod}/{method.PathPart}",
            },
            context.Cancellation).IgnoreAsync<ResourceConflictException>().ConfigureAwait(false);
    }

    /// <summary>Removes an API's statements from a function's policy; succeeds when the function does not exist.</summary>
    public static async Task RemoveAsync(AwsContext context, string apiId, string functionName)
    {
        var statementIds = await StatementIdsAsync(context, functionName).ConfigureAwait(false);
        foreach (var statementId in statementIds.Where(id => id.StartsWith(Prefix(apiId), StringComparison.Ordinal)))
        {
            await context.Clients.Lambda.RemovePermissionAsync(
                new RemovePermissionRequest { FunctionName = functionName, StatementId = statementId },
                context.Cancellation).IgnoreAsync<ResourceNotFoundException>().ConfigureAwait(false);
        }
    }

    private static string Prefix(string apiId) => $"{apiId}-";

    /// <summary>The ids of the statements in a function's policy; none if there is no policy or no function.</summary>
    private static async Task<List<string>> StatementIdsAsync(AwsContext context, string functionName)
    {
        try
        {
            var response = await context.Clients.Lambda.GetPolicyAsync(
                new GetPolicyRequest { FunctionName = functionName }, context.Cancellation).ConfigureAwait(false);
            return [.. (JsonNode.Parse(response.Policy!)?["Statement"] as JsonArray ?? [])
                .Select(statement => (string?)statement?["Sid"])
                .OfType<string>()];
        }
        catch (ResourceNotFoundException)
        {
            return [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Allowing {HttpMethod} /{PathPart} to invoke {FunctionArn}")]
    private static partial void LogAllowing(ILogger logger, string httpMethod, string pathPart, string functionArn);
}
