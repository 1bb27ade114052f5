using System.Text.Json.Nodes;
using Amazon.APIGateway.Model;
using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Functions;
using FleetBridge.Backends.Aws.Provisioning;
using FleetBridge.Backends.Aws.RestApis;
using Microsoft.Extensions.Logging;
using ApiResource = Amazon.APIGateway.Model.Resource;

namespace FleetBridge.Backends.Aws.Sessions;

/// <summary>Creates the session API's functions and routes, or what is missing of them, and deletes them.</summary>
internal static partial class SessionApiProvisioner
{
    /// <summary>Brings functions and routes to their desired state, and deploys them.</summary>
    /// <returns>The functions, in the order of the routes.</returns>
    public static async Task<IReadOnlyList<FunctionConfiguration>> EnsureAsync(AwsContext context, SessionApiParts parts)
    {
        // the first one creates the role that all share
        var desired = SessionFunctions.OfRoutes(context, parts.FleetId);
        var first = await FunctionProvisioner.EnsureAsync(context, desired[0]).ConfigureAwait(false);
        var others = await Task.WhenAll(desired.Skip(1).Select(function => FunctionProvisioner.EnsureAsync(context, function)))
            .ConfigureAwait(false);
        FunctionConfiguration[] functions = [first, .. others];
        var methods = SessionRoute.All.Zip(functions).Select(pair => Method(pair.First, pair.Second, parts.AuthorizerId)).ToList();
        var changed = await RestApiProvisioner.RetryConflictsAsync(context, () => EnsureMethodsAsync(context, parts.ApiId, methods))
            .ConfigureAwait(false);
        await RestApiDeployment.EnsureAsync(context, parts.ApiId, RestApiDeployment.SessionRoutes, Content(methods), changed)
            .ConfigureAwait(false);
        return functions;
    }

    /// <summary>What an API lacks of the routes to these functions.</summary>
    public static async Task<IReadOnlyList<string>> MissingRoutesAsync(
        AwsContext context, string apiId, IReadOnlyList<FunctionConfiguration?> functions)
    {
        var resources = await context.ApiResourcesAsync(apiId).ConfigureAwait(false);
        var authorizerId = SessionApiParts.NeedsAuthorizer(context.Settings)
            ? (await context.FindAuthorizerAsync(apiId, context.Settings[AwsSettings.AuthorizerName]).ConfigureAwait(false))?.Id
            : null;
        var missing = new List<string>();
        foreach (var (route, function) in SessionRoute.All.Zip(functions))
        {
            var method = route.FindIn(resources)?.ResourceMethods?.GetValueOrDefault(route.HttpMethod);
            if (function is not null && !RestApiMethods.HasIntegration(context, method, Method(route, function, null)))
            {
                missing.Add($"The REST API ({apiId}) lacks the route {route.HttpMethod} /{route.PathPart}.");
            }
            else if (method is not null && (method.AuthorizerId ?? "") != (authorizerId ?? ""))
            {
                missing.Add($"{route.HttpMethod} /{route.PathPart} of the REST API ({apiId}) uses the authorizer "
                    + $"{method.AuthorizerId ?? "(none)"} instead of {authorizerId ?? "(none)"}.");
            }
        }

        if (missing.Count == 0 && functions.All(function => function is not null))
        {
            var content = Content([.. SessionRoute.All.Zip(functions).Select(pair => Method(pair.First, pair.Second!, authorizerId))]);
            var description = await context.FindDeploymentDescriptionAsync(apiId).ConfigureAwait(false);
            if (!RestApiDeployment.Has(description, RestApiDeployment.SessionRoutes, content))
            {
                missing.Add($"The routes of the session API have not been deployed to the stage {context.Settings[AwsSettings.RestApiStageName]}.");
            }
        }

        return missing;
    }

