using Amazon.CognitoIdentityProvider.Model;
using FleetBridge.Backends.Aws.Provisioning;

namespace FleetBridge.Backends.Aws.UserPools;

/// <summary>User pools by name: Cognito cannot filter its listing by name.</summary>
internal static class UserPoolLookup
{
    /// <summary>The largest page of pools or clients that Cognito allows.</summary>
    private const int PageSize = 60;

    /// <summary>The ids of the pools of a name; names may repeat.</summary>
    public static async Task<List<string>> PoolIdsNamedAsync(this AwsContext context, string name)
    {
        var all = Pages.AllAsync(
            token => context.Clients.Cognito.ListUserPoolsAsync(
                new ListUserPoolsRequest { MaxResults = PageSize, NextToken = token }, context.Cancellation),
            page => page.UserPools,
            page => page.NextToken,
            context.Cancellation);
        return await all.Where(pool => pool.Name == name).Select(pool => pool.Id!)
            .ToListAsync(context.Cancellation).ConfigureAwait(false);
    }

    /// <summary>The pools of the settings' name: the most complete first, of equally complete ones the oldest.</summary>
    public static async Task<List<UserPoolState>> PoolsAsync(this AwsContext context)
    {
        var pools = new List<UserPoolState>();
        foreach (var id in await context.PoolIdsNamedAsync(context.Settings[AwsSettings.UserPoolName]).ConfigureAwait(false))
        {
            try
            {
                pools.Add(await ReadStateAsync(context, id).ConfigureAwait(false));
            }
            catch (ResourceNotFoundException)
            {
                // deleted since it was listed
            }
        }

        return [.. pools.OrderBy(state => state.Missing.Count)
            .ThenBy(state => state.Pool.CreationDate)
            .ThenBy(state => state.Pool.Id, StringComparer.Ordinal)];
    }

    /// <summary>The pool in use of the settings' name; null when there is none.</summary>
    public static async Task<UserPoolState?> FindPoolAsync(this AwsContext context)
    {
        var pools = await context.PoolsAsync().ConfigureAwait(false);
        if (pools.Count > 1)
        {
            context.LogSeveral(pools.Count, "user pools", context.Settings[AwsSettings.UserPoolName], pools[0].Pool.Id);
        }

        return pools.FirstOrDefault();
    }

    /// <summary>The id of a pool's app client of the settings' name; null when there is none.</summary>
    public static async Task<string?> FindClientAsync(this AwsContext context, string poolId)
    {
        var name = context.Settings[AwsSettings.UserPoolLoginClientName];
        var client = await Pages.AllAsync(
            token => context.Clients.Cognito.ListUserPoolClientsAsync(
                new ListUserPoolClientsRequest { UserPoolId = poolId, MaxResults = PageSize, NextToken = token },
                context.Cancellation),
            page => page.UserPoolClients,
            page => page.NextToken,
            context.Cancellation).FirstOrDefaultAsync(client => client.ClientName == name, context.Cancellation).ConfigureAwait(false);
        return client?.ClientId;
    }

    /// <summary>A pool's description.</summary>
    public static async Task<UserPoolType> DescribePoolAsync(this AwsContext context, string poolId)
    {
        var response = await context.Clients.Cognito.DescribeUserPoolAsync(
            new DescribeUserPoolRequest { UserPoolId = poolId }, context.Cancellation).ConfigureAwait(false);
        return response.UserPool!;
    }

    private static async Task<UserPoolState> ReadStateAsync(AwsContext context, string poolId)
    {
        var pool = context.DescribePoolAsync(poolId);
        var clientId = context.FindClientAsync(poolId);
        var hasUsers = TestUsers.ExistAsync(context, poolId);
        await Task.WhenAll(pool, clientId, hasUsers).ConfigureAwait(false);
        return new UserPoolState(await pool.ConfigureAwait(false), await clientId.ConfigureAwait(false), await hasUsers.ConfigureAwait(false));
    }
}
