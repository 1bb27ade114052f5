using System.Text.Json.Nodes;
using Amazon.APIGateway.Model;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Functions;
using FleetBridge.Backends.Aws.Provisioning;
using FleetBridge.Backends.Aws.UserPools;
using Microsoft.Extensions.Logging;
using ListedApi = Amazon.APIGateway.Model.RestApi;

namespace FleetBridge.Backends.Aws.RestApis;

/// <summary>The REST API through which the game calls the two functions.</summary>
internal sealed partial class RestApi(AwsClients clients) : AwsResource(clients)
{
    private const string Deployed = "DEPLOYED";
    private const string Incomplete = "INCOMPLETE";
    private const string Outdated = "OUTDATED";

    private const string InvokeUrl = "Invoke URL";
    private const string Login = "Login";
    private const string StartSession = "Start Session";

    /// <summary>API Gateway deletes one API in 30 seconds and account (Amazon API Gateway quotas).</summary>
    private static readonly TimeSpan DeletePause = TimeSpan.FromSeconds(31);

    private static readonly TimeSpan DeleteLimit = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public override string Path => "deployment/rest_api";

    /// <inheritdoc/>
    public override IReadOnlyList<string> DependsOn => ["deployment/user_pool", "deployment/lambdas"];

    /// <inheritdoc/>
    public override string CostOfKeeping => "Nothing while nobody calls it; each call is billed, and anybody may call the login.";

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations =>
    [
        Operation.Check(OnAws(CheckAsync)),
        Operation.Create(OnAws(CreateAsync)),
        Operation.Delete(OnAws(DeleteAsync)),
        AwsConsole.Browse("apigateway/main/apis?region=[region]"),
    ];

