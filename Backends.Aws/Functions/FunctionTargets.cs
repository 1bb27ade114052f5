using Amazon.GameLift;
using Amazon.GameLift.Model;
using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Fleets;
using FleetBridge.Backends.Aws.Provisioning;
using FleetBridge.Backends.Aws.UserPools;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>The resources that the two functions use: the user pool's app client, and the fleet.</summary>
/// <param name="Pool">The pool; null when there is none.</param>
/// <param name="Fleet">The fleet; null when there is none.</param>
internal sealed record FunctionTargets(UserPoolState? Pool, FleetAttributes? Fleet)
{
    /// <summary>Looks for both.</summary>
    public static async Task<FunctionTargets> FindAsync(AwsContext context)
    {
        var pool = context.FindPoolAsync();
        var fleets = context.FleetsNamedAsync(context.Settings[AwsSettings.FleetName]);
        await Task.WhenAll(pool, fleets).ConfigureAwait(false);
        return new FunctionTargets(await pool.ConfigureAwait(false), (await fleets.ConfigureAwait(false)).Current());
    }

    /// <summary>The desired state of both functions.</summary>
    /// <exception cref="BackendException">Something is missing; the message names all of it.</exception>
    public IReadOnlyList<DesiredFunction> DesiredFunctions(AwsContext context)
    {
        var settings = context.Settings;
        var missing = new List<string>();
        if (Pool is null)
        {
            missing.Add($"there is no user pool {settings[AwsSettings.UserPoolName]}");
        }
        else if (Pool.ClientId is null)
        {
            missing.Add($"the user pool {settings[AwsSettings.UserPoolName]} ({Pool.Pool.Id}) lacks its app client "
                + settings[AwsSettings.UserPoolLoginClientName]);
        }

        if (Fleet is null)
        {
            missing.Add($"there is no fleet {settings[AwsSettings.FleetName]}");
        }
        else if (Fleet.IsTerminating() || Fleet.Status == FleetStatus.ERROR)
        {
            missing.Add($"the fleet {settings[AwsSettings.FleetName]} ({Fleet.FleetId}) {FleetStates.Meaning(Fleet.Status)}");
        }

        return missing.Count == 0
            ? [DesiredFunction.Login(context, Pool!.ClientId!), DesiredFunction.StartSession(context, Fleet!.FleetId!)]
            : throw new BackendException(
                $"The Lambdas need the user pool and the fleet in {context.Region}, but {string.Join(", and ", missing)}.",
                "Create the user pool and the fleet first; the fleet need not be ACTIVE yet.");
    }

    /// <summary>Which functions still use a pool or a fleet that has been replaced since.</summary>
    public IEnumerable<string> Outdated(FunctionConfiguration login, FunctionConfiguration startSession)
    {
        if (Pool?.ClientId is { } clientId && login.Variable(HandlerPackage.UserPoolClientId) is var configured && configured != clientId)
        {
            yield return $"The function {login.FunctionName} logs in with the app client {configured ?? "(none)"}, but the user pool's is {clientId}.";
        }

        if (Fleet is not null && !Fleet.IsTerminating() && startSession.Variable(HandlerPackage.FleetId) is var fleetId && fleetId != Fleet.FleetId)
        {
            yield return $"The function {startSession.FunctionName} starts sessions on the fleet {fleetId ?? "(none)"}, but the fleet "
                + $"{Fleet.Name} is {Fleet.FleetId}.";
        }
    }
}
