using Amazon.Lambda;
using Amazon.Lambda.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>Brings a function to its desired state, and deletes it.</summary>
internal static partial class FunctionProvisioner
{
    /// <summary>How often an update is tried when other changes conflict with it.</summary>
    private const int Attempts = 5;

    /// <summary>Creates the function with its role if it is missing, and updates what differs.</summary>
    /// <returns>The function, once it can be invoked.</returns>
    public static async Task<FunctionConfiguration> EnsureAsync(AwsContext context, DesiredFunction desired)
    {
        var existing = await context.FindTaggedFunctionAsync(desired.Name).ConfigureAwait(false);
        ResourceTags.Of(context, desired.Resource).ThrowIfAnothers("function", desired.Name, existing?.Tags);
        if (desired.OldRoleName is { } old
            && existing?.Configuration?.Role?.EndsWith($":role/{old}", StringComparison.Ordinal) == true)
        {
            desired = desired with { RoleName = old };
        }

        var roleArn = await FunctionRole.EnsureAsync(context, desired).ConfigureAwait(false);
        if (existing is null && await CreateAsync(context, desired, roleArn).ConfigureAwait(false))
        {
            var created = await FunctionReadiness.WaitAsync(context, desired.Name).ConfigureAwait(false);
            LogCreated(context.Log, desired.Name, created.FunctionArn);
            return created;
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await UpdateAsync(context, desired, roleArn).ConfigureAwait(false);
            }
            catch (ResourceConflictException) when (attempt < Attempts)
            {
                // Another change is in progress, or this one, if its response was lost: read the current state again.
            }
        }
    }

    /// <summary>Gives a function its variable, if the function exists and no other deployment has made it; the rest of it stays.</summary>
    public static async Task RepointAsync(AwsContext context, DesiredFunction desired)
    {
        var existing = await context.FindTaggedFunctionAsync(desired.Name).ConfigureAwait(false);
        if (existing is null || ResourceTags.Of(context, desired.Resource).OwnerOf(existing.Tags) == Owner.AnotherDeployment)
        {
            return;
        }

        var function = await FunctionReadiness.WaitAsync(context, desired.Name).ConfigureAwait(false);
        if (function.Variable(desired.Handler.EnvironmentVariable) != desired.Configuration)
        {
            LogConfiguring(context.Log, desired.Name, desired.Handler.EnvironmentVariable, desired.Configuration);
            await context.Clients.Lambda.UpdateFunctionConfigurationAsync(
                new UpdateFunctionConfigurationRequest
                {
                    FunctionName = desired.Name,
                    Environment = new Amazon.Lambda.Model.Environment { Variables = desired.Variables(function.Environment?.Variables) },
                },
                context.Cancellation).ConfigureAwait(false);
            await FunctionReadiness.WaitAsync(context, desired.Name).ConfigureAwait(false);
        }
    }

    /// <summary>How a function that can be used differs from what this version would create, each with both values.</summary>
    public static IEnumerable<string> Drift(FunctionConfiguration function, HandlerPackage handler, RoleName role)
    {
        (string What, string? Present, string Wanted)[] compared =
        [
            ("runtime", function.Runtime?.Value, HandlerPackage.Runtime),
            ("handler", function.Handler, handler.Handler),
            ("timeout", $"{function.Timeout} s", $"{handler.Timeout.TotalSeconds:0} s"),
            ("code", function.CodeSha256, handler.CodeSha256),
        ];
        foreach (var (what, present, wanted) in compared.Where(of => of.Present is not null && of.Present != of.Wanted))
        {
            yield return $"{function.FunctionName}: {what} {present} (create would make it {wanted})";
        }

        var roleName = function.Role?.Split('/')[^1];
        if (roleName is not null && roleName != role.Current && roleName != role.Old)
        {
            yield return $"{function.FunctionName}: role {roleName} (create would make it {role.Current})";
        }
    }

    /// <summary>A function that is to be deleted; null when there is none.</summary>
    public static async Task<Candidate?> FindCandidateAsync(AwsContext context, string name)
    {
        if (await context.FindTaggedFunctionAsync(name).ConfigureAwait(false) is { } function)
        {
            return new Candidate("function", name, function.Configuration?.FunctionArn ?? name, function.Tags);
        }

        context.LogNothingToDelete("function", name);
        return null;
    }

    /// <summary>Deletes a function.</summary>
    public static async Task DeleteAsync(AwsContext context, Candidate function)
    {
        LogDeleting(context.Log, function.Name, function.Id);
        await context.Clients.Lambda.DeleteFunctionAsync(
            new DeleteFunctionRequest { FunctionName = function.Name }, context.Cancellation)
            .IgnoreAsync<ResourceNotFoundException>().ConfigureAwait(false);
        LogDeleted(context.Log, function.Name);
    }

    /// <summary>Creates a function; false when another client has created it in the meantime.</summary>
    private static async Task<bool> CreateAsync(AwsContext context, DesiredFunction desired, string roleArn)
    {
        LogCreating(context.Log, desired.Name, context.Region);
        try
        {
            await FunctionReadiness.RetryUntilRoleCanBeAssumedAsync(context, desired.RoleName, async () =>
            {
                var tags = ResourceTags.Of(context, desired.Resource).ToMap();
                await context.WithTagsAsync(tags, async given =>
                {
                    using var zip = new MemoryStream(desired.Handler.Zip.ToArray());
                    return await context.Clients.Lambda.CreateFunctionAsync(new CreateFunctionRequest
                    {
                        FunctionName = desired.Name,
                        Description = "Created by FleetBridge",
                        Runtime = Runtime.Python313,
                        Role = roleArn,
                        Handler = desired.Handler.Handler,
                        Timeout = (int)desired.Handler.Timeout.TotalSeconds,
                        Code = new FunctionCode { ZipFile = zip },
                        Environment = new Amazon.Lambda.Model.Environment { Variables = desired.Variables() },
                        Tags = given,
                    }, context.Cancellation).ConfigureAwait(false);
                }).ConfigureAwait(false);
            }).ConfigureAwait(false);
            return true;
        }
        catch (ResourceConflictException)
        {
            return false;
        }
    }

    private static async Task<FunctionConfiguration> UpdateAsync(AwsContext context, DesiredFunction desired, string roleArn)
    {
        // Lambda accepts one change to a function at a time.
        var function = await FunctionReadiness.WaitAsync(context, desired.Name).ConfigureAwait(false);
        var changed = false;
        if (function.CodeSha256 != desired.Handler.CodeSha256)
        {
            LogUpdatingCode(context.Log, desired.Name);
            using var zip = new MemoryStream(desired.Handler.Zip.ToArray());
            await context.Clients.Lambda.UpdateFunctionCodeAsync(
                new UpdateFunctionCodeRequest { FunctionName = desired.Name, ZipFile = zip }, context.Cancellation).ConfigureAwait(false);
            function = await FunctionReadiness.WaitAsync(context, desired.Name).ConfigureAwait(false);
            changed = true;
        }

        if (!IsConfigured(function, desired, roleArn))
        {
            LogConfiguring(context.Log, desired.Name, desired.Handler.EnvironmentVariable, desired.Configuration);
            var variables = desired.Variables(function.Environment?.Variables);
            await FunctionReadiness.RetryUntilRoleCanBeAssumedAsync(
                context,
                desired.RoleName,
                () => context.Clients.Lambda.UpdateFunctionConfigurationAsync(
                    new UpdateFunctionConfigurationRequest
                    {
                        FunctionName = desired.Name,
                        Runtime = Runtime.Python313,
                        Role = roleArn,
                        Handler = desired.Handler.Handler,
                        Timeout = (int)desired.Handler.Timeout.TotalSeconds,
                        Environment = new Amazon.Lambda.Model.Environment { Variables = variables },
                    },
                    context.Cancellation)).ConfigureAwait(false);
            function = await FunctionReadiness.WaitAsync(context, desired.Name).ConfigureAwait(false);
            changed = true;
        }

        if (changed)
        {
            LogUpdated(context.Log, desired.Name, function.FunctionArn);
        }
        else
        {
            LogExists(context.Log, desired.Name, function.FunctionArn);
        }

        return function;
    }

    private static bool IsConfigured(FunctionConfiguration function, DesiredFunction desired, string roleArn) =>
        function.Role == roleArn
        && function.Runtime == Runtime.Python313
        && function.Handler == desired.Handler.Handler
        && function.Timeout == (int)desired.Handler.Timeout.TotalSeconds
        && function.Variable(desired.Handler.EnvironmentVariable) == desired.Configuration;

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the function {Name} in {Region}")]
    private static partial void LogCreating(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Created the function {Name} ({FunctionArn})")]
    private static partial void LogCreated(ILogger logger, string name, string? functionArn);

    [LoggerMessage(Level = LogLevel.Information, Message = "Updating the code of the function {Name}")]
    private static partial void LogUpdatingCode(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Configuring the function {Name} with {Variable} {Value}")]
    private static partial void LogConfiguring(ILogger logger, string name, string variable, string value);

    [LoggerMessage(Level = LogLevel.Information, Message = "Updated the function {Name} ({FunctionArn})")]
    private static partial void LogUpdated(ILogger logger, string name, string? functionArn);

    [LoggerMessage(Level = LogLevel.Information, Message = "The function {Name} ({FunctionArn}) exists already; nothing to create")]
    private static partial void LogExists(ILogger logger, string name, string? functionArn);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting the function {Name} ({FunctionArn})")]
    private static partial void LogDeleting(ILogger logger, string name, string? functionArn);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted the function {Name}. Its log group "
        + "/aws/lambda/{Name}, if it was ever called, stays in CloudWatch")]
    private static partial void LogDeleted(ILogger logger, string name);
}
