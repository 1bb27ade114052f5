using Amazon.APIGateway;
using Amazon.APIGateway.Model;
using FleetBridge.Backends.Aws.Functions;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;
using ApiResource = Amazon.APIGateway.Model.Resource;

namespace FleetBridge.Backends.Aws.RestApis;

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
    /// <param name="wanted">The method.</param>
    /// <returns>Whether something of what a deployment takes along was missing.</returns>
    /// <exception cref="ConflictException">Somebody else makes it at the same time.</exception>
    /// <exception cref="BackendException">It is there, but asks somebody else who may call it.</exception>
    public static async Task<bool> EnsureAsync(AwsContext context, string apiId, WantedMethod wanted)
    {
        var resources = await context.ApiResourcesAsync(apiId).ConfigureAwait(false);
        var root = resources.First(resource => resource.Path == "/");
        var resource = resources.Find(resource => resource.ParentId == root.Id && resource.PathPart == wanted.PathPart);
        var method = resource?.ResourceMethods?.GetValueOrDefault(wanted.HttpMethod);
        CheckCallers(apiId, wanted, method);
        var lacksIntegration = method?.MethodIntegration?.Uri != InvocationUri(context, wanted.FunctionArn);

        // A new integration has lost the answers of the one before.
        var lacksAnswer = lacksIntegration || method?.MethodIntegration?.IntegrationResponses?.ContainsKey(Ok) != true;
        var lacksStatus = method?.MethodResponses?.ContainsKey(Ok) != true;
        if (method is null || lacksAnswer || lacksStatus)
        {
            LogMaking(context.Log, wanted.HttpMethod, wanted.PathPart, wanted.FunctionArn);
        }

        var resourceId = resource?.Id ?? await CreateResourceAsync(context, apiId, root, wanted).ConfigureAwait(false);
        if (method is null)
        {
            await PutMethodAsync(context, apiId, resourceId, wanted).ConfigureAwait(false);
        }

        if (lacksIntegration)
        {
            await PutIntegrationAsync(context, apiId, resourceId, wanted).ConfigureAwait(false);
        }

        await InvokePermission.EnsureAsync(context, apiId, wanted).ConfigureAwait(false);
        if (lacksAnswer)
        {
            await context.Clients.ApiGateway.PutIntegrationResponseAsync(
                new PutIntegrationResponseRequest
                {
                    RestApiId = apiId,
                    ResourceId = resourceId,
                    HttpMethod = wanted.HttpMethod,
                    StatusCode = Ok,
                },
                context.Cancellation).ConfigureAwait(false);
        }

        if (lacksStatus)
        {
            await context.Clients.ApiGateway.PutMethodResponseAsync(
                new PutMethodResponseRequest
                {
                    RestApiId = apiId,
                    ResourceId = resourceId,
                    HttpMethod = wanted.HttpMethod,
                    StatusCode = Ok,
                },
                context.Cancellation).ConfigureAwait(false);
        }

        return lacksAnswer || lacksStatus;
    }

    /// <summary>A method that is open to others than it should be is not used in silence.</summary>
    private static void CheckCallers(string apiId, WantedMethod wanted, Method? method)
    {
        if (method is not null && (method.AuthorizerId ?? "") != (wanted.AuthorizerId ?? ""))
        {
            throw new BackendException(
                $"{wanted.HttpMethod} /{wanted.PathPart} of the REST API ({apiId}) asks another authorizer who may call it "
                + $"({method.AuthorizerId ?? "nobody"}) than it has to ({wanted.AuthorizerId ?? "nobody"}).",
                "Somebody has changed it, or the authorizer has another name in the settings now. Delete the REST API, then create it "
                + "again: it will have another address.");
        }
    }

    private static async Task<string> CreateResourceAsync(AwsContext context, string apiId, ApiResource root, WantedMethod wanted)
    {
        var made = await context.Clients.ApiGateway.CreateResourceAsync(
            new CreateResourceRequest { RestApiId = apiId, ParentId = root.Id, PathPart = wanted.PathPart },
            context.Cancellation).ConfigureAwait(false);
        return made.Id!;
    }

    private static Task<PutMethodResponse> PutMethodAsync(AwsContext context, string apiId, string resourceId, WantedMethod wanted) =>
        context.Clients.ApiGateway.PutMethodAsync(
            new PutMethodRequest
            {
                RestApiId = apiId,
                ResourceId = resourceId,
                HttpMethod = wanted.HttpMethod,
                AuthorizationType = wanted.AuthorizerId is null ? "NONE" : "COGNITO_USER_POOLS",
                AuthorizerId = wanted.AuthorizerId,
            },
            context.Cancellation);

    private static Task<PutIntegrationResponse> PutIntegrationAsync(
        AwsContext context, string apiId, string resourceId, WantedMethod wanted) =>
        context.Clients.ApiGateway.PutIntegrationAsync(
            new PutIntegrationRequest
            {
                RestApiId = apiId,
                ResourceId = resourceId,
                HttpMethod = wanted.HttpMethod,
                Type = IntegrationType.AWS,
                IntegrationHttpMethod = "POST",
                Uri = InvocationUri(context, wanted.FunctionArn),
            },
            context.Cancellation);

    /// <summary>How API Gateway names the invocation of a function (API Gateway developer guide, "Lambda custom
    /// integrations").</summary>
    private static string InvocationUri(AwsContext context, string functionArn) =>
        $"arn:{context.Clients.Region.PartitionName}:apigateway:{context.Region}:lambda:path/2015-03-31/functions/"
        + $"{functionArn}/invocations";

    [LoggerMessage(Level = LogLevel.Information, Message = "Making {HttpMethod} /{PathPart}, which calls {FunctionArn}")]
    private static partial void LogMaking(ILogger logger, string httpMethod, string pathPart, string functionArn);
}
