using Amazon.Lambda;
using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>Waits until Lambda has applied a change to a function, and until it can assume a function's new role.</summary>
internal static partial class FunctionReadiness
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    /// <summary>A new role reaches every part of AWS within seconds, rarely later.</summary>
    private static readonly TimeSpan RoleLimit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan StateLimit = TimeSpan.FromMinutes(5);

    /// <summary>A function, once it can be invoked and accepts changes.</summary>
    /// <exception cref="BackendException">It was deleted, has failed, or takes too long.</exception>
    public static async Task<FunctionConfiguration> WaitAsync(AwsContext context, string name)
    {
        var (function, inTime) = await context.PollAsync(
            () => context.FindFunctionAsync(name),
            function => function?.State != State.Pending && function?.LastUpdateStatus != LastUpdateStatus.InProgress,
            Interval,
            StateLimit).ConfigureAwait(false);
        if (function is null)
        {
            throw new BackendException($"The function {name} was deleted while it was being created.", "Create the Lambdas again.");
        }

        if (!inTime)
        {
            throw new BackendException(
                $"The function {name} is not ready after {StateLimit.TotalMinutes:0} minutes: {Describe(function)}",
                "Try again; if it happens again, delete the Lambdas and create them again.");
        }

        return Problem(function) is { } problem
            ? throw new BackendException(problem, "Delete the Lambdas and create them again.")
            : function;
    }

    /// <summary>Why a function cannot be used, or does not have its last update; null when it can be used.</summary>
    public static string? Problem(FunctionConfiguration function) =>
        (function.State is null || function.State == State.Active || function.State == State.Inactive)
        && function.LastUpdateStatus != LastUpdateStatus.Failed
            ? null
            : $"The function {function.FunctionName} cannot be used: {Describe(function)}";

    /// <summary>Makes a change that names a role, again until Lambda can assume that role.</summary>
    /// <exception cref="BackendException">It takes too long.</exception>
    public static async Task RetryUntilRoleCanBeAssumedAsync(AwsContext context, string roleName, Func<Task> change)
    {
        var logged = false;
        var rejection = await context.RetryWhileRejectedAsync<InvalidParameterValueException>(
            change,
            exception =>
            {
                // "The role defined for the function cannot be assumed by Lambda."
                var isAboutRole = exception.Message.Contains("role", StringComparison.OrdinalIgnoreCase);
                if (isAboutRole && !logged)
                {
                    logged = true;
                    LogWaitingForRole(context.Log, roleName);
                }

                return isAboutRole;
            },
            Interval,
            RoleLimit).ConfigureAwait(false);
        if (rejection is not null)
        {
            throw new BackendException(
                $"Lambda cannot use the role {roleName} after {RoleLimit.TotalMinutes:0} minutes: {rejection.Message}",
                "Try again; if it happens again, delete the Lambdas and create them again with their roles.",
                rejection);
        }
    }

    private static string Describe(FunctionConfiguration function)
    {
        var update = function.LastUpdateStatus is { } status && status != LastUpdateStatus.Successful
            ? $", its last update is {status.Value}"
            : "";
        var reason = string.Join(' ', new[] { function.StateReason, function.LastUpdateStatusReason }.Where(text => text is { Length: > 0 }));
        return $"it is {function.State?.Value}{update}. {reason}".TrimEnd();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting until Lambda accepts the new role {RoleName}")]
    private static partial void LogWaitingForRole(ILogger logger, string roleName);
}
