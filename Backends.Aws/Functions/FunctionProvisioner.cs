using Amazon.Lambda;
using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>Makes a function what it has to be, and removes it.</summary>
internal static partial class FunctionProvisioner
{
    /// <summary>How often a change is begun anew because another one came between.</summary>
    private const int Attempts = 5;

    /// <summary>Makes the function with its role where it is missing, and updates what differs.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="wanted">The function.</param>
    /// <returns>The function, once it can be called.</returns>
    public static async Task<FunctionConfiguration> EnsureAsync(AwsContext context, DesiredFunction wanted)
    {
        var roleArn = await FunctionRole.EnsureAsync(context, wanted).ConfigureAwait(false);
        var exists = await context.FindFunctionAsync(wanted.Name).ConfigureAwait(false) is not null;
        if (!exists && await CreateAsync(context, wanted, roleArn).ConfigureAwait(false))
        {
            var created = await FunctionState.SettledAsync(context, wanted.Name).ConfigureAwait(false);
            LogCreated(context.Log, wanted.Name, created.FunctionArn);
            return created;
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await UpdateAsync(context, wanted, roleArn).ConfigureAwait(false);
            }
            catch (ResourceConflictException) when (attempt < Attempts)
            {
                // Another change has come between, or the same one, when its answer was lost: look at what is there now.
            }
        }
    }

    /// <summary>Removes a function and its role; it is fine when they are not there.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="name">The function.</param>
    /// <param name="roleName">Its role.</param>
    /// <returns>The function's ARN; null when there was none.</returns>
    public static async Task<string?> DeleteAsync(AwsContext context, string name, string roleName)
    {
        var function = await context.FindFunctionAsync(name).ConfigureAwait(false);
        if (function is not null)
        {
            LogDeleting(context.Log, name, function.FunctionArn);
            try
            {
                await context.Clients.Lambda.DeleteFunctionAsync(
                    new DeleteFunctionRequest { FunctionName = name }, context.Cancellation).ConfigureAwait(false);
            }
            catch (ResourceNotFoundException)
            {
                // somebody else has deleted it in this moment
            }

            LogDeleted(context.Log, name);
        }
        else
        {
            LogNothingToDelete(context.Log, name, context.Region);
        }

        await FunctionRole.DeleteAsync(context, roleName).ConfigureAwait(false);
        return function?.FunctionArn;
    }

    /// <summary>Makes a function; false when somebody else has made one of its name meanwhile.</summary>
    private static async Task<bool> CreateAsync(AwsContext context, DesiredFunction wanted, string roleArn)
    {
        LogCreating(context.Log, wanted.Name, context.Region);
        try
        {
            await FunctionState.OnceRoleIsKnownAsync(context, wanted.RoleName, async () =>
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
                        Environment = new Amazon.Lambda.Model.Environment { Variables = wanted.Variables() },
                    },
                    context.Cancellation).ConfigureAwait(false);
            }).ConfigureAwait(false);
            return true;
        }
        catch (ResourceConflictException)
        {
            return false;
        }
    }

    private static async Task<FunctionConfiguration> UpdateAsync(AwsContext context, DesiredFunction wanted, string roleArn)
    {
        // A function takes one change at a time.
        var function = await FunctionState.SettledAsync(context, wanted.Name).ConfigureAwait(false);
        var changed = false;
        if (function.CodeSha256 != wanted.Handler.CodeSha256)
        {
            LogUpdatingCode(context.Log, wanted.Name);
            using var zip = new MemoryStream(wanted.Handler.Zip.ToArray());
            await context.Clients.Lambda.UpdateFunctionCodeAsync(
                new UpdateFunctionCodeRequest { FunctionName = wanted.Name, ZipFile = zip }, context.Cancellation).ConfigureAwait(false);
            function = await FunctionState.SettledAsync(context, wanted.Name).ConfigureAwait(false);
            changed = true;
        }

        if (!IsConfigured(function, wanted, roleArn))
        {
            LogConfiguring(context.Log, wanted.Name, wanted.Handler.EnvironmentVariable, wanted.Configuration);
            var variables = wanted.Variables(function.Environment?.Variables);
            await FunctionState.OnceRoleIsKnownAsync(
                context,
                wanted.RoleName,
                () => context.Clients.Lambda.UpdateFunctionConfigurationAsync(
                    new UpdateFunctionConfigurationRequest
                    {
                        FunctionName = wanted.Name,
                        Runtime = Runtime.Python313,
                        Role = roleArn,
                        Handler = wanted.Handler.Handler,
                        Timeout = (int)wanted.Handler.Timeout.TotalSeconds,
                        Environment = new Amazon.Lambda.Model.Environment { Variables = variables },
                    },
                    context.Cancellation)).ConfigureAwait(false);
            function = await FunctionState.SettledAsync(context, wanted.Name).ConfigureAwait(false);
            changed = true;
        }

        if (changed)
        {
            LogUpdated(context.Log, wanted.Name, function.FunctionArn);
        }
        else
        {
            LogExists(context.Log, wanted.Name, function.FunctionArn);
        }

        return function;
    }

    private static bool IsConfigured(FunctionConfiguration function, DesiredFunction wanted, string roleArn) =>
        function.Role == roleArn
        && function.Runtime == Runtime.Python313
        && function.Handler == wanted.Handler.Handler
        && function.Timeout == (int)wanted.Handler.Timeout.TotalSeconds
        && function.Variable(wanted.Handler.EnvironmentVariable) == wanted.Configuration;

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the function {Name} in {Region}")]
    private static partial void LogCreating(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Created the function {Name} ({FunctionArn})")]
    private static partial void LogCreated(ILogger logger, string name, string? functionArn);

    [LoggerMessage(Level = LogLevel.Information, Message = "Updating the code of the function {Name}")]
    private static partial void LogUpdatingCode(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Setting up the function {Name} with {Variable} {Value}")]
    private static partial void LogConfiguring(ILogger logger, string name, string variable, string value);

    [LoggerMessage(Level = LogLevel.Information, Message = "Updated the function {Name} ({FunctionArn})")]
    private static partial void LogUpdated(ILogger logger, string name, string? functionArn);

    [LoggerMessage(Level = LogLevel.Information, Message = "The function {Name} ({FunctionArn}) exists already; nothing to create")]
    private static partial void LogExists(ILogger logger, string name, string? functionArn);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting the function {Name} ({FunctionArn})")]
    private static partial void LogDeleting(ILogger logger, string name, string? functionArn);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted the function {Name}")]
    private static partial void LogDeleted(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "There is no function {Name} in {Region}; nothing to delete")]
    private static partial void LogNothingToDelete(ILogger logger, string name, string region);
}
