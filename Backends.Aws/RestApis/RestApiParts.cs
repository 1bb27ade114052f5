using FleetBridge.Backends.Aws.Functions;
using FleetBridge.Backends.Aws.Provisioning;
using FleetBridge.Backends.Aws.UserPools;

namespace FleetBridge.Backends.Aws.RestApis;

/// <summary>What the REST API is put together from.</summary>
/// <param name="UserPoolArn">The pool that says who may start a session.</param>
/// <param name="LoginArn">The function behind the login.</param>
/// <param name="StartSessionArn">The function behind the start of a session.</param>
internal sealed record RestApiParts(string UserPoolArn, string LoginArn, string StartSessionArn)
{
    /// <summary>Finds the parts.</summary>
    /// <param name="context">The operation.</param>
    /// <exception cref="BackendException">Some are missing; all of them are named.</exception>
    public static async Task<RestApiParts> FindAsync(AwsContext context)
    {
        var poolName = context.Settings[AwsSettings.UserPoolName];
        var loginName = context.Settings[AwsSettings.LoginFunctionName];
        var startSessionName = context.Settings[AwsSettings.StartSessionFunctionName];
        var finding = (Pool: context.FindPoolAsync(), Login: context.FindFunctionAsync(loginName),
            StartSession: context.FindFunctionAsync(startSessionName));
        await Task.WhenAll(finding.Pool, finding.Login, finding.StartSession).ConfigureAwait(false);
        var pool = await finding.Pool.ConfigureAwait(false);
        var login = await finding.Login.ConfigureAwait(false);
        var startSession = await finding.StartSession.ConfigureAwait(false);
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
                $"The REST API needs what is not there in {context.Region}: {string.Join(", ", missing)}.",
                "Create the user pool and the Lambdas first.");
    }
}
