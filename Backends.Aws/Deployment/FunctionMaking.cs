using Amazon.Lambda;
using Amazon.Lambda.Model;
using Microsoft.Extensions.Logging;

namespace Backends.Aws.Deployment;

/// <summary>Makes a function what it has to be, and removes it.</summary>
internal static partial class FunctionMaking
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>A new role is known everywhere within seconds, seldom later.</summary>
    private static readonly TimeSpan RoleLimit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan StateLimit = TimeSpan.FromMinutes(5);

    /// <summary>Makes the function with its role where it is missing, and updates what differs.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="wanted">The function.</param>
    /// <returns>The function, once it can be called.</returns>
    public static async Task<FunctionConfiguration> EnsureAsync(AwsContext context, WantedFunction wanted)
    {
        var roleArn = await FunctionRole.EnsureAsync(context, wanted).ConfigureAwait(false);
        if (await context.FindFunctionAsync(wanted.Name).ConfigureAwait(false) is null)
        {
            await CreateAsync(context, wanted, roleArn).ConfigureAwait(false);
            var created = await SettledAsync(context, wanted.Name).ConfigureAwait(false);
            LogCreated(context.Log, wanted.Name, created.FunctionArn);
            return created;
        }

        return await UpdateAsync(context, wanted, roleArn).ConfigureAwait(false);
    }

    /// <summary>Removes a function and its role; it is fine when they are not there.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="name">The function.</param>
    /// <param name="roleName">Its role.</param>
    public static async Task DeleteAsync(AwsContext context, string name, string roleName)
    {
        LogDeleting(context.Log, name);
        try
        {
            await context.Clients.Lambda.DeleteFunctionAsync(
                new DeleteFunctionRequest { FunctionName = name }, context.Cancellation).ConfigureAwait(false);
            LogDeleted(context.Log, name);
        }
        catch (ResourceNotFoundException)
        {
            LogNothingToDelete(context.Log, name, context.Region);
        }

        await FunctionRole.DeleteAsync(context, roleName).ConfigureAwait(false);
    }

    private static async Task CreateAsync(AwsContext context, WantedFunction wanted, string roleArn)
    {
        LogCreating(context.Log, wanted.Name, context.Region);
        InvalidParameterValueException? refusal = null;
        var (_, inTime) = await context.UntilAsync(
            async () =>
            {
                try
                {
                    using var zip = new MemoryStream(wanted.Handler.Zip.ToArray());
                    await context.Clients.Lambda.CreateFunctionAsync(
                        new CreateFunctionRequest
                        {
                            FunctionName = wanted.Name,
                            Description = "Made by FleetBridge",
                            Runtime = Runtime.Python313,
                            Role = roleArn,
                            Handler = wanted.Handler.Handler,
                            Timeout = (int)wanted.Handler.Timeout.TotalSeconds,
                            Code = new FunctionCode { ZipFile = zip },
                            Environment = new Amazon.Lambda.Model.Environment { Variables = wanted.Variables },
                        },
                        context.Cancellation).ConfigureAwait(false);
                    return true;
                }
                catch (InvalidParameterValueException exception) when (IsAboutRole(exception))
                {
                    if (refusal is null)
                    {
                        LogWaitingForRole(context.Log, wanted.RoleName);
                    }

                    refusal = exception;
                    return false;
                }
                catch (ResourceConflictException)
                {
                    // somebody else has made it in this moment
                    return true;
                }
            },
            created => created,
            Pause,
            RoleLimit).ConfigureAwait(false);
        if (!inTime)
        {
            throw new BackendException(
                $"Lambda cannot use the role {wanted.RoleName} after {RoleLimit.TotalMinutes:0} minutes: {refusal!.Message}",
                "Try again; if it stays so, delete the Lambdas and create them anew.",
                refusal);
        }
    }

    private static async Task<FunctionConfiguration> UpdateAsync(AwsContext context, WantedFunction wanted, string roleArn)
    {
        // A function takes one change at a time.
        var function = await SettledAsync(context, wanted.Name).ConfigureAwait(false);
        var changed = false;
        if (function.CodeSha256 != wanted.Handler.CodeSha256)
        {
            LogUpdating(context.Log, wanted.Name, "code");
            using var zip = new MemoryStream(wanted.Handler.Zip.ToArray());
            await context.Clients.Lambda.UpdateFunctionCodeAsync(
                new UpdateFunctionCodeRequest { FunctionName = wanted.Name, ZipFile = zip }, context.Cancellation).ConfigureAwait(false);
            function = await SettledAsync(context, wanted.Name).ConfigureAwait(false);
            changed = true;
        }

        if (!IsConfigured(function, wanted, roleArn))
        {
            LogUpdating(context.Log, wanted.Name, "configuration");
            await context.Clients.Lambda.UpdateFunctionConfigurationAsync(
                new UpdateFunctionConfigurationRequest
                {
                    FunctionName = wanted.Name,
                    Runtime = Runtime.Python313,
                    Role = roleArn,
                    Handler = wanted.Handler.Handler,
                    Timeout = (int)wanted.Handler.Timeout.TotalSeconds,
                    Environment = new Amazon.Lambda.Model.Environment { Variables = wanted.Variables },
                },
                context.Cancellation).ConfigureAwait(false);
            function = await SettledAsync(context, wanted.Name).ConfigureAwait(false);
            changed = true;
        }

        if (!changed)
        {
            LogExists(context.Log, wanted.Name);
        }

        return function;
    }

    private static bool IsConfigured(FunctionConfiguration function, WantedFunction wanted, string roleArn) =>
        function.Role == roleArn
        && function.Runtime == Runtime.Python313
        && function.Handler == wanted.Handler.Handler
        && function.Timeout == (int)wanted.Handler.Timeout.TotalSeconds
        && function.Environment?.Variables is { } variables
        && variables.Count == wanted.Variables.Count
        && wanted.Variables.All(variable => variables.GetValueOrDefault(variable.Key) == variable.Value);

    /// <summary>Waits until the function can be called and takes changes.</summary>
    private static async Task<FunctionConfiguration> SettledAsync(AwsContext context, string name)
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

        return inTime && function.State != State.Failed && function.LastUpdateStatus != LastUpdateStatus.Failed
            ? function
            : throw new BackendException(
                $"The function {name} is not ready: it is {function.State?.Value}, its last update {function.LastUpdateStatus?.Value}. "
                + $"{function.StateReason} {function.LastUpdateStatusReason}".TrimEnd(),
                "Delete the Lambdas and create them again.");
    }

    // "The role defined for the function cannot be assumed by Lambda."
    private static bool IsAboutRole(InvalidParameterValueException exception) =>
        exception.Message.Contains("role", StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the function {Name} in {Region}")]
    private static partial void LogCreating(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting until Lambda knows the new role {RoleName}")]
    private static partial void LogWaitingForRole(ILogger logger, string roleName);

    [LoggerMessage(Level = LogLevel.Information, Message = "Created the function {Name} ({FunctionArn})")]
    private static partial void LogCreated(ILogger logger, string name, string? functionArn);

    [LoggerMessage(Level = LogLevel.Information, Message = "Updating the {What} of the function {Name}")]
    private static partial void LogUpdating(ILogger logger, string name, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "The function {Name} exists already; nothing to create")]
    private static partial void LogExists(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting the function {Name}")]
    private static partial void LogDeleting(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted the function {Name}")]
    private static partial void LogDeleted(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "There is no function {Name} in {Region}; nothing to delete")]
    private static partial void LogNothingToDelete(ILogger logger, string name, string region);
}
