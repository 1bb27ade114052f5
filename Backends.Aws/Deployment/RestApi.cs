using System.Text.Json.Nodes;
using Amazon.APIGateway;
using Amazon.APIGateway.Model;
using Backends.Aws.Account;
using Microsoft.Extensions.Logging;
using ListedApi = Amazon.APIGateway.Model.RestApi;

namespace Backends.Aws.Deployment;

/// <summary>The REST API through which the game calls the two functions.</summary>
internal sealed partial class RestApi(AwsClients clients) : AwsResource(clients)
{
    private const string Deployed = "DEPLOYED";
    private const string Incomplete = "INCOMPLETE";

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

        return Told(context, api.Id!);
    }

    private static async Task<BackendResult> CreateAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.RestApiName];
        var parts = await RestApiParts.FindAsync(context).ConfigureAwait(false);
        var (api, deployed) = await FindAsync(context, name).ConfigureAwait(false);
        string apiId;
        if (api is null)
        {
            LogCreating(context.Log, name, context.Region);
            var answer = await context.Clients.ApiGateway.CreateRestApiAsync(
                new CreateRestApiRequest { Name = name, Description = "Login and game sessions, made by FleetBridge" },
                context.Cancellation).ConfigureAwait(false);
            apiId = answer.Id!;
            LogCreated(context.Log, name, apiId);
        }
        else
        {
            apiId = api.Id!;
            LogLooking(context.Log, name, apiId);
        }

        var changed = await CompleteAsync(context, apiId, parts).ConfigureAwait(false);
        if (changed || !deployed)
        {
            var stage = context.Settings[AwsSettings.RestApiStageName];
            LogDeploying(context.Log, name, stage);
            await context.Clients.ApiGateway.CreateDeploymentAsync(
                new CreateDeploymentRequest { RestApiId = apiId, StageName = stage }, context.Cancellation).ConfigureAwait(false);
        }
        else
        {
            LogExists(context.Log, name, apiId);
        }

        return Told(context, apiId);
    }

    /// <summary>Adds what an API lacks; true when something was missing.</summary>
    private static async Task<bool> CompleteAsync(AwsContext context, string apiId, RestApiParts parts)
    {
        var authorizerName = context.Settings[AwsSettings.AuthorizerName];
        var authorizer = await context.FindAuthorizerAsync(apiId, authorizerName).ConfigureAwait(false);
        if (authorizer?.ProviderARNs?.Contains(parts.UserPoolArn) == false)
        {
            throw new BackendException(
                $"The REST API ({apiId}) asks another user pool who may call it: {string.Join(", ", authorizer.ProviderARNs)}.",
                "The pool was made anew after the API. Delete the REST API, then create it again.");
        }

        var authorizerId = authorizer?.Id;
        if (authorizerId is null)
        {
            LogMakingAuthorizer(context.Log, authorizerName);
            var answer = await context.Clients.ApiGateway.CreateAuthorizerAsync(
                new CreateAuthorizerRequest
                {
                    RestApiId = apiId,
                    Name = authorizerName,
                    Type = AuthorizerType.COGNITO_USER_POOLS,
                    ProviderARNs = [parts.UserPoolArn],
                    IdentitySource = "method.request.header.Authorization",
                },
                context.Cancellation).ConfigureAwait(false);
            authorizerId = answer.Id;
        }

        var resources = await context.ApiResourcesAsync(apiId).ConfigureAwait(false);
        var login = new WantedMethod(context.Settings[AwsSettings.LoginPathPart], "POST", parts.LoginArn, null);
        var startSession = new WantedMethod(
            context.Settings[AwsSettings.StartSessionPathPart], "GET", parts.StartSessionArn, authorizerId);
        var changed = await RestApiMethods.EnsureAsync(context, apiId, resources, login).ConfigureAwait(false);
        changed |= await RestApiMethods.EnsureAsync(context, apiId, resources, startSession).ConfigureAwait(false);
        return changed || authorizer is null;
    }

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

    /// <summary>The API that counts: a deployed one, else the first.</summary>
    private static async Task<(ListedApi? Api, bool Deployed)> FindAsync(AwsContext context, string name)
    {
        var apis = await context.ApisNamedAsync(name).ConfigureAwait(false);
        foreach (var api in apis)
        {
            if (await context.IsDeployedAsync(api.Id!).ConfigureAwait(false))
            {
                return (api, true);
            }
        }

        return (apis.FirstOrDefault(), false);
    }

    /// <summary>Says where the API is and how to try it out.</summary>
    private static BackendResult Told(AwsContext context, string apiId)
    {
        var settings = context.Settings;
        var url = $"https://{apiId}.execute-api.{context.Region}.{context.Clients.Region.PartitionDnsSuffix}/"
            + settings[AwsSettings.RestApiStageName];
        var login = $"curl -X POST '{url}/{settings[AwsSettings.LoginPathPart]}' -H 'Content-Type: application/json' "
            + $$"""-d '{"username": "{{TestUsers.First}}", "password": "{{TestUsers.Password}}"}'""";
        var startSession = $"curl '{url}/{settings[AwsSettings.StartSessionPathPart]}' -H 'Authorization: <IdToken of the login>'";
        LogThere(context.Log, settings[AwsSettings.RestApiName], apiId, url);
        LogTry(context.Log, "log in", login);
        LogTry(context.Log, "start a session", startSession);
        return BackendResult.Success(new JsonObject
        {
            [BackendResult.StateDetail] = Deployed,
            ["Rest Api Id"] = apiId,
            ["Invoke URL"] = url,
            ["Login"] = login,
            ["Start Session"] = startSession,
        });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Looking for the REST API {Name} in {Region}")]
    private static partial void LogChecking(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "The REST API {Name} ({ApiId}) is there; its invoke URL is {Url}")]
    private static partial void LogThere(ILogger logger, string name, string apiId, string url);

    [LoggerMessage(Level = LogLevel.Information, Message = "To {What}: {Command}")]
    private static partial void LogTry(ILogger logger, string what, string command);

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the REST API {Name} in {Region}")]
    private static partial void LogCreating(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Created the REST API {Name} ({ApiId})")]
    private static partial void LogCreated(ILogger logger, string name, string apiId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The REST API {Name} ({ApiId}) exists; looking whether it lacks something")]
    private static partial void LogLooking(ILogger logger, string name, string apiId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The REST API {Name} ({ApiId}) exists already; nothing to create")]
    private static partial void LogExists(ILogger logger, string name, string apiId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Making the authorizer {Name}")]
    private static partial void LogMakingAuthorizer(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deploying the REST API {Name} to the stage {Stage}")]
    private static partial void LogDeploying(ILogger logger, string name, string stage);

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
