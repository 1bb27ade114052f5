using Amazon.GameLift;
using Amazon.GameLift.Model;
using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Fleets;
using FleetBridge.Backends.Aws.Provisioning;
using FleetBridge.Backends.Aws.UserPools;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>What the two functions have to know: the pool's app client, and the fleet.</summary>
/// <param name="Pool">The pool; null when there is none.</param>
/// <param name="Fleet">The fleet; null when there is none.</param>
internal sealed record FunctionTargets(FoundPool? Pool, FleetAttributes? Fleet)
{
    /// <summary>Looks for both.</summary>
    /// <param name="context">The operation.</param>
    public static async Task<FunctionTargets> FindAsync(AwsContext context)
    {
        var pool = context.FindPoolAsync();
        var fleets = context.FleetsNamedAsync(context.Settings[AwsSettings.FleetName]);
        await Task.WhenAll(pool, fleets).ConfigureAwait(false);
        return new FunctionTargets(await pool.ConfigureAwait(false), (await fleets.ConfigureAwait(false)).Current());
    }

    /// <summary>The functions that these make.</summary>
    /// <param name="context">The operation.</param>
    /// <exception cref="BackendException">Some of it is missing; all of that is named.</exception>
    public IReadOnlyList<DesiredFunction> Wanted(AwsContext context)
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
            ? [DesiredFunction.Login(settings, Pool!.ClientId!), DesiredFunction.StartSession(settings, Fleet!.FleetId!)]
            : throw new BackendException(
                $"The functions have to know the user pool and the fleet in {context.Region}, but {string.Join(", and ", missing)}.",
                "Create the user pool and the fleet first; the fleet need not be ACTIVE yet.");
    }

    /// <summary>What functions still know of a pool or a fleet that has been made anew since.</summary>
    /// <param name="login">The login function.</param>
    /// <param name="startSession">The start session function.</param>
    public IEnumerable<string> Outdated(FunctionConfiguration login, FunctionConfiguration startSession)
    {
        if (Pool?.ClientId is { } clientId && login.Variable(HandlerPackage.UserPoolClientId) is var known && known != clientId)
        {
            yield return $"The function {login.FunctionName} logs in with the app client {known ?? "(none)"}, but the user pool's is {clientId}.";
        }

        if (Fleet is not null && !Fleet.IsTerminating() && startSession.Variable(HandlerPackage.FleetId) is var fleetId && fleetId != Fleet.FleetId)
        {
            yield return $"The function {startSession.FunctionName} starts sessions on the fleet {fleetId ?? "(none)"}, but the fleet "
                + $"{Fleet.Name} is {Fleet.FleetId}.";
        }
    }
}
