using Amazon.CognitoIdentityProvider.Model;

namespace Backends.Aws.Deployment;

/// <summary>A pool with what belongs to it.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="ClientId">The app client with which the game logs in; null when it is missing.</param>
internal sealed record FoundPool(UserPoolType Pool, string? ClientId)
{
    /// <summary>What a stopped create has left out; empty when the pool is complete.</summary>
    public IReadOnlyList<string> Missing =>
    [
        .. ClientId is null ? ["its app client"] : Array.Empty<string>(),
        .. Pool.Domain is { Length: > 0 } ? Array.Empty<string>() : ["the login page's domain"],
    ];
}

/// <summary>User pools by name: Cognito lists them without a filter for it.</summary>
internal static class UserPoolListing
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

    /// <summary>A pool with what belongs to it.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="poolId">The pool.</param>
    public static async Task<FoundPool> DescribePoolAsync(this AwsContext context, string poolId)
    {
        var answer = await context.Clients.Cognito.DescribeUserPoolAsync(
            new DescribeUserPoolRequest { UserPoolId = poolId }, context.Cancellation).ConfigureAwait(false);
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
                return new FoundPool(answer.UserPool!, client.ClientId);
            }
        }

        return new FoundPool(answer.UserPool!, null);
    }

    /// <summary>The pool of the settings' name that counts: a complete one, else the first.</summary>
    /// <param name="context">The operation.</param>
    /// <returns>The pool; null when there is none.</returns>
    public static async Task<FoundPool?> FindPoolAsync(this AwsContext context)
    {
        FoundPool? first = null;
        foreach (var id in await context.PoolIdsNamedAsync(context.Settings[AwsSettings.UserPoolName]).ConfigureAwait(false))
        {
            var found = await context.DescribePoolAsync(id).ConfigureAwait(false);
            if (found.Missing.Count == 0)
            {
                return found;
            }

            first ??= found;
        }

        return first;
    }
}