    /// <summary>Deletes the deployment's routes, functions and role; succeeds when there are none.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="scope">What it takes.</param>
    /// <returns>The details of the result, with the ARNs of the deleted functions.</returns>
    public static async Task<JsonObject> DeleteAsync(AwsContext context, DeletionScope scope)
    {
        var found = new List<Candidate?>();
        foreach (var route in SessionRoute.All)
        {
            found.Add(await FunctionProvisioner.FindCandidateAsync(context, context.Settings[route.NameSetting]).ConfigureAwait(false));
        }

        var roleName = RoleName.Of(context.Settings, AwsSettings.SessionApiRoleName, context.Region).Current;
        found.Add(await FunctionRole.FindCandidateAsync(context, roleName, ResourceTags.SessionApi).ConfigureAwait(false));
        var taken = scope.Take([.. found.OfType<Candidate>()]);
        var apis = ResourceTags.Of(context, ResourceTags.RestApi);
        foreach (var api in await context.ApisNamedAsync(context.Settings[AwsSettings.RestApiName]).ConfigureAwait(false))
        {
            if (apis.OwnerOf(api.Tags) != Owner.AnotherDeployment)
            {
                await DeleteRoutesAsync(context, api.Id!).ConfigureAwait(false);
            }
        }

        return await FunctionDeletion.DeleteAsync(context, taken).ConfigureAwait(false);
    }

    private static async Task<bool> EnsureMethodsAsync(AwsContext context, string apiId, IReadOnlyList<DesiredMethod> methods)
    {
        var changed = await DeleteOtherwiseAuthorizedAsync(context, apiId, methods).ConfigureAwait(false);
        foreach (var method in methods)
        {
            changed |= await RestApiMethods.EnsureAsync(context, apiId, method).ConfigureAwait(false);
        }

        return changed;
    }

    /// <summary>Who may use a route can be changed by a setting, and a method is created with its authorizer: it is created again.
    /// </summary>
    private static async Task<bool> DeleteOtherwiseAuthorizedAsync(AwsContext context, string apiId, IReadOnlyList<DesiredMethod> methods)
    {
        var resources = await context.ApiResourcesAsync(apiId).ConfigureAwait(false);
        var changed = false;
        foreach (var (route, desired) in SessionRoute.All.Zip(methods))
        {
            if (route.FindIn(resources) is { } resource
                && resource.ResourceMethods?.GetValueOrDefault(route.HttpMethod) is { } method
                && (method.AuthorizerId ?? "") != (desired.AuthorizerId ?? ""))
            {
                await DeleteRouteAsync(context, apiId, resource).ConfigureAwait(false);
                changed = true;
            }
        }

        return changed;
    }

    private static async Task DeleteRoutesAsync(AwsContext context, string apiId)
    {
        foreach (var route in SessionRoute.All)
        {
            await InvokePermission.RemoveAsync(context, apiId, context.Settings[route.NameSetting]).ConfigureAwait(false);
        }

        var resources = await context.ApiResourcesAsync(apiId).ConfigureAwait(false);
        var present = SessionRoute.All.Select(route => route.FindIn(resources)).OfType<ApiResource>().ToList();
        foreach (var resource in present)
        {
            await DeleteRouteAsync(context, apiId, resource).ConfigureAwait(false);
        }

        if (await context.FindDeploymentDescriptionAsync(apiId).ConfigureAwait(false) is not null)
        {
            await RestApiDeployment.EnsureAsync(context, apiId, RestApiDeployment.SessionRoutes, null, present.Count > 0).ConfigureAwait(false);
        }
    }

    private static Task DeleteRouteAsync(AwsContext context, string apiId, ApiResource resource)
    {
        LogDeleting(context.Log, resource.Path, apiId);
        return context.Clients.ApiGateway.DeleteResourceAsync(
            new DeleteResourceRequest { RestApiId = apiId, ResourceId = resource.Id }, context.Cancellation).IgnoreAsync<NotFoundException>();
    }

    private static DesiredMethod Method(SessionRoute route, FunctionConfiguration function, string? authorizerId) =>
        new(route.PathPart, route.HttpMethod, function.FunctionArn!, authorizerId, IsProxy: true);

    private static string Content(IEnumerable<DesiredMethod> methods) => string.Join('\n', methods);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting the route {Path} of the REST API {ApiId}")]
    private static partial void LogDeleting(ILogger logger, string? path, string apiId);
}
