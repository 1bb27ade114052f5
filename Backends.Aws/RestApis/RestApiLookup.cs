using Amazon.APIGateway.Model;
using FleetBridge.Backends.Aws.Provisioning;
using ApiResource = Amazon.APIGateway.Model.Resource;
using ListedApi = Amazon.APIGateway.Model.RestApi;

namespace FleetBridge.Backends.Aws.RestApis;

/// <summary>REST APIs and their parts by name: API Gateway cannot filter its listings by name.</summary>
internal static class RestApiLookup
{
    /// <summary>The largest page that API Gateway allows.</summary>
    private const int PageSize = 500;

    /// <summary>The APIs of a name, oldest first; names may repeat.</summary>
    public static async Task<List<ListedApi>> ApisNamedAsync(this AwsContext context, string name)
    {
        var all = Pages.AllAsync(
            position => context.Clients.ApiGateway.GetRestApisAsync(
                new GetRestApisRequest { Limit = PageSize, Position = position }, context.Cancellation),
            page => page.Items,
            page => page.Position,
            context.Cancellation);
        return await all.Where(api => api.Name == name)
            .OrderBy(api => api.CreatedDate).ThenBy(api => api.Id, StringComparer.Ordinal)
            .ToListAsync(context.Cancellation).ConfigureAwait(false);
    }

    /// <summary>The API in use of a name: a deployed one, else the oldest; null when there is none.</summary>
    public static async Task<(ListedApi? Api, bool IsDeployed)> FindApiAsync(this AwsContext context, string name)
    {
        var apis = await context.ApisNamedAsync(name).ConfigureAwait(false);
        ListedApi? deployed = null;
        foreach (var api in apis)
        {
            if (await context.IsDeployedAsync(api.Id!).ConfigureAwait(false))
            {
                deployed = api;
                break;
            }
        }

        var inUse = deployed ?? apis.FirstOrDefault();
        if (apis.Count > 1)
        {
            context.LogSeveral(apis.Count, "REST APIs", name, inUse!.Id);
        }

        return (inUse, deployed is not null);
    }

    /// <summary>An API's resources with their methods.</summary>
    public static async Task<List<ApiResource>> ApiResourcesAsync(this AwsContext context, string apiId) =>
        await Pages.AllAsync(
            position => context.Clients.ApiGateway.GetResourcesAsync(
                new GetResourcesRequest { RestApiId = apiId, Limit = PageSize, Position = position, Embed = ["methods"] },
                context.Cancellation),
            page => page.Items,
            page => page.Position,
            context.Cancellation).ToListAsync(context.Cancellation).ConfigureAwait(false);

    /// <summary>An API's authorizer of a name, which is unique in the API; null when there is none.</summary>
    public static async Task<Authorizer?> FindAuthorizerAsync(this AwsContext context, string apiId, string name) =>
        await Pages.AllAsync(
            position => context.Clients.ApiGateway.GetAuthorizersAsync(
                new GetAuthorizersRequest { RestApiId = apiId, Limit = PageSize, Position = position }, context.Cancellation),
            page => page.Items,
            page => page.Position,
            context.Cancellation)
            .FirstOrDefaultAsync(authorizer => authorizer.Name == name, context.Cancellation).ConfigureAwait(false);

    /// <summary>The description of the deployment on the settings' stage: empty if it has none, null when there is no such stage.
    /// </summary>
    public static async Task<string?> FindDeploymentDescriptionAsync(this AwsContext context, string apiId)
    {
        try
        {
            if (await FindDeploymentIdAsync(context, apiId).ConfigureAwait(false) is not { } deploymentId)
            {
                return null;
            }

            var deployment = await context.Clients.ApiGateway.GetDeploymentAsync(
                new GetDeploymentRequest { RestApiId = apiId, DeploymentId = deploymentId }, context.Cancellation).ConfigureAwait(false);
            return deployment.Description ?? "";
        }
        catch (NotFoundException)
        {
            return null;
        }
    }

    /// <summary>Whether an API was deployed to the settings' stage, which is the last step of its creation.</summary>
    private static async Task<bool> IsDeployedAsync(this AwsContext context, string apiId)
    {
        try
        {
            return await FindDeploymentIdAsync(context, apiId).ConfigureAwait(false) is not null;
        }
        catch (NotFoundException)
        {
            // deleted since it was listed
            return false;
        }
    }

    private static async Task<string?> FindDeploymentIdAsync(AwsContext context, string apiId)
    {
        var stages = await context.Clients.ApiGateway.GetStagesAsync(
            new GetStagesRequest { RestApiId = apiId }, context.Cancellation).ConfigureAwait(false);
        var stageName = context.Settings[AwsSettings.RestApiStageName];
        return stages.Item?.Find(stage => stage.StageName == stageName)?.DeploymentId;
    }
}
