using System.Text.Json.Nodes;
using Amazon.Lambda;
using Amazon.Lambda.Model;
using Backends.Aws.Account;
using Microsoft.Extensions.Logging;

namespace Backends.Aws.Deployment;

/// <summary>The two functions between the game and AWS: login, and start session.</summary>
internal sealed partial class Lambdas(AwsClients clients) : AwsResource(clients)
{
    private const string There = "ACTIVE";
    private const string Incomplete = "INCOMPLETE";

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
        var found = new List<(string Name, FunctionConfiguration? Function)>();
        foreach (var name in Names(context))
        {
            LogChecking(context.Log, name, context.Region);
            found.Add((name, await context.FindFunctionAsync(name).ConfigureAwait(false)));
        }

        var problems = found.Select(function => Problem(function.Name, function.Function, context.Region)).OfType<string>().ToList();
        var state = problems.Count == 0 ? There
            : found.TrueForAll(function => function.Function is null) ? BackendResult.AbsentState
            : Incomplete;
        var details = Details(state, [.. found.Select(function => function.Function).OfType<FunctionConfiguration>()]);
        if (problems.Count > 0)
        {
            return BackendResult.Failure(
                string.Join(" ", problems), "Create them, once the user pool and the fleet are there.", details);
        }

        LogThere(context.Log, found[0].Name, found[1].Name);
        return BackendResult.Success(details);
    }

    private static async Task<BackendResult> CreateAsync(AwsContext context)
    {
        var (clientId, fleetId) = await NeededAsync(context).ConfigureAwait(false);
        var functions = new[]
        {
            WantedFunction.Login(context.Settings, clientId),
            WantedFunction.StartSession(context.Settings, fleetId),
        };

        // The two have nothing in common, and most of the time goes by until AWS knows a new role everywhere.
        var made = await Task.WhenAll(functions.Select(function => FunctionMaking.EnsureAsync(context, function))).ConfigureAwait(false);
        LogThere(context.Log, functions[0].Name, functions[1].Name);
        return BackendResult.Success(Details(There, made));
    }

    private static async Task<BackendResult> DeleteAsync(AwsContext context)
    {
        var settings = context.Settings;
        await FunctionMaking.DeleteAsync(
            context, settings[AwsSettings.LoginFunctionName], settings[AwsSettings.LoginRoleName]).ConfigureAwait(false);
        await FunctionMaking.DeleteAsync(
            context, settings[AwsSettings.StartSessionFunctionName], settings[AwsSettings.StartSessionRoleName]).ConfigureAwait(false);
        return BackendResult.Success(new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState });
    }

    /// <summary>What the two functions have to know.</summary>
    private static async Task<(string ClientId, string FleetId)> NeededAsync(AwsContext context)
    {
        var poolName = context.Settings[AwsSettings.UserPoolName];
        var fleetName = context.Settings[AwsSettings.FleetName];
        var clientId = (await context.FindPoolAsync().ConfigureAwait(false))?.ClientId;
        var fleet = (await context.FleetsNamedAsync(fleetName).ConfigureAwait(false)).Current();
        var missing = new List<string>();
        if (clientId is null)
        {
            missing.Add($"the user pool {poolName} with its app client {context.Settings[AwsSettings.UserPoolLoginClientName]}");
        }

        if (fleet?.IsGoing() != false)
        {
            missing.Add($"the fleet {fleetName}");
        }

        return missing.Count == 0
            ? (clientId!, fleet!.FleetId!)
            : throw new BackendException(
                $"The functions need what is not there in {context.Region}: {string.Join(", and ", missing)}.",
                "Create the user pool and the fleet first; the fleet need not be ACTIVE yet.");
    }

    private static IEnumerable<string> Names(AwsContext context) =>
        [context.Settings[AwsSettings.LoginFunctionName], context.Settings[AwsSettings.StartSessionFunctionName]];

    private static string? Problem(string name, FunctionConfiguration? function, string region) => function switch
    {
        null => $"There is no function named {name} in {region}.",
        _ when function.State is null || function.State == State.Active || function.State == State.Inactive => null,
        _ => $"The function {name} is {function.State.Value}, it cannot be called: {function.StateReason}",
    };

    private static JsonObject Details(string state, IReadOnlyList<FunctionConfiguration> functions) => new()
    {
        [BackendResult.StateDetail] = state,
        ["Functions"] = new JsonArray([.. functions.Select(function => new JsonObject
        {
            ["Name"] = function.FunctionName,
            ["Function ARN"] = function.FunctionArn,
            ["Role ARN"] = function.Role,
            ["State"] = function.State?.Value,
            ["Runtime"] = function.Runtime?.Value,
        })]),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Looking for the function {Name} in {Region}")]
    private static partial void LogChecking(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "The functions {Login} and {StartSession} are there")]
    private static partial void LogThere(ILogger logger, string login, string startSession);
}
