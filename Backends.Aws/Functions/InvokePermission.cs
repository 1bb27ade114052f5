using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Provisioning;
using FleetBridge.Backends.Aws.RestApis;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>
/// What lets a method of an API invoke its function: a statement in the function's own policy. It does not end with the API,
/// and a function's policy has room for some fifty of them (20 KB, Lambda quotas), so it is taken back when the API goes.
/// </summary>
internal static partial class InvokePermission
{
    /// <summary>Allows a method, and nothing else of API Gateway, to invoke its function.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="apiId">The API.</param>
    /// <param name="wanted">The method.</param>
    public static async Task EnsureAsync(AwsContext context, string apiId, WantedMethod wanted)
    {
        var statementId = $"{Beginning(apiId)}{wanted.HttpMethod}-{wanted.PathPart}";
        if ((await StatementIdsAsync(context, wanted.FunctionArn).ConfigureAwait(false)).Contains(statementId))
        {
            return;
        }

        var account = wanted.FunctionArn.Split(':')[4];
        LogAllowing(context.Log, wanted.HttpMethod, wanted.PathPart, wanted.FunctionArn);
        try
        {
            await context.Clients.Lambda.AddPermissionAsync(
                new AddPermissionRequest
                {
                    FunctionName = wanted.FunctionArn,
                    StatementId = statementId,
                    Action = "lambda:InvokeFunction",
                    Principal = "apigateway.amazonaws.com",
                    SourceArn = $"arn:{context.Clients.Region.PartitionName}:execute-api:{context.Region}:{account}:{apiId}/*/"
                        + $"{wanted.HttpMethod}/{wanted.PathPart}",
                },
                context.Cancellation).ConfigureAwait(false);
        }
        catch (ResourceConflictException)
        {
            // somebody else has allowed it in this moment, or a call whose answer was lost
        }
    }

    /// <summary>Takes back all that an API was allowed.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="apiId">The API.</param>
    /// <param name="functionName">A function; it is fine when it does not exist.</param>
    public static async Task RemoveAsync(AwsContext context, string apiId, string functionName)
    {
        var statementIds = await StatementIdsAsync(context, functionName).ConfigureAwait(false);
        foreach (var statementId in statementIds.Where(id => id.StartsWith(Beginning(apiId), StringComparison.Ordinal)))
        {
            try
            {
                await context.Clients.Lambda.RemovePermissionAsync(
                    new RemovePermissionRequest { FunctionName = functionName, StatementId = statementId },
                    context.Cancellation).ConfigureAwait(false);
            }
            catch (ResourceNotFoundException)
            {
                // gone already
            }
        }
    }

    private static string Beginning(string apiId) => $"{apiId}-";

    /// <summary>The ids of a function's statements; none where there is no policy, or no function.</summary>
    private static async Task<List<string>> StatementIdsAsync(AwsContext context, string functionName)
    {
        try
        {
            var answer = await context.Clients.Lambda.GetPolicyAsync(
                new GetPolicyRequest { FunctionName = functionName }, context.Cancellation).ConfigureAwait(false);
            return [.. (JsonNode.Parse(answer.Policy!)?["Statement"] as JsonArray ?? [])
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
