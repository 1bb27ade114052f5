using System.Text.Json.Nodes;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Provisioning;
using FleetBridge.Backends.Aws.UserPools;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.RestApis;

/// <summary>The REST API through which the game calls the two functions.</summary>
internal sealed partial class RestApi(AwsClients clients) : AwsResource(clients)
{
    private const string Kind = "REST API";

    /// <inheritdoc/>
    public override string Path => "deployment/rest_api";

    /// <inheritdoc/>
    public override IReadOnlyList<string> DependsOn => ["deployment/user_pool", "deployment/lambdas"];

    /// <inheritdoc/>
    public override string CostOfKeeping => "Nothing while it is not called; each call is billed, and anyone can call the login.";

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations =>
    [
        Operation.Check(OnAws(CheckAsync)),
        Operation.Create(OnAws(CreateAsync)),
        Operation.Delete(OnAws(DeleteAsync)),
        Browse("apigateway/main/apis?region=[region]"),
    ];

    private static async Task<BackendResult> CheckAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.RestApiName];
        context.LogLookingFor(Kind, name);
        var (api, deployed) = await context.FindApiAsync(name).ConfigureAwait(false);
        if (api is null)
        {
            return context.Absent(Kind, name, "Create the user pool and the Lambdas, then the REST API.");
        }

        if (!deployed)
        {
            return BackendResult.Failure(
                $"The REST API {name} ({api.Id}) is incomplete: it has not been deployed to the stage "
                + $"{context.Settings[AwsSettings.RestApiStageName]}.",
                "Create it again: what is missing will be added.",
                new JsonObject { [BackendResult.StateDetail] = RestApiReport.Incomplete, ["Rest Api Id"] = api.Id });
        }

        return await FindOtherPoolAsync(context, api.Id!).ConfigureAwait(false) is { } problem
            ? BackendResult.Failure(
                problem,
                "Create the REST API again: it will use the new pool and keep its address.",
                RestApiReport.Details(context, api.Id!, RestApiReport.Outdated))
            : await WithDriftAsync(context, name, api.Id!, RestApiReport.Deployed(context, api.Id!)).ConfigureAwait(false);
    }

    /// <summary>Adds to a result whether the API was deployed for other parts than those of the settings.</summary>
    private static async Task<BackendResult> WithDriftAsync(AwsContext context, string name, string apiId, BackendResult result)
    {
        try
        {
            var parts = await RestApiParts.FindAsync(context).ConfigureAwait(false);
            var description = await context.FindDeploymentDescriptionAsync(apiId).ConfigureAwait(false);
            if (!RestApiProvisioner.IsDeployed(description, context.Settings, parts))
            {
                result.Details![BackendResult.DriftDetail] = new JsonArray(
                    $"{name}: its deployment was made for another user pool, other functions, or other names or paths (create would deploy it again)");
                LogDrift(context.Log, name, apiId);
            }
        }
        catch (BackendException)
        {
            // without its parts there is nothing to compare it with; their own checks say so
        }

        return result;
    }

    private static async Task<BackendResult> CreateAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.RestApiName];
        var parts = await RestApiParts.FindAsync(context).ConfigureAwait(false);
        var (api, _) = await context.FindApiAsync(name).ConfigureAwait(false);
        if (api is not null)
        {
            ResourceTags.Of(context, ResourceTags.RestApi).ThrowIfAnothers(Kind, name, api.Tags);
            LogChecking(context.Log, name, api.Id);
        }

        var apiId = api?.Id ?? await RestApiProvisioner.CreateAsync(context).ConfigureAwait(false);
        if (!await RestApiProvisioner.CompleteAsync(context, apiId, parts).ConfigureAwait(false))
        {
            LogExists(context.Log, name, apiId);
        }

        return RestApiReport.Deployed(context, apiId);
    }

    private static async Task<BackendResult> DeleteAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.RestApiName];
        var apis = await context.ApisNamedAsync(name).ConfigureAwait(false);
        return await context.DeleteAllAsync(
            ResourceTags.Of(context, ResourceTags.RestApi),
            Kind,
            name,
            [.. apis.Select(api => new Candidate(Kind, name, api.Id!, api.Tags))],
            apiId => RestApiDeletion.RunAsync(context, name, apiId)).ConfigureAwait(false);
    }

    /// <summary>The problem of an API whose authorizer uses a pool other than the one of the settings' name; null when there is none.
    /// </summary>
    private static async Task<string?> FindOtherPoolAsync(AwsContext context, string apiId)
    {
        var authorizer = await context.FindAuthorizerAsync(apiId, context.Settings[AwsSettings.AuthorizerName]).ConfigureAwait(false);
        var poolName = context.Settings[AwsSettings.UserPoolName];
        var poolIds = await context.PoolIdsNamedAsync(poolName).ConfigureAwait(false);
        return authorizer?.ProviderARNs is not { Count: > 0 } arns || poolIds.Count == 0 || arns.Exists(arn => poolIds.Exists(id => IsOf(arn, id)))
            ? null
            : $"The REST API ({apiId}) uses the user pool {string.Join(", ", arns)} to decide who may start a session, but {poolName} is "
                + $"{string.Join(", ", poolIds)}.";
    }

    // arn:aws:cognito-idp:<region>:<account>:userpool/<id>
    private static bool IsOf(string arn, string poolId) => arn.EndsWith($"/{poolId}", StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The REST API {Name} ({ApiId}) was deployed for another user pool, other functions, or "
        + "other names or paths than those of the settings; create it again to deploy it for these")]
    private static partial void LogDrift(ILogger logger, string name, string apiId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The REST API {Name} ({ApiId}) exists; checking whether it is complete")]
    private static partial void LogChecking(ILogger logger, string name, string? apiId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The REST API {Name} ({ApiId}) exists already; nothing to create")]
    private static partial void LogExists(ILogger logger, string name, string apiId);
}
