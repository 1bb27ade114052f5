using System.Text.Json.Nodes;
using Amazon.CognitoIdentityProvider.Model;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.UserPools;

/// <summary>The Cognito user pool with which players log in.</summary>
internal sealed partial class UserPool(AwsClients clients) : AwsResource(clients)
{
    private const string Complete = "COMPLETE";
    private const string Incomplete = "INCOMPLETE";

    /// <inheritdoc/>
    public override string Path => "deployment/user_pool";

    /// <inheritdoc/>
    public override string CostOfKeeping =>
        "Nothing for the test users; Cognito bills by the users that log in within a month, beyond a free number of them.";

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations =>
    [
        Operation.Check(OnAws(CheckAsync)),
        Operation.Create(OnAws(CreateAsync)),
        Operation.Delete(OnAws(DeleteAsync)),
        AwsConsole.Browse("cognito/v2/idp/user-pools?region=[region]"),
    ];

    private static async Task<BackendResult> CheckAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.UserPoolName];
        LogChecking(context.Log, name, context.Region);
        if (await context.FindPoolAsync().ConfigureAwait(false) is not { } found)
        {
            return BackendResult.Failure(
                $"There is no user pool named {name} in {context.Region}.",
                "Create it.",
                new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState });
        }

        if (found.Missing.Count > 0)
        {
            return BackendResult.Failure(
                $"The user pool {name} ({found.Pool.Id}) is half made: it lacks {And(found.Missing)}.",
                "Create it again: what is missing will be added.",
                Details(context, found));
        }

        LogThere(context.Log, name, found.Pool.Id, LoginPage(context, found));
        return BackendResult.Success(Details(context, found));
    }

    private static async Task<BackendResult> CreateAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.UserPoolName];
        var found = await context.FindPoolAsync().ConfigureAwait(false);
        if (found is { Missing.Count: 0 })
        {
            LogExists(context.Log, name, found.Pool.Id);
        }
        else if (found is not null)
        {
            LogCompleting(context.Log, name, found.Pool.Id, And(found.Missing));
            found = await UserPoolProvisioner.CompleteAsync(context, found, isNew: false).ConfigureAwait(false);
        }
        else
        {
            found = await UserPoolProvisioner.CreateAsync(context).ConfigureAwait(false);
            found = await UserPoolProvisioner.CompleteAsync(context, found, isNew: true).ConfigureAwait(false);
        }

        LogThere(context.Log, name, found.Pool.Id, LoginPage(context, found));
        return BackendResult.Success(Details(context, found));
    }

    private static async Task<BackendResult> DeleteAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.UserPoolName];
        var poolIds = await context.PoolIdsNamedAsync(name).ConfigureAwait(false);
        if (poolIds.Count == 0)
        {
            LogNothingToDelete(context.Log, name, context.Region);
            return BackendResult.Success(new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState });
        }

        foreach (var poolId in poolIds)
        {
            LogDeleting(context.Log, name, poolId);
            try
            {
                if ((await context.DescribePoolAsync(poolId).ConfigureAwait(false)).Domain is { Length: > 0 } domain)
                {
                    await DeleteDomainAsync(context, poolId, domain).ConfigureAwait(false);
                }

                await context.Clients.Cognito.DeleteUserPoolAsync(
                    new DeleteUserPoolRequest { UserPoolId = poolId }, context.Cancellation).ConfigureAwait(false);
            }
            catch (ResourceNotFoundException)
            {
                // somebody else has deleted it meanwhile
            }

            LogDeleted(context.Log, name, poolId);
        }

        return BackendResult.Success(new JsonObject
        {
            [BackendResult.StateDetail] = BackendResult.AbsentState,
            ["Deleted"] = new JsonArray([.. poolIds.Select(id => JsonValue.Create(id))]),
        });
    }

    private static string And(IReadOnlyList<string> things) => things.Count < 2
        ? string.Concat(things)
        : $"{string.Join(", ", things.SkipLast(1))} and {things[^1]}";

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
            // gone already, by an attempt whose answer was lost; Cognito has no code of its own for it
        }
    }

    /// <summary>The hosted login page, with the answer as a token in the address (Cognito's "Login endpoint").</summary>
    private static string LoginPage(AwsContext context, FoundPool found) =>
        $"https://{found.Pool.Domain}.auth.{context.Region}.amazoncognito.com/login?client_id={found.ClientId}"
        + $"&response_type=token&scope=email+openid&redirect_uri={Uri.EscapeDataString(UserPoolProvisioner.AfterLogin)}";

    private static JsonObject Details(AwsContext context, FoundPool found)
    {
        var details = new JsonObject
        {
            [BackendResult.StateDetail] = found.Missing.Count == 0 ? Complete : Incomplete,
            ["User Pool Id"] = found.Pool.Id,
            ["User Pool ARN"] = found.Pool.Arn,
            ["Client Id"] = found.ClientId,
            ["Domain"] = found.Pool.Domain,
        };
        if (found.Missing.Count == 0)
        {
            details["Login Page"] = LoginPage(context, found);
        }

        return details;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Looking for the user pool {Name} in {Region}")]
    private static partial void LogChecking(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "The user pool {Name} ({PoolId}) is there; its login page is {LoginPage}")]
    private static partial void LogThere(ILogger logger, string name, string? poolId, string loginPage);

    [LoggerMessage(Level = LogLevel.Information, Message = "The user pool {Name} ({PoolId}) is half made; adding {Missing}")]
    private static partial void LogCompleting(ILogger logger, string name, string? poolId, string missing);

    [LoggerMessage(Level = LogLevel.Information, Message = "The user pool {Name} ({PoolId}) exists already; nothing to create")]
    private static partial void LogExists(ILogger logger, string name, string? poolId);

    [LoggerMessage(Level = LogLevel.Information, Message = "There is no user pool {Name} in {Region}; nothing to delete")]
    private static partial void LogNothingToDelete(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting the user pool {Name} ({PoolId}) with its domain and users")]
    private static partial void LogDeleting(ILogger logger, string name, string poolId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted the user pool {Name} ({PoolId})")]
    private static partial void LogDeleted(ILogger logger, string name, string poolId);
}