    private static async Task<BackendResult> CheckAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.RestApiName];
        LogChecking(context.Log, name, context.Region);
        var (api, deployed) = await FindAsync(context, name).ConfigureAwait(false);
        if (api is null)
        {
            return BackendResult.Failure(
                $"There is no REST API named {name} in {context.Region}.",
                "Create it, once the user pool and the functions are there.",
                new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState });
        }

        if (!deployed)
        {
            return BackendResult.Failure(
                $"The REST API {name} ({api.Id}) is half made: it was not deployed to the stage "
                + $"{context.Settings[AwsSettings.RestApiStageName]}.",
                "Create it again: what is missing will be added.",
                new JsonObject { [BackendResult.StateDetail] = Incomplete, ["Rest Api Id"] = api.Id });
        }

        if (await AsksAnotherPoolAsync(context, api.Id!).ConfigureAwait(false) is { } problem)
        {
            return BackendResult.Failure(
                problem, "Create the REST API again: it will be led to the new pool, and keeps its address.", Details(context, api.Id!, Outdated));
        }

        return Told(context, api.Id!);
    }

    private static async Task<BackendResult> CreateAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.RestApiName];
        var parts = await RestApiParts.FindAsync(context).ConfigureAwait(false);
        var (api, _) = await FindAsync(context, name).ConfigureAwait(false);
        if (api is not null)
        {
            LogLooking(context.Log, name, api.Id);
        }

        var apiId = api?.Id ?? await RestApiProvisioner.CreateAsync(context).ConfigureAwait(false);
        if (!await RestApiProvisioner.CompleteAsync(context, apiId, parts).ConfigureAwait(false))
        {
            LogExists(context.Log, name, apiId);
        }

        return Told(context, apiId);
    }

    /// <summary>What is wrong when the API's authorizer asks a pool that is not the one of the settings' name any more.
    /// </summary>
    private static async Task<string?> AsksAnotherPoolAsync(AwsContext context, string apiId)
    {
        var authorizer = await context.FindAuthorizerAsync(apiId, context.Settings[AwsSettings.AuthorizerName]).ConfigureAwait(false);
        var poolName = context.Settings[AwsSettings.UserPoolName];
        var poolIds = await context.PoolIdsNamedAsync(poolName).ConfigureAwait(false);
        if (authorizer?.ProviderARNs is not { Count: > 0 } arns || poolIds.Count == 0 || arns.Exists(arn => poolIds.Exists(id => IsOf(arn, id))))
        {
            return null;
        }

        return $"The REST API ({apiId}) asks the user pool {string.Join(", ", arns)} who may start a session, but {poolName} is "
            + $"{string.Join(", ", poolIds)} now.";
    }

    // arn:aws:cognito-idp:<region>:<account>:userpool/<id>
    private static bool IsOf(string arn, string poolId) => arn.EndsWith($"/{poolId}", StringComparison.Ordinal);

    private static async Task<BackendResult> DeleteAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.RestApiName];
        var apis = await context.ApisNamedAsync(name).ConfigureAwait(false);
        if (apis.Count == 0)
        {
            LogNothingToDelete(context.Log, name, context.Region);
            return BackendResult.Success(new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState });
        }

        foreach (var api in apis)
        {
            LogDeleting(context.Log, name, api.Id);

            // first, since nobody would know their ids once the API is gone
            await InvokePermission.RemoveAsync(context, api.Id!, context.Settings[AwsSettings.LoginFunctionName]).ConfigureAwait(false);
            await InvokePermission.RemoveAsync(
                context, api.Id!, context.Settings[AwsSettings.StartSessionFunctionName]).ConfigureAwait(false);
            var (_, inTime) = await context.UntilAsync(
                () => TryDeleteAsync(context, name, api.Id!), deleted => deleted, DeletePause, DeleteLimit).ConfigureAwait(false);
            if (!inTime)
            {
                throw new BackendException(
                    $"API Gateway has refused for {DeleteLimit.TotalMinutes:0} minutes to delete the REST API {name} ({api.Id}): it "
                    + "deletes one in 30 seconds.",
                    "Wait a minute and delete it again.");
            }

            LogDeleted(context.Log, name, api.Id);
        }

        return BackendResult.Success(new JsonObject
        {
            [BackendResult.StateDetail] = BackendResult.AbsentState,
            ["Deleted"] = new JsonArray([.. apis.Select(api => JsonValue.Create(api.Id))]),
        });
    }

    private static async Task<bool> TryDeleteAsync(AwsContext context, string name, string apiId)
    {
        try
        {
            await context.Clients.ApiGateway.DeleteRestApiAsync(
                new DeleteRestApiRequest { RestApiId = apiId }, context.Cancellation).ConfigureAwait(false);
            return true;
        }
        catch (NotFoundException)
        {
            return true;
        }
        catch (TooManyRequestsException)
        {
            LogWaitingToDelete(context.Log, name, apiId, (int)DeletePause.TotalSeconds);
            return false;
        }
    }

    /// <summary>The API that counts: a deployed one, else the oldest.</summary>
    private static async Task<(ListedApi? Api, bool Deployed)> FindAsync(AwsContext context, string name)
    {
        var apis = await context.ApisNamedAsync(name).ConfigureAwait(false);
        var deployed = false;
        ListedApi? found = null;
        foreach (var api in apis)
        {
            deployed = await context.IsDeployedAsync(api.Id!).ConfigureAwait(false);
            if (deployed)
            {
                found = api;
                break;
            }
        }

        found ??= apis.FirstOrDefault();
        if (apis.Count > 1)
        {
            LogSeveral(context.Log, apis.Count, name, found!.Id);
        }

        return (found, deployed);
    }

    /// <summary>Says where the API is and how to try it out.</summary>
    private static BackendResult Told(AwsContext context, string apiId)
    {
        var details = Details(context, apiId, Deployed);
        LogThere(context.Log, context.Settings[AwsSettings.RestApiName], apiId, (string)details[InvokeUrl]!);
        LogTry(context.Log, "log in", (string)details[Login]!);
        LogTry(context.Log, "start a session", (string)details[StartSession]!);
        return BackendResult.Success(details);
    }

    private static JsonObject Details(AwsContext context, string apiId, string state)
    {
        var settings = context.Settings;
        var url = $"https://{apiId}.execute-api.{context.Region}.{context.Clients.Region.PartitionDnsSuffix}/"
            + settings[AwsSettings.RestApiStageName];
        return new JsonObject
        {
            [BackendResult.StateDetail] = state,
            ["Rest Api Id"] = apiId,
            [InvokeUrl] = url,
            [Login] = $"curl -X POST '{url}/{settings[AwsSettings.LoginPathPart]}' -H 'Content-Type: application/json' "
                + $$"""-d '{"username": "{{TestUsers.First}}", "password": "{{TestUsers.Password}}"}'""",
            [StartSession] = $"curl '{url}/{settings[AwsSettings.StartSessionPathPart]}' -H 'Authorization: <IdToken of the login>'",
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Looking for the REST API {Name} in {Region}")]
    private static partial void LogChecking(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "The REST API {Name} ({ApiId}) is there; its invoke URL is {Url}")]
    private static partial void LogThere(ILogger logger, string name, string apiId, string url);

    [LoggerMessage(Level = LogLevel.Information, Message = "To {What}: {Command}")]
    private static partial void LogTry(ILogger logger, string what, string command);

    [LoggerMessage(Level = LogLevel.Information, Message = "The REST API {Name} ({ApiId}) exists; looking whether it lacks something")]
    private static partial void LogLooking(ILogger logger, string name, string? apiId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The REST API {Name} ({ApiId}) exists already; nothing to create")]
    private static partial void LogExists(ILogger logger, string name, string apiId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There are {Count} REST APIs named {Name}; {ApiId} is the one in use. Delete removes "
        + "all of them")]
    private static partial void LogSeveral(ILogger logger, int count, string name, string? apiId);

    [LoggerMessage(Level = LogLevel.Information, Message = "There is no REST API {Name} in {Region}; nothing to delete")]
    private static partial void LogNothingToDelete(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting the REST API {Name} ({ApiId})")]
    private static partial void LogDeleting(ILogger logger, string name, string? apiId);

    [LoggerMessage(Level = LogLevel.Information, Message = "API Gateway deletes one API in 30 seconds; {Name} ({ApiId}) is tried again "
        + "in {Seconds} s")]
    private static partial void LogWaitingToDelete(ILogger logger, string name, string apiId, int seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted the REST API {Name} ({ApiId})")]
    private static partial void LogDeleted(ILogger logger, string name, string? apiId);
}
