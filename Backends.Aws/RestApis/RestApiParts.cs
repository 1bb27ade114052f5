using FleetBridge.Backends.Aws.Functions;
using FleetBridge.Backends.Aws.Provisioning;
using FleetBridge.Backends.Aws.UserPools;

namespace FleetBridge.Backends.Aws.RestApis;

/// <summary>The resources that the REST API connects.</summary>
/// <param name="UserPoolArn">The pool that decides who may start a session.</param>
/// <param name="LoginArn">The function behind the login.</param>
/// <param name="StartSessionArn">The function behind start session.</param>
internal sealed record RestApiParts(string UserPoolArn, string LoginArn, string StartSessionArn)
{
    /// <summary>Finds them.</summary>
    /// <exception cref="BackendException">Some are missing; the message names all of those.</exception>
    public static async Task<RestApiParts> FindAsync(AwsContext context)
    {
        var poolName = context.Settings[AwsSettings.UserPoolName];
        var loginName = context.Settings[AwsSettings.LoginFunctionName];
        var startSessionName = context.Settings[AwsSettings.StartSessionFunctionName];
        var lookups = (Pool: context.FindPoolAsync(), Login: context.FindFunctionAsync(loginName),
            StartSession: context.FindFunctionAsync(startSessionName));
        await Task.WhenAll(lookups.Pool, lookups.Login, lookups.StartSession).ConfigureAwait(false);
        var pool = await lookups.Pool.ConfigureAwait(false);
        var login = await lookups.Login.ConfigureAwait(false);
        var startSession = await lookups.StartSession.ConfigureAwait(false);
        var missing = new List<string>();
        if (pool is null)
        {
            missing.Add($"the user pool {poolName}");
        }

        if (login is null)
        {
            missing.Add($"the function {loginName}");
        }

        if (startSession is null)
        {
            missing.Add($"the function {startSessionName}");
        }

        return missing.Count == 0
            ? new RestApiParts(pool!.Pool.Arn!, login!.FunctionArn!, startSession!.FunctionArn!)
            : throw new BackendException(
                $"The REST API needs resources that do not exist in {context.Region}: {string.Join(", ", missing)}.",
                "Create the user pool and the Lambdas first.");
    }
}
