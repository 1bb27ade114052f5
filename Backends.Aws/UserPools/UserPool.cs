using System.Text.Json.Nodes;
using Amazon.CognitoIdentityProvider.Model;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.UserPools;

/// <summary>The Cognito user pool with which players log in.</summary>
internal sealed partial class UserPool(AwsClients clients) : AwsResource(clients)
{
    private const string Kind = "user pool";
    private const string Complete = "COMPLETE";
    private const string Incomplete = "INCOMPLETE";

    /// <inheritdoc/>
    public override string Path => "deployment/user_pool";

    /// <inheritdoc/>
    public override string CostOfKeeping =>
        "Nothing for the test users; Cognito bills per user who logs in within a month, above a free number.";

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations =>
    [
        Operation.Check(OnAws(CheckAsync)),
        Operation.Create(OnAws(CreateAsync)),
        Operation.Delete(OnAws(DeleteAsync)),
        Browse("cognito/v2/idp/user-pools?region=[region]"),
    ];

    private static async Task<BackendResult> CheckAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.UserPoolName];
        context.LogLookingFor(Kind, name);
        if (await context.FindPoolAsync().ConfigureAwait(false) is not { } state)
        {
            return context.Absent(Kind, name, "Create it.");
        }

        if (!state.IsComplete)
        {
            return BackendResult.Failure(
                $"The user pool {name} ({state.Pool.Id}) is incomplete: it lacks {And(state.Missing)}.",
                "Create it again: what is missing will be added.",
                Details(context, state));
        }

        LogLoginPage(context.Log, name, state.Pool.Id, LoginPage(context, state));
        var details = Details(context, state);
        if (await LoginClientDrift.FindAsync(context, state).ConfigureAwait(false) is { } drift)
        {
            drift.Report(context, details);
        }

        return BackendResult.Success(details);
    }

    private static async Task<BackendResult> CreateAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.UserPoolName];
        var state = await context.FindPoolAsync().ConfigureAwait(false);
        if (state is null)
        {
            (state, var isNew) = await UserPoolProvisioner.CreateAsync(context).ConfigureAwait(false);
            state = await UserPoolProvisioner.CompleteAsync(context, state, isNew).ConfigureAwait(false);
        }
        else
        {
            state = await UpdateAsync(context, name, state).ConfigureAwait(false);
        }

        LogLoginPage(context.Log, name, state.Pool.Id, LoginPage(context, state));
        return BackendResult.Success(Details(context, state));
    }

    /// <summary>Adds what a pool lacks and what its app client lacks.</summary>
    private static async Task<UserPoolState> UpdateAsync(AwsContext context, string name, UserPoolState state)
    {
        var drift = state.ClientId is null ? null : await LoginClientDrift.FindAsync(context, state).ConfigureAwait(false);
        if (drift is null && state.IsComplete)
        {
            LogExists(context.Log, name, state.Pool.Id);
            return state;
        }

        ResourceTags.Of(context, ResourceTags.UserPool).ThrowIfAnothers(Kind, name, state.Pool.UserPoolTags);
        if (drift is not null)
        {
            await drift.ApplyAsync(context, state).ConfigureAwait(false);
        }

        if (state.IsComplete)
        {
            return state;
        }

        LogCompleting(context.Log, name, state.Pool.Id, And(state.Missing));
        return await UserPoolProvisioner.CompleteAsync(context, state, isNew: false).ConfigureAwait(false);
    }

    private static async Task<BackendResult> DeleteAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.UserPoolName];
        var candidates = new List<Candidate>();
        foreach (var poolId in await context.PoolIdsNamedAsync(name).ConfigureAwait(false))
        {
            try
            {
                candidates.Add(new Candidate(
                    Kind, name, poolId, (await context.DescribePoolAsync(poolId).ConfigureAwait(false)).UserPoolTags));
            }
            catch (ResourceNotFoundException)
            {
                // deleted since it was listed
            }
        }

        return await context.DeleteAllAsync(
            ResourceTags.Of(context, ResourceTags.UserPool),
            Kind,
            name,
            candidates,
            poolId => DeleteAsync(context, poolId).IgnoreAsync<ResourceNotFoundException>()).ConfigureAwait(false);
    }

    private static async Task DeleteAsync(AwsContext context, string poolId)
    {
        if ((await context.DescribePoolAsync(poolId).ConfigureAwait(false)).Domain is { Length: > 0 } domain)
        {
            await DeleteDomainAsync(context, poolId, domain).ConfigureAwait(false);
        }

        await context.Clients.Cognito.DeleteUserPoolAsync(
            new DeleteUserPoolRequest { UserPoolId = poolId }, context.Cancellation).ConfigureAwait(false);
    }

    private static async Task DeleteDomainAsync(AwsContext context, string poolId, string domain)
    {
        try
        {
            await context.Clients.Cognito.DeleteUserPoolDomainAsync(
                new DeleteUserPoolDomainRequest { Domain = domain, UserPoolId = poolId }, context.Cancellation).ConfigureAwait(false);
        }
        catch (InvalidParameterException exception) when (
            exception.Message.StartsWith("No such domain", StringComparison.Ordinal))
        {
            // deleted by an attempt whose response was lost; Cognito has no error code for it
        }
    }

    private static string And(IReadOnlyList<string> things) => things.Count < 2
        ? string.Concat(things)
        : $"{string.Join(", ", things.SkipLast(1))} and {things[^1]}";

    /// <summary>The hosted login page, which returns the tokens in the address (Cognito's "Login endpoint").</summary>
    private static string LoginPage(AwsContext context, UserPoolState state) =>
        $"https://{state.Pool.Domain}.auth.{context.Region}.amazoncognito.com/login?client_id={state.ClientId}"
        + $"&response_type=token&scope=email+openid&redirect_uri={Uri.EscapeDataString(LoginClient.CallbackUrl)}";

    private static JsonObject Details(AwsContext context, UserPoolState state)
    {
        var details = new JsonObject
        {
            [BackendResult.StateDetail] = state.IsComplete ? Complete : Incomplete,
            ["User Pool Id"] = state.Pool.Id,
            ["User Pool ARN"] = state.Pool.Arn,
            ["Client Id"] = state.ClientId,
            ["Domain"] = state.Pool.Domain,
        };
        if (state.IsComplete)
        {
            details["Login Page"] = LoginPage(context, state);
        }

        return details;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The user pool {Name} ({PoolId}) exists; its login page is {LoginPage}")]
    private static partial void LogLoginPage(ILogger logger, string name, string? poolId, string loginPage);

    [LoggerMessage(Level = LogLevel.Information, Message = "The user pool {Name} ({PoolId}) is incomplete; adding {Missing}")]
    private static partial void LogCompleting(ILogger logger, string name, string? poolId, string missing);

    [LoggerMessage(Level = LogLevel.Information, Message = "The user pool {Name} ({PoolId}) exists already; nothing to create")]
    private static partial void LogExists(ILogger logger, string name, string? poolId);
}
