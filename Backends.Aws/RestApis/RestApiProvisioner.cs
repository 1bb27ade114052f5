using System.Security.Cryptography;
using System.Text;
using Amazon.APIGateway;
using Amazon.APIGateway.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.RestApis;

/// <summary>Makes a REST API, or adds to one what it lacks.</summary>
internal static partial class RestApiProvisioner
{
    /// <summary>How often it is begun anew because somebody else works on the same API.</summary>
    private const int Attempts = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Makes an API with nothing in it.</summary>
    /// <param name="context">The operation.</param>
    /// <returns>Its id.</returns>
    public static async Task<string> CreateAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.RestApiName];
        LogCreating(context.Log, name, context.Region);
        var apiId = await context.MakeOnceAsync(
            $"the REST API {name}",
            async () =>
            {
                var answer = await context.Clients.ApiGateway.CreateRestApiAsync(
                    new CreateRestApiRequest { Name = name, Description = "Login and game sessions, made by FleetBridge" },
                    context.Cancellation).ConfigureAwait(false);
                return answer.Id!;
            },
            async () => (await context.ApisNamedAsync(name).ConfigureAwait(false)).FirstOrDefault()?.Id).ConfigureAwait(false);
        LogCreated(context.Log, name, apiId);
        return apiId;
    }

    /// <summary>Adds what an API lacks, and deploys it where what is deployed is not that.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="apiId">The API.</param>
    /// <param name="parts">What it is put together from.</param>
    /// <returns>Whether something was to do.</returns>
    public static async Task<bool> CompleteAsync(AwsContext context, string apiId, RestApiParts parts)
    {
        var changed = await EnsureWholeAsync(context, apiId, parts).ConfigureAwait(false);

        // A create that was stopped after a change of what was deployed already leaves no other trace than this.
        var description = Description(context.Settings, parts);
        if (!changed && await context.DeployedAsync(apiId).ConfigureAwait(false) == description)
        {
            return false;
        }

        var (name, stage) = (context.Settings[AwsSettings.RestApiName], context.Settings[AwsSettings.RestApiStageName]);
        LogDeploying(context.Log, name, apiId, stage);
        var deployment = await context.MakeOnceAsync(
            $"the deployment of the REST API {name}",
            async () =>
            {
                var answer = await context.Clients.ApiGateway.CreateDeploymentAsync(
                    new CreateDeploymentRequest { RestApiId = apiId, StageName = stage, Description = description },
                    context.Cancellation).ConfigureAwait(false);
                return answer.Id!;
            },
            () => Task.FromResult<string?>(null)).ConfigureAwait(false);
        LogDeployed(context.Log, name, apiId, stage, deployment);
        return true;
    }

    private static async Task<bool> EnsureWholeAsync(AwsContext context, string apiId, RestApiParts parts)
    {
        var changed = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await EnsurePartsAsync(context, apiId, parts).ConfigureAwait(false) || changed;
            }
            catch (ConflictException) when (attempt < Attempts)
            {
                // somebody else has made the same in this moment, or a call whose answer was lost: look again what is there
                changed = true;
            }

            await Task.Delay(Pause, context.Clock, context.Cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<bool> EnsurePartsAsync(AwsContext context, string apiId, RestApiParts parts)
    {
        var (authorizerId, changed) = await EnsureAuthorizerAsync(context, apiId, parts.UserPoolArn).ConfigureAwait(false);
        var login = new WantedMethod(context.Settings[AwsSettings.LoginPathPart], "POST", parts.LoginArn, null);
        var startSession = new WantedMethod(
            context.Settings[AwsSettings.StartSessionPathPart], "GET", parts.StartSessionArn, authorizerId);
        changed |= await RestApiMethods.EnsureAsync(context, apiId, login).ConfigureAwait(false);
        changed |= await RestApiMethods.EnsureAsync(context, apiId, startSession).ConfigureAwait(false);
        return changed;
    }

    /// <summary>
    /// Makes the authorizer, or leads the one that is there to the pool as it is now: when the pool was made anew, the API
    /// keeps its address, which games have in their settings.
    /// </summary>
    private static async Task<(string AuthorizerId, bool Changed)> EnsureAuthorizerAsync(AwsContext context, string apiId, string userPoolArn)
    {
        var name = context.Settings[AwsSettings.AuthorizerName];
        var authorizer = await context.FindAuthorizerAsync(apiId, name).ConfigureAwait(false);
        if (authorizer is null)
        {
            LogMakingAuthorizer(context.Log, name, userPoolArn);
            var answer = await context.Clients.ApiGateway.CreateAuthorizerAsync(
                new CreateAuthorizerRequest
                {
                    RestApiId = apiId,
                    Name = name,
                    Type = AuthorizerType.COGNITO_USER_POOLS,
                    ProviderARNs = [userPoolArn],
                    IdentitySource = "method.request.header.Authorization",
                },
                context.Cancellation).ConfigureAwait(false);
            return (answer.Id!, true);
        }

        if (AsksOnly(authorizer, userPoolArn))
        {
            return (authorizer.Id!, false);
        }

        LogLeadingAuthorizer(context.Log, name, userPoolArn);
        await context.MakeOnceAsync(
            $"the change of the authorizer {name}",
            () => LeadAsync(context, apiId, authorizer, userPoolArn),
            async () => await context.FindAuthorizerAsync(apiId, name).ConfigureAwait(false) is { } now && AsksOnly(now, userPoolArn)
                ? new UpdateAuthorizerResponse()
                : null).ConfigureAwait(false);
        return (authorizer.Id!, true);
    }

    private static bool AsksOnly(Authorizer authorizer, string userPoolArn) =>
        authorizer.ProviderARNs is { Count: > 0 } arns && arns.TrueForAll(arn => arn == userPoolArn);

    private static Task<UpdateAuthorizerResponse> LeadAsync(AwsContext context, string apiId, Authorizer authorizer, string userPoolArn)
    {
        // it may never be without a pool, so the new one comes first
        var known = authorizer.ProviderARNs ?? [];
        List<PatchOperation> changes =
        [
            .. known.Contains(userPoolArn) ? Array.Empty<PatchOperation>() : [Change(Op.Add, userPoolArn)],
            .. known.Where(arn => arn != userPoolArn).Select(arn => Change(Op.Remove, arn)),
        ];
        return context.Clients.ApiGateway.UpdateAuthorizerAsync(
            new UpdateAuthorizerRequest { RestApiId = apiId, AuthorizerId = authorizer.Id, PatchOperations = changes },
            context.Cancellation);
    }

    private static PatchOperation Change(Op op, string arn) => new() { Op = op, Path = "/providerARNs", Value = arn };

    /// <summary>Tells a deployment of these parts from one of others.</summary>
    private static string Description(Settings settings, RestApiParts parts)
    {
        var made = string.Join('\n', parts.UserPoolArn, parts.LoginArn, parts.StartSessionArn, settings[AwsSettings.LoginPathPart],
            settings[AwsSettings.StartSessionPathPart], settings[AwsSettings.AuthorizerName]);
        return $"Made by FleetBridge; its parts: {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(made)).AsSpan(0, 8))}";
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the REST API {Name} in {Region}")]
    private static partial void LogCreating(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Created the REST API {Name} ({ApiId})")]
    private static partial void LogCreated(ILogger logger, string name, string apiId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Making the authorizer {Name}, which asks the user pool {UserPoolArn}")]
    private static partial void LogMakingAuthorizer(ILogger logger, string name, string userPoolArn);

    [LoggerMessage(Level = LogLevel.Information, Message = "The user pool was made anew; leading the authorizer {Name} to {UserPoolArn}")]
    private static partial void LogLeadingAuthorizer(ILogger logger, string name, string userPoolArn);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deploying the REST API {Name} ({ApiId}) to the stage {Stage}")]
    private static partial void LogDeploying(ILogger logger, string name, string apiId, string stage);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deployed the REST API {Name} ({ApiId}) to the stage {Stage} ({DeploymentId})")]
    private static partial void LogDeployed(ILogger logger, string name, string apiId, string stage, string deploymentId);
}
