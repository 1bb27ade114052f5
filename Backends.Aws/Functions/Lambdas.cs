using System.Text.Json.Nodes;
using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>The two Lambda functions that the game calls through the REST API: login and start session.</summary>
internal sealed partial class Lambdas(AwsClients clients) : AwsResource(clients)
{
    private const string Active = "ACTIVE";
    private const string Incomplete = "INCOMPLETE";
    private const string Outdated = "OUTDATED";

    /// <inheritdoc/>
    public override string Path => "deployment/lambdas";

    /// <inheritdoc/>
    public override IReadOnlyList<string> DependsOn => ["deployment/fleet", "deployment/user_pool"];

    /// <inheritdoc/>
    public override string CostOfKeeping => "Nothing while they are not called; each call is billed.";

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations =>
    [
        Operation.Check(OnAws(CheckAsync)),
        Operation.Create(OnAws(CreateAsync)),
        Operation.Delete(OnAws(DeleteAsync)),
        Browse("lambda/home?region=[region]#/functions"),
    ];

    private static async Task<BackendResult> CheckAsync(AwsContext context)
    {
        var names = Names(context);
        LogChecking(context.Log, names[0], names[1], context.Region);
        var states = await Task.WhenAll(names.Select(context.FindFunctionAsync)).ConfigureAwait(false);
        var functions = states.OfType<FunctionConfiguration>().ToList();
        var problems = names.Zip(states).Select(pair => pair.Second is null
            ? $"There is no function named {pair.First} in {context.Region}."
            : FunctionReadiness.Problem(pair.Second)).OfType<string>().ToList();
        if (problems.Count > 0)
        {
            return BackendResult.Failure(
                string.Join(" ", problems),
                "Create the user pool and the fleet, then the Lambdas.",
                Details(functions.Count == 0 ? BackendResult.AbsentState : Incomplete, functions));
        }

        var targets = await FunctionTargets.FindAsync(context).ConfigureAwait(false);
        var outdated = targets.Outdated(functions[0], functions[1]).ToList();
        if (outdated.Count > 0)
        {
            return BackendResult.Failure(
                string.Join(" ", outdated), "Create the Lambdas again: they will be updated.", Details(Outdated, functions));
        }

        LogReady(context.Log, names[0], names[1]);
        var details = Details(Active, functions);
        List<string> drift =
        [
            .. FunctionProvisioner.Drift(functions[0], HandlerPackage.Login, RoleName.Of(context.Settings, AwsSettings.LoginRoleName, context.Region)),
            .. FunctionProvisioner.Drift(
                functions[1], HandlerPackage.StartSession, RoleName.Of(context.Settings, AwsSettings.StartSessionRoleName, context.Region)),
        ];
        if (drift.Count > 0)
        {
            details[BackendResult.DriftDetail] = new JsonArray([.. drift.Select(text => JsonValue.Create(text))]);
            LogDrift(context.Log, string.Join("; ", drift));
        }

        return BackendResult.Success(details);
    }

    private static async Task<BackendResult> CreateAsync(AwsContext context)
    {
        var targets = await FunctionTargets.FindAsync(context).ConfigureAwait(false);
        var desired = targets.DesiredFunctions(context);

        // The two are independent, and most of the time is spent waiting until AWS accepts a new role.
        var created = await Task.WhenAll(desired.Select(function => FunctionProvisioner.EnsureAsync(context, function))).ConfigureAwait(false);
        LogReady(context.Log, desired[0].Name, desired[1].Name);
        return BackendResult.Success(Details(Active, created));
    }

    private static async Task<BackendResult> DeleteAsync(AwsContext context)
    {
        string[] roleKeys = [AwsSettings.LoginRoleName, AwsSettings.StartSessionRoleName];
        var found = new List<Candidate?>();
        foreach (var (name, roleKey) in Names(context).Zip(roleKeys))
        {
            var roleName = RoleName.Of(context.Settings, roleKey, context.Region);
            found.Add(await FunctionProvisioner.FindCandidateAsync(context, name).ConfigureAwait(false));
            found.Add(await FunctionRole.FindCandidateAsync(context, roleName.Current).ConfigureAwait(false));
            if (roleName.Old is { } old)
            {
                found.Add(await FunctionRole.FindCandidateAsync(context, old).ConfigureAwait(false));
            }
        }

        var scope = new DeletionScope(context, ResourceTags.Of(context, ResourceTags.Lambdas));
        var details = await FunctionDeletion.DeleteAsync(context, scope.Take([.. found.OfType<Candidate>()])).ConfigureAwait(false);
        return scope.Complete(details);
    }

    private static IReadOnlyList<string> Names(AwsContext context) =>
        [context.Settings[AwsSettings.LoginFunctionName], context.Settings[AwsSettings.StartSessionFunctionName]];

    private static JsonObject Details(string state, IEnumerable<FunctionConfiguration> functions) => new()
    {
        [BackendResult.StateDetail] = state,
        ["Functions"] = new JsonArray([.. functions.Select(Details)]),
    };

    private static JsonObject Details(FunctionConfiguration function)
    {
        var details = new JsonObject
        {
            ["Name"] = function.FunctionName,
            ["Function ARN"] = function.FunctionArn,
            ["Role ARN"] = function.Role,
            ["State"] = function.State?.Value,
            ["Runtime"] = function.Runtime?.Value,
        };
        if (function.Variable(HandlerPackage.UserPoolClientId) is { } clientId)
        {
            details["Client Id"] = clientId;
        }

        if (function.Variable(HandlerPackage.FleetId) is { } fleetId)
        {
            details["Fleet Id"] = fleetId;
        }

        return details;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Looking for the functions {Login} and {StartSession} in {Region}")]
    private static partial void LogChecking(ILogger logger, string login, string startSession, string region);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The functions differ from what create would make: {Differences}")]
    private static partial void LogDrift(ILogger logger, string differences);

    [LoggerMessage(Level = LogLevel.Information, Message = "The functions {Login} and {StartSession} exist and are up to date")]
    private static partial void LogReady(ILogger logger, string login, string startSession);
}
