using System.Text.Json.Nodes;
using Amazon.GameLift.Model;
using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Fleets;
using FleetBridge.Backends.Aws.Functions;
using FleetBridge.Backends.Aws.Provisioning;
using FleetBridge.Backends.Aws.RestApis;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Sessions;

/// <summary>The routes that a game's online subsystem calls to create, find and join sessions, on the deployment's REST API.</summary>
internal sealed partial class SessionApi(AwsClients clients) : AwsResource(clients)
{
    private const string Kind = "session API";
    private const string Deployed = "DEPLOYED";
    private const string Incomplete = "INCOMPLETE";
    private const string Outdated = "OUTDATED";
    private const string CreateAgain = "Create the session API: what is missing will be added, and what is outdated updated.";

    /// <inheritdoc/>
    public override string Path => "deployment/session_api";

    /// <inheritdoc/>
    public override IReadOnlyList<string> DependsOn => ["deployment/fleet", "deployment/rest_api"];

    /// <inheritdoc/>
    public override string CostOfKeeping => "Nothing while it is not called; each call is billed.";

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
        var apiName = context.Settings[AwsSettings.RestApiName];
        context.LogLookingFor(Kind, apiName);
        var functions = await Task.WhenAll(
            SessionRoute.All.Select(route => context.FindFunctionAsync(context.Settings[route.NameSetting]))).ConfigureAwait(false);
        var (api, isDeployed) = await context.FindApiAsync(apiName).ConfigureAwait(false);
        var problems = FunctionProblems(context, functions)
            .Concat(api is null || !isDeployed ? [$"There is no deployed REST API named {apiName} in {context.Region}."] : [])
            .Concat(api is null ? [] : await SessionApiProvisioner.MissingRoutesAsync(context, api.Id!, functions).ConfigureAwait(false))
            .ToList();
        if (problems.Count > 0)
        {
            var isAbsent = functions.All(function => function is null);
            return BackendResult.Failure(
                string.Join(" ", problems),
                isAbsent ? "Create the fleet and the REST API, then the session API." : CreateAgain,
                new JsonObject { [BackendResult.StateDetail] = isAbsent ? BackendResult.AbsentState : Incomplete });
        }

        var fleet = (await context.FleetsNamedAsync(context.Settings[AwsSettings.FleetName]).ConfigureAwait(false)).Current();
        var outdated = OutdatedFunctions(functions!, fleet).ToList();
        return outdated.Count > 0
            ? BackendResult.Failure(string.Join(" ", outdated), CreateAgain, Details(context, api!.Id!, Outdated, functions!))
            : Ready(context, api!.Id!, functions!);
    }

    private static async Task<BackendResult> CreateAsync(AwsContext context)
    {
        var parts = await SessionApiParts.FindAsync(context).ConfigureAwait(false);
        var functions = await SessionApiProvisioner.EnsureAsync(context, parts).ConfigureAwait(false);
        return Ready(context, parts.ApiId, functions);
    }

    private static async Task<BackendResult> DeleteAsync(AwsContext context)
    {
        var scope = new DeletionScope(context, ResourceTags.Of(context, ResourceTags.SessionApi));
        return scope.Complete(await SessionApiProvisioner.DeleteAsync(context, scope).ConfigureAwait(false));
    }

    private static IEnumerable<string> FunctionProblems(AwsContext context, FunctionConfiguration?[] functions) =>
        SessionRoute.All.Zip(functions).Select(pair => pair.Second is null
            ? $"There is no function named {context.Settings[pair.First.NameSetting]} in {context.Region}."
            : FunctionReadiness.Problem(pair.Second)).OfType<string>();

    private static IEnumerable<string> OutdatedFunctions(FunctionConfiguration[] functions, FleetAttributes? fleet)
    {
        foreach (var (route, function) in SessionRoute.All.Zip(functions))
        {
            if (function.CodeSha256 is { } hash && hash != route.Handler.CodeSha256)
            {
                yield return $"The function {function.FunctionName} has the code of another version.";
            }

            if (fleet is not null && !fleet.IsTerminating() && function.Variable(HandlerPackage.FleetId) is var fleetId && fleetId != fleet.FleetId)
            {
                yield return $"The function {function.FunctionName} uses the fleet {fleetId ?? "(none)"}, but the fleet {fleet.Name} is "
                    + $"{fleet.FleetId}.";
            }
        }
    }

    private static BackendResult Ready(AwsContext context, string apiId, IEnumerable<FunctionConfiguration> functions)
    {
        var details = Details(context, apiId, Deployed, functions);
        LogReady(context.Log, apiId, (string)details["APIGatewayURL"]!);
        return BackendResult.Success(details);
    }

    private static JsonObject Details(AwsContext context, string apiId, string state, IEnumerable<FunctionConfiguration> functions) => new()
    {
        [BackendResult.StateDetail] = state,
        ["Rest Api Id"] = apiId,

        // the name of the online subsystem's own setting; it appends the route to the address
        ["APIGatewayURL"] = RestApiReport.InvokeUrlOf(context, apiId) + "/",
        ["Authorization"] = context.Settings[AwsSettings.SessionApiAuthorization],
        ["Routes"] = new JsonArray([.. SessionRoute.All.Zip(functions).Select(pair => (JsonNode)new JsonObject
        {
            ["Route"] = $"{pair.First.HttpMethod} /{pair.First.PathPart}",
            ["Function ARN"] = pair.Second.FunctionArn,
            ["Fleet Id"] = pair.Second.Variable(HandlerPackage.FleetId),
        })]),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "The session API exists on the REST API {ApiId}; an online subsystem's "
        + "APIGatewayURL is {Url}")]
    private static partial void LogReady(ILogger logger, string apiId, string url);
}
