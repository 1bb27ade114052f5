using System.Text.Json.Nodes;
using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>The two functions between the game and AWS: login, and start session.</summary>
internal sealed partial class Lambdas(AwsClients clients) : AwsResource(clients)
{
    private const string There = "ACTIVE";
    private const string Incomplete = "INCOMPLETE";
    private const string Outdated = "OUTDATED";

    /// <inheritdoc/>
    public override string Path => "deployment/lambdas";

    /// <inheritdoc/>
    public override IReadOnlyList<string> DependsOn => ["deployment/fleet", "deployment/user_pool"];

    /// <inheritdoc/>
    public override string CostOfKeeping => "Nothing while nobody calls them; each call is billed.";

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations =>
    [
        Operation.Check(OnAws(CheckAsync)),
        Operation.Create(OnAws(CreateAsync)),
        Operation.Delete(OnAws(DeleteAsync)),
        AwsConsole.Browse("lambda/home?region=[region]#/functions"),
    ];

    private static async Task<BackendResult> CheckAsync(AwsContext context)
    {
        var names = Names(context);
        LogChecking(context.Log, names[0], names[1], context.Region);
        var found = await Task.WhenAll(names.Select(context.FindFunctionAsync)).ConfigureAwait(false);
        var functions = found.OfType<FunctionConfiguration>().ToList();
        var problems = names.Zip(found).Select(pair => pair.Second is null
            ? $"There is no function named {pair.First} in {context.Region}."
            : FunctionState.Problem(pair.Second)).OfType<string>().ToList();
        if (problems.Count > 0)
        {
            return BackendResult.Failure(
                string.Join(" ", problems),
                "Create them, once the user pool and the fleet are there.",
                Details(functions.Count == 0 ? BackendResult.AbsentState : Incomplete, functions));
        }

        var targets = await FunctionTargets.FindAsync(context).ConfigureAwait(false);
        var outdated = targets.Outdated(functions[0], functions[1]).ToList();
        if (outdated.Count > 0)
        {
            return BackendResult.Failure(
                string.Join(" ", outdated), "Create the Lambdas again: they will be updated.", Details(Outdated, functions));
        }

        LogThere(context.Log, names[0], names[1]);
        return BackendResult.Success(Details(There, functions));
    }

    private static async Task<BackendResult> CreateAsync(AwsContext context)
    {
        var targets = await FunctionTargets.FindAsync(context).ConfigureAwait(false);
        var wanted = targets.Wanted(context);

        // The two have nothing in common, and most of the time goes by until AWS knows a new role everywhere.
        var made = await Task.WhenAll(wanted.Select(function => FunctionProvisioner.EnsureAsync(context, function))).ConfigureAwait(false);
        LogThere(context.Log, wanted[0].Name, wanted[1].Name);
        return BackendResult.Success(Details(There, made));
    }

    private static async Task<BackendResult> DeleteAsync(AwsContext context)
    {
        var roles = new[] { context.Settings[AwsSettings.LoginRoleName], context.Settings[AwsSettings.StartSessionRoleName] };
        var deleted = new JsonArray();
        foreach (var (name, roleName) in Names(context).Zip(roles))
        {
            if (await FunctionProvisioner.DeleteAsync(context, name, roleName).ConfigureAwait(false) is { } functionArn)
            {
                deleted.Add((JsonNode?)functionArn);
            }
        }

        var details = new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState };
        if (deleted.Count > 0)
        {
            details["Deleted"] = deleted;
        }

        return BackendResult.Success(details);
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

    [LoggerMessage(Level = LogLevel.Information, Message = "The functions {Login} and {StartSession} are there")]
    private static partial void LogThere(ILogger logger, string login, string startSession);
}
