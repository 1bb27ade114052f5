using Amazon.APIGateway;
using Amazon.APIGateway.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.RestApis;

/// <summary>Creates a REST API, or adds what one lacks.</summary>
internal static partial class RestApiProvisioner
{
    /// <summary>How often it starts again when another client changes the same API.</summary>
    private const int Attempts = 5;

    private static readonly TimeSpan ConflictDelay = TimeSpan.FromSeconds(1);

    /// <summary>Creates an empty API; <see cref="CompleteAsync"/> adds the rest.</summary>
    /// <returns>Its id.</returns>
    public static async Task<string> CreateAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.RestApiName];
        LogCreating(context.Log, name, context.Region);
        var apiId = await context.CreateOnceAsync(
            $"the REST API {name}",
            async () =>
            {
                var tags = ResourceTags.Of(context, ResourceTags.RestApi).ToMap();
                var response = await context.WithTagsAsync(tags, given => context.Clients.ApiGateway.CreateRestApiAsync(
                    new CreateRestApiRequest
                    {
                        Name = name,
                        Description = "Login and game sessions, created by FleetBridge",
                        Tags = given,
                    },
                    context.Cancellation)).ConfigureAwait(false);
                return response.Id!;
            },
            async () => (await context.ApisNamedAsync(name).ConfigureAwait(false)).FirstOrDefault()?.Id).ConfigureAwait(false);
        LogCreated(context.Log, name, apiId);
        return apiId;
    }

    /// <summary>Adds what an API lacks, and deploys it unless that is what is deployed already.</summary>
    /// <returns>Whether there was something to do.</returns>
    public static async Task<bool> CompleteAsync(AwsContext context, string apiId, RestApiParts parts)
    {
        var changed = await RetryConflictsAsync(context, () => EnsurePartsAsync(context, apiId, parts)).ConfigureAwait(false);
        return await RestApiDeployment.EnsureAsync(
            context, apiId, RestApiDeployment.Parts, Content(context.Settings, parts), changed).ConfigureAwait(false);
    }

    /// <summary>Adds to an API what it lacks, again when another client changes it at the same time.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="ensure">Reads what there is, and adds the rest; says whether there was something to do.</param>
    public static async Task<bool> RetryConflictsAsync(AwsContext context, Func<Task<bool>> ensure)
    {
        var changed = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ensure().ConfigureAwait(false) || changed;
            }
            catch (ConflictException) when (attempt < Attempts)
            {
                // another client has created the same at this moment, or a call whose response was lost: read the state again
                changed = true;
            }

            await Task.Delay(ConflictDelay, context.Clock, context.Cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<bool> EnsurePartsAsync(AwsContext context, string apiId, RestApiParts parts)
    {
        var (authorizerId, changed) = await EnsureAuthorizerAsync(context, apiId, parts.UserPoolArn).ConfigureAwait(false);
        var login = new DesiredMethod(context.Settings[AwsSettings.LoginPathPart], "POST", parts.LoginArn, null);
        var startSession = new DesiredMethod(
            context.Settings[AwsSettings.StartSessionPathPart], "GET", parts.StartSessionArn, authorizerId);
        changed |= await RestApiMethods.EnsureAsync(context, apiId, login).ConfigureAwait(false);
        changed |= await RestApiMethods.EnsureAsync(context, apiId, startSession).ConfigureAwait(false);
        return changed;
    }

    /// <summary>
    /// Creates the authorizer, or points the existing one to the current pool: when the pool has been replaced, the API keeps its
    /// address, which games have in their settings.
    /// </summary>
    private static async Task<(string AuthorizerId, bool Changed)> EnsureAuthorizerAsync(AwsContext context, string apiId, string userPoolArn)
    {
        var name = context.Settings[AwsSettings.AuthorizerName];
        var authorizer = await context.FindAuthorizerAsync(apiId, name).ConfigureAwait(false);
        if (authorizer is null)
        {
            LogCreatingAuthorizer(context.Log, name, userPoolArn);
            var response = await context.Clients.ApiGateway.CreateAuthorizerAsync(
                new CreateAuthorizerRequest
                {
                    RestApiId = apiId,
                    Name = name,
                    Type = AuthorizerType.COGNITO_USER_POOLS,
                    ProviderARNs = [userPoolArn],
                    IdentitySource = "method.request.header.Authorization",
                },
                context.Cancellation).ConfigureAwait(false);
            return (response.Id!, true);
        }

        if (UsesOnly(authorizer, userPoolArn))
        {
            return (authorizer.Id!, false);
        }

        LogUpdatingAuthorizer(context.Log, name, userPoolArn);
        await context.CreateOnceAsync(
            $"the change of the authorizer {name}",
            () => UpdateAuthorizerAsync(context, apiId, authorizer, userPoolArn),
            async () => await context.FindAuthorizerAsync(apiId, name).ConfigureAwait(false) is { } current && UsesOnly(current, userPoolArn)
                ? new UpdateAuthorizerResponse()
                : null).ConfigureAwait(false);
        return (authorizer.Id!, true);
    }

    private static bool UsesOnly(Authorizer authorizer, string userPoolArn) =>
        authorizer.ProviderARNs is { Count: > 0 } arns && arns.TrueForAll(arn => arn == userPoolArn);

    private static Task<UpdateAuthorizerResponse> UpdateAuthorizerAsync(AwsContext context, string apiId, Authorizer authorizer, string userPoolArn)
    {
        // an authorizer needs a pool at all times, so the new one is added first
        var present = authorizer.ProviderARNs ?? [];
        List<PatchOperation> changes =
        [
            .. present.Contains(userPoolArn) ? Array.Empty<PatchOperation>() : [Change(Op.Add, userPoolArn)],
            .. present.Where(arn => arn != userPoolArn).Select(arn => Change(Op.Remove, arn)),
        ];
        return context.Clients.ApiGateway.UpdateAuthorizerAsync(
            new UpdateAuthorizerRequest { RestApiId = apiId, AuthorizerId = authorizer.Id, PatchOperations = changes },
            context.Cancellation);
    }

    private static PatchOperation Change(Op op, string arn) => new() { Op = op, Path = "/providerARNs", Value = arn };

    /// <summary>Whether a deployment's description says that these parts are deployed.</summary>
    public static bool IsDeployed(string? description, Settings settings, RestApiParts parts) =>
        RestApiDeployment.Has(description, RestApiDeployment.Parts, Content(settings, parts));

    /// <summary>What differs when the parts differ.</summary>
    private static string Content(Settings settings, RestApiParts parts) =>
        string.Join('\n', parts.UserPoolArn, parts.LoginArn, parts.StartSessionArn, settings[AwsSettings.LoginPathPart],
            settings[AwsSettings.StartSessionPathPart], settings[AwsSettings.AuthorizerName]);

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the REST API {Name} in {Region}")]
    private static partial void LogCreating(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Created the REST API {Name} ({ApiId})")]
    private static partial void LogCreated(ILogger logger, string name, string apiId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the authorizer {Name} for the user pool {UserPoolArn}")]
    private static partial void LogCreatingAuthorizer(ILogger logger, string name, string userPoolArn);

    [LoggerMessage(Level = LogLevel.Information, Message = "The user pool was replaced; pointing the authorizer {Name} to {UserPoolArn}")]
    private static partial void LogUpdatingAuthorizer(ILogger logger, string name, string userPoolArn);
}
