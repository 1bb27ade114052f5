using Amazon.CognitoIdentityProvider.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.UserPools;

/// <summary>A pool with what belongs to it.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="ClientId">The app client with which the game logs in; null when it is missing.</param>
/// <param name="HasUsers">Whether the test users are there.</param>
internal sealed record FoundPool(UserPoolType Pool, string? ClientId, bool HasUsers)
{
    /// <summary>What a stopped create has left out; empty when the pool is complete.</summary>
    public IReadOnlyList<string> Missing =>
    [
        .. ClientId is null ? ["its app client"] : Array.Empty<string>(),
        .. Pool.Domain is { Length: > 0 } ? Array.Empty<string>() : ["the login page's domain"],
        .. HasUsers ? Array.Empty<string>() : ["its test users"],
    ];
}

/// <summary>User pools by name: Cognito lists them without a filter for it.</summary>
internal static partial class UserPoolListing
{
    /// <summary>The most that Cognito allows a page of pools or clients to have.</summary>
    private const int PageSize = 60;

    /// <summary>The ids of the pools of a name; names may repeat.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="name">The name.</param>
    public static async Task<List<string>> PoolIdsNamedAsync(this AwsContext context, string name)
    {
        var ids = new List<string>();
        var all = Pages.AllAsync(
            token => context.Clients.Cognito.ListUserPoolsAsync(
                new ListUserPoolsRequest { MaxResults = PageSize, NextToken = token }, context.Cancellation),
            page => page.UserPools,
            page => page.NextToken,
            context.Cancellation);
        await foreach (var pool in all.ConfigureAwait(false))
        {
            if (pool.Name == name)
            {
                ids.Add(pool.Id!);
            }
        }

        return ids;
    }

    /// <summary>The pools of the settings' name with what belongs to them: the most complete first, of two the older.
    /// </summary>
    /// <param name="context">The operation.</param>
    public static async Task<List<FoundPool>> PoolsAsync(this AwsContext context)
    {
        var pools = new List<FoundPool>();
        foreach (var id in await context.PoolIdsNamedAsync(context.Settings[AwsSettings.UserPoolName]).ConfigureAwait(false))
        {
            try
            {
                pools.Add(await DescribeAsync(context, id).ConfigureAwait(false));
            }
            catch (ResourceNotFoundException)
            {
                // deleted since it was listed
            }
        }

        return [.. pools.OrderBy(found => found.Missing.Count)
            .ThenBy(found => found.Pool.CreationDate)
            .ThenBy(found => found.Pool.Id, StringComparer.Ordinal)];
    }

    /// <summary>The pool of the settings' name that counts.</summary>
    /// <param name="context">The operation.</param>
    /// <returns>The pool; null when there is none.</returns>
    public static async Task<FoundPool?> FindPoolAsync(this AwsContext context)
    {
        var pools = await context.PoolsAsync().ConfigureAwait(false);
        if (pools.Count > 1)
        {
            LogSeveral(context.Log, pools.Count, context.Settings[AwsSettings.UserPoolName], pools[0].Pool.Id);
        }

        return pools.FirstOrDefault();
    }

    /// <summary>The settings' app client of a pool.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="poolId">The pool.</param>
    /// <returns>The client's id; null when there is none.</returns>
    public static async Task<string?> FindClientAsync(this AwsContext context, string poolId)
    {
        var name = context.Settings[AwsSettings.UserPoolLoginClientName];
        var clients = Pages.AllAsync(
            token => context.Clients.Cognito.ListUserPoolClientsAsync(
                new ListUserPoolClientsRequest { UserPoolId = poolId, MaxResults = PageSize, NextToken = token },
                context.Cancellation),
            page => page.UserPoolClients,
            page => page.NextToken,
            context.Cancellation);
        await foreach (var client in clients.ConfigureAwait(false))
        {
            if (client.ClientName == name)
            {
                return client.ClientId;
            }
        }

        return null;
    }

    /// <summary>A pool.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="poolId">The pool.</param>
    public static async Task<UserPoolType> DescribePoolAsync(this AwsContext context, string poolId)
    {
        var answer = await context.Clients.Cognito.DescribeUserPoolAsync(
            new DescribeUserPoolRequest { UserPoolId = poolId }, context.Cancellation).ConfigureAwait(false);
        return answer.UserPool!;
    }

    private static async Task<FoundPool> DescribeAsync(AwsContext context, string poolId)
    {
        var pool = context.DescribePoolAsync(poolId);
        var clientId = context.FindClientAsync(poolId);
        var hasUsers = TestUsers.AreThereAsync(context, poolId);
        await Task.WhenAll(pool, clientId, hasUsers).ConfigureAwait(false);
        return new FoundPool(await pool.ConfigureAwait(false), await clientId.ConfigureAwait(false), await hasUsers.ConfigureAwait(false));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "There are {Count} user pools named {Name}; {PoolId} is the one in use. Delete "
        + "removes all of them")]
    private static partial void LogSeveral(ILogger logger, int count, string name, string? poolId);
}
