using Amazon.Lambda;
using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>Waits until Lambda takes a change, and until it has done one.</summary>
internal static partial class FunctionState
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>A new role is known everywhere within seconds, seldom later.</summary>
    private static readonly TimeSpan RoleLimit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan StateLimit = TimeSpan.FromMinutes(5);

    /// <summary>Waits until a function can be called and takes changes.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="name">The function.</param>
    /// <exception cref="BackendException">It was deleted, has failed, or takes too long.</exception>
    public static async Task<FunctionConfiguration> SettledAsync(AwsContext context, string name)
    {
        var (function, inTime) = await context.UntilAsync(
            () => context.FindFunctionAsync(name),
            function => function?.State != State.Pending && function?.LastUpdateStatus != LastUpdateStatus.InProgress,
            Pause,
            StateLimit).ConfigureAwait(false);
        if (function is null)
        {
            throw new BackendException($"The function {name} was deleted while it was being made.", "Create the Lambdas again.");
        }

        if (!inTime)
        {
            throw new BackendException(
                $"The function {name} is not ready after {StateLimit.TotalMinutes:0} minutes: {Describe(function)}",
                "Try again; if it stays so, delete the Lambdas and create them again.");
        }

        return Problem(function) is { } problem
            ? throw new BackendException(problem, "Delete the Lambdas and create them again.")
            : function;
    }

    /// <summary>Why a function does not do what it was told last; null when it does.</summary>
    /// <param name="function">The function.</param>
    public static string? Problem(FunctionConfiguration function) =>
        (function.State is null || function.State == State.Active || function.State == State.Inactive)
        && function.LastUpdateStatus != LastUpdateStatus.Failed
            ? null
            : $"The function {function.FunctionName} is not usable: {Describe(function)}";

    /// <summary>Makes a change that names a role; Lambda refuses one that it has not heard of yet.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="roleName">The role.</param>
    /// <param name="change">The change.</param>
    /// <exception cref="BackendException">It takes too long.</exception>
    public static async Task OnceRoleIsKnownAsync(AwsContext context, string roleName, Func<Task> change)
    {
        var told = false;
        var (refusal, inTime) = await context.UntilAsync(
            async () =>
            {
                try
                {
                    await change().ConfigureAwait(false);
                    return null;
                }
                catch (InvalidParameterValueException exception) when (IsAboutRole(exception))
                {
                    if (!told)
                    {
                        told = true;
                        LogWaitingForRole(context.Log, roleName);
                    }

                    return exception;
                }
            },
            refusal => refusal is null,
            Pause,
            RoleLimit).ConfigureAwait(false);
        if (!inTime)
        {
            throw new BackendException(
                $"Lambda cannot use the role {roleName} after {RoleLimit.TotalMinutes:0} minutes: {refusal!.Message}",
                "Try again; if it stays so, delete the Lambdas, and create them anew with their roles.",
                refusal);
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

    // "The role defined for the function cannot be assumed by Lambda."
    private static bool IsAboutRole(InvalidParameterValueException exception) =>
        exception.Message.Contains("role", StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting until Lambda knows the new role {RoleName}")]
    private static partial void LogWaitingForRole(ILogger logger, string roleName);
}
