using Amazon.APIGateway.Model;
using FleetBridge.Backends.Aws.Provisioning;

namespace FleetBridge.Backends.Aws.RestApis;

/// <summary>REST APIs and their parts by name: API Gateway lists them without a filter for it.</summary>
internal static class RestApiListing
{
    /// <summary>The most that API Gateway gives in a page.</summary>
    private const int PageSize = 500;

    /// <summary>The APIs of a name, oldest first; names may repeat.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="name">The name.</param>
    public static async Task<List<Amazon.APIGateway.Model.RestApi>> ApisNamedAsync(this AwsContext context, string name)
    {
        var apis = new List<Amazon.APIGateway.Model.RestApi>();
        var all = Pages.AllAsync(
            position => context.Clients.ApiGateway.GetRestApisAsync(
                new GetRestApisRequest { Limit = PageSize, Position = position }, context.Cancellation),
            page => page.Items,
            page => page.Position,
            context.Cancellation);
        await foreach (var api in all.ConfigureAwait(false))
        {
            if (api.Name == name)
            {
                apis.Add(api);
            }
        }

        return [.. apis.OrderBy(api => api.CreatedDate).ThenBy(api => api.Id, StringComparer.Ordinal)];
    }

    /// <summary>An API's paths with their methods.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="apiId">The API.</param>
    public static async Task<List<Amazon.APIGateway.Model.Resource>> ApiResourcesAsync(this AwsContext context, string apiId)
    {
        var resources = new List<Amazon.APIGateway.Model.Resource>();
        var all = Pages.AllAsync(
            position => context.Clients.ApiGateway.GetResourcesAsync(
                new GetResourcesRequest { RestApiId = apiId, Limit = PageSize, Position = position, Embed = ["methods"] },
                context.Cancellation),
            page => page.Items,
            page => page.Position,
            context.Cancellation);
        await foreach (var resource in all.ConfigureAwait(false))
        {
            resources.Add(resource);
        }

        return resources;
    }

    /// <summary>An API's authorizer of a name.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="apiId">The API.</param>
    /// <param name="name">The authorizer's name, unique in its API.</param>
    /// <returns>The authorizer; null when there is none.</returns>
    public static async Task<Authorizer?> FindAuthorizerAsync(this AwsContext context, string apiId, string name)
    {
        var all = Pages.AllAsync(
            position => context.Clients.ApiGateway.GetAuthorizersAsync(
                new GetAuthorizersRequest { RestApiId = apiId, Limit = PageSize, Position = position }, context.Cancellation),
            page => page.Items,
            page => page.Position,
            context.Cancellation);
        await foreach (var authorizer in all.ConfigureAwait(false))
        {
            if (authorizer.Name == name)
            {
                return authorizer;
            }
        }

        return null;
    }

    /// <summary>The description of what an API has on the settings' stage; deploying is the last step of its making.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="apiId">The API.</param>
    /// <returns>The deployment's description, empty if it has none; null when there is no such stage.</returns>
    public static async Task<string?> DeployedAsync(this AwsContext context, string apiId)
    {
        try
        {
            if (await DeploymentIdAsync(context, apiId).ConfigureAwait(false) is not { } deploymentId)
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

    /// <summary>Whether an API was deployed to the settings' stage.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="apiId">The API.</param>
    public static async Task<bool> IsDeployedAsync(this AwsContext context, string apiId)
    {
        try
        {
            return await DeploymentIdAsync(context, apiId).ConfigureAwait(false) is not null;
        }
        catch (NotFoundException)
        {
            // deleted since it was listed
            return false;
        }
    }

    private static async Task<string?> DeploymentIdAsync(AwsContext context, string apiId)
    {
        var stages = await context.Clients.ApiGateway.GetStagesAsync(
            new GetStagesRequest { RestApiId = apiId }, context.Cancellation).ConfigureAwait(false);
        var stageName = context.Settings[AwsSettings.RestApiStageName];
        return stages.Item?.Find(stage => stage.StageName == stageName)?.DeploymentId;
    }
}
