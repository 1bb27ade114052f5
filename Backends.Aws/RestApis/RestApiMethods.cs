using Amazon.APIGateway;
using Amazon.APIGateway.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;
using ApiResource = Amazon.APIGateway.Model.Resource;

namespace FleetBridge.Backends.Aws.RestApis;

/// <summary>The desired state of a method of the REST API.</summary>
/// <param name="PathPart">Its path under the root.</param>
/// <param name="HttpMethod">Its HTTP method.</param>
/// <param name="FunctionArn">The function behind it.</param>
/// <param name="AuthorizerId">The authorizer that decides who may call it; null lets anyone call it.</param>
/// <param name="IsProxy">Whether the function gets the whole request and says the status of the response; otherwise that is 200.</param>
internal sealed record DesiredMethod(string PathPart, string HttpMethod, string FunctionArn, string? AuthorizerId, bool IsProxy = false)
{
    /// <summary>How API Gateway calls the function (API Gateway developer guide, "Lambda integrations").</summary>
    public IntegrationType Integration => IsProxy ? IntegrationType.AWS_PROXY : IntegrationType.AWS;
}

/// <summary>Creates an API's methods, and of each only the steps that are missing.</summary>
internal static partial class RestApiMethods
{
    private const string Ok = "200";

    /// <summary>Brings a method to its desired state.</summary>
    /// <returns>Whether something was missing that has to be deployed.</returns>
    /// <exception cref="ConflictException">Another client creates it at the same time.</exception>
    /// <exception cref="BackendException">It exists with another authorizer.</exception>
    public static async Task<bool> EnsureAsync(AwsContext context, string apiId, DesiredMethod desired)
    {
        var resources = await context.ApiResourcesAsync(apiId).ConfigureAwait(false);
        var root = resources.First(resource => resource.Path == "/");
        var resource = resources.Find(resource => resource.ParentId == root.Id && resource.PathPart == desired.PathPart);
        var method = resource?.ResourceMethods?.GetValueOrDefault(desired.HttpMethod);
        CheckAuthorizer(apiId, desired, method);
        var lacksIntegration = !HasIntegration(context, method, desired);

        // Replacing an integration deletes its responses. A proxy needs none.
        var lacksIntegrationResponse = !desired.IsProxy
            && (lacksIntegration || method?.MethodIntegration?.IntegrationResponses?.ContainsKey(Ok) != true);
        var lacksMethodResponse = !desired.IsProxy && method?.MethodResponses?.ContainsKey(Ok) != true;
        if (method is null || lacksIntegration || lacksIntegrationResponse || lacksMethodResponse)
        {
            LogCreating(context.Log, desired.HttpMethod, desired.PathPart, desired.FunctionArn);
        }

        var resourceId = resource?.Id ?? await CreateResourceAsync(context, apiId, root, desired).ConfigureAwait(false);
        if (method is null)
        {
            await PutMethodAsync(context, apiId, resourceId, desired).ConfigureAwait(false);
        }

        if (lacksIntegration)
        {
            await PutIntegrationAsync(context, apiId, resourceId, desired).ConfigureAwait(false);
        }

        await InvokePermission.EnsureAsync(context, apiId, desired).ConfigureAwait(false);
        if (lacksIntegrationResponse)
        {
            await context.Clients.ApiGateway.PutIntegrationResponseAsync(
                new PutIntegrationResponseRequest
                {
                    RestApiId = apiId,
                    ResourceId = resourceId,
                    HttpMethod = desired.HttpMethod,
                    StatusCode = Ok,
                },
                context.Cancellation).ConfigureAwait(false);
        }

        if (lacksMethodResponse)
        {
            await context.Clients.ApiGateway.PutMethodResponseAsync(
                new PutMethodResponseRequest
                {
                    RestApiId = apiId,
                    ResourceId = resourceId,
                    HttpMethod = desired.HttpMethod,
                    StatusCode = Ok,
                },
                context.Cancellation).ConfigureAwait(false);
        }

        return lacksIntegration || lacksIntegrationResponse || lacksMethodResponse;
    }

    /// <summary>Whether a method calls the desired function in the desired way.</summary>
    public static bool HasIntegration(AwsContext context, Method? method, DesiredMethod desired) =>
        method?.MethodIntegration is { } integration
        && integration.Uri == InvocationUri(context, desired.FunctionArn)
        && (integration.Type is null || integration.Type == desired.Integration);

    /// <summary>A method with the wrong authorizer is an error: it may be open to anyone.</summary>
    private static void CheckAuthorizer(string apiId, DesiredMethod desired, Method? method)
    {
        if (method is not null && (method.AuthorizerId ?? "") != (desired.AuthorizerId ?? ""))
        {
            throw new BackendException(
                $"{desired.HttpMethod} /{desired.PathPart} of the REST API ({apiId}) uses the authorizer {method.AuthorizerId ?? "(none)"} "
                + $"instead of {desired.AuthorizerId ?? "(none)"}.",
                "It was changed by hand, or the authorizer's name was changed in the settings. Delete the REST API and create it again; "
                + "its address will change.");
        }
    }

    private static async Task<string> CreateResourceAsync(AwsContext context, string apiId, ApiResource root, DesiredMethod desired)
    {
        var created = await context.Clients.ApiGateway.CreateResourceAsync(
            new CreateResourceRequest { RestApiId = apiId, ParentId = root.Id, PathPart = desired.PathPart },
            context.Cancellation).ConfigureAwait(false);
        return created.Id!;
    }

    private static Task<PutMethodResponse> PutMethodAsync(AwsContext context, string apiId, string resourceId, DesiredMethod desired) =>
        context.Clients.ApiGateway.PutMethodAsync(
            new PutMethodRequest
            {
                RestApiId = apiId,
                ResourceId = resourceId,
                HttpMethod = desired.HttpMethod,
                AuthorizationType = desired.AuthorizerId is null ? "NONE" : "COGNITO_USER_POOLS",
                AuthorizerId = desired.AuthorizerId,
            },
            context.Cancellation);

    private static Task<PutIntegrationResponse> PutIntegrationAsync(
        AwsContext context, string apiId, string resourceId, DesiredMethod desired) =>
        context.Clients.ApiGateway.PutIntegrationAsync(
            new PutIntegrationRequest
            {
                RestApiId = apiId,
                ResourceId = resourceId,
                HttpMethod = desired.HttpMethod,
                Type = desired.Integration,
                IntegrationHttpMethod = "POST",
                Uri = InvocationUri(context, desired.FunctionArn),
            },
            context.Cancellation);

    /// <summary>The URI of a function's invocation (API Gateway developer guide, "Lambda custom integrations").</summary>
    private static string InvocationUri(AwsContext context, string functionArn) =>
        $"arn:{context.Clients.Region.PartitionName}:apigateway:{context.Region}:lambda:path/2015-03-31/functions/"
        + $"{functionArn}/invocations";

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating {HttpMethod} /{PathPart}, which calls {FunctionArn}")]
    private static partial void LogCreating(ILogger logger, string httpMethod, string pathPart, string functionArn);
}
