using Amazon.APIGateway;
using Amazon.APIGateway.Model;
using Amazon.Lambda.Model;
using Microsoft.Extensions.Logging;

namespace Backends.Aws.Deployment;

/// <summary>A method of the REST API, as it has to be.</summary>
/// <param name="PathPart">Its path under the root.</param>
/// <param name="HttpMethod">Its HTTP method.</param>
/// <param name="FunctionArn">The function behind it.</param>
/// <param name="AuthorizerId">Who decides about its callers; null lets everybody call it.</param>
internal sealed record WantedMethod(string PathPart, string HttpMethod, string FunctionArn, string? AuthorizerId);

/// <summary>Makes an API's methods, each step only where it is missing.</summary>
internal static partial class RestApiMethods
{
    private const string Ok = "200";

    /// <summary>Makes a method what it has to be.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="apiId">The API.</param>
    /// <param name="resources">Its paths as they are.</param>
    /// <param name="wanted">The method.</param>
    /// <returns>Whether something was missing.</returns>
    public static async Task<bool> EnsureAsync(
        AwsContext context, string apiId, IReadOnlyList<Amazon.APIGateway.Model.Resource> resources, WantedMethod wanted)
    {
        var client = context.Clients.ApiGateway;
        var root = resources.First(resource => resource.Path == "/");
        var resource = resources.FirstOrDefault(resource => resource.ParentId == root.Id && resource.PathPart == wanted.PathPart);
        var changed = false;
        if (resource is null)
        {
            LogMaking(context.Log, wanted.HttpMethod, wanted.PathPart);
            var made = await client.CreateResourceAsync(
                new CreateResourceRequest { RestApiId = apiId, ParentId = root.Id, PathPart = wanted.PathPart },
                context.Cancellation).ConfigureAwait(false);
            resource = new Amazon.APIGateway.Model.Resource { Id = made.Id };
            changed = true;
        }

        var method = resource.ResourceMethods?.GetValueOrDefault(wanted.HttpMethod);
        if (method is null)
        {
            await client.PutMethodAsync(
                new PutMethodRequest
                {
                    RestApiId = apiId,
                    ResourceId = resource.Id,
                    HttpMethod = wanted.HttpMethod,
                    AuthorizationType = wanted.AuthorizerId is null ? "NONE" : "COGNITO_USER_POOLS",
                    AuthorizerId = wanted.AuthorizerId,
                },
                context.Cancellation).ConfigureAwait(false);
            changed = true;
        }

        var uri = InvocationUri(context, wanted.FunctionArn);
        if (method?.MethodIntegration?.Uri != uri)
        {
            await client.PutIntegrationAsync(
                new PutIntegrationRequest
                {
                    RestApiId = apiId,
                    ResourceId = resource.Id,
                    HttpMethod = wanted.HttpMethod,
                    Type = IntegrationType.AWS,
                    IntegrationHttpMethod = "POST",
                    Uri = uri,
                },
                context.Cancellation).ConfigureAwait(false);
            changed = true;
        }

        // A new integration has lost the responses of the one before.
        changed |= await AllowAsync(context, apiId, wanted).ConfigureAwait(false);
        if (changed || method?.MethodIntegration?.IntegrationResponses?.ContainsKey(Ok) != true)
        {
            await client.PutIntegrationResponseAsync(
                new PutIntegrationResponseRequest
                {
                    RestApiId = apiId, ResourceId = resource.Id, HttpMethod = wanted.HttpMethod, StatusCode = Ok,
                },
                context.Cancellation).ConfigureAwait(false);
            changed = true;
        }

        if (method?.MethodResponses?.ContainsKey(Ok) != true)
        {
            await client.PutMethodResponseAsync(
                new PutMethodResponseRequest
                {
                    RestApiId = apiId, ResourceId = resource.Id, HttpMethod = wanted.HttpMethod, StatusCode = Ok,
                },
                context.Cancellation).ConfigureAwait(false);
            changed = true;
        }

        return changed;
    }

    /// <summary>Allows the method, and nothing else of API Gateway, to invoke its function.</summary>
    private static async Task<bool> AllowAsync(AwsContext context, string apiId, WantedMethod wanted)
    {
        var account = wanted.FunctionArn.Split(':')[4];
        try
        {
            await context.Clients.Lambda.AddPermissionAsync(
                new AddPermissionRequest
                {
                    FunctionName = wanted.FunctionArn,
                    StatementId = $"{apiId}-{wanted.HttpMethod}-{wanted.PathPart}",
                    Action = "lambda:InvokeFunction",
                    Principal = "apigateway.amazonaws.com",
                    SourceArn = $"arn:{context.Clients.Region.PartitionName}:execute-api:{context.Region}:{account}:{apiId}/*/"
                        + $"{wanted.HttpMethod}/{wanted.PathPart}",
                },
                context.Cancellation).ConfigureAwait(false);
            return true;
        }
        catch (ResourceConflictException)
        {
            return false;
        }
    }

    /// <summary>How API Gateway names the invocation of a function (API Gateway developer guide, "Lambda custom
    /// integrations").</summary>
    private static string InvocationUri(AwsContext context, string functionArn) =>
        $"arn:{context.Clients.Region.PartitionName}:apigateway:{context.Region}:lambda:path/2015-03-31/functions/"
        + $"{functionArn}/invocations";

    [LoggerMessage(Level = LogLevel.Information, Message = "Making {HttpMethod} /{PathPart}")]
    private static partial void LogMaking(ILogger logger, string httpMethod, string pathPart);
}
