using Amazon.CognitoIdentityProvider;
using Amazon.CognitoIdentityProvider.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.UserPools;

/// <summary>Makes a user pool, or adds to one what a stopped create has left out.</summary>
internal static partial class UserPoolProvisioner
{
    /// <summary>Where the login page sends the player; the game reads the token out of the address.</summary>
    public const string AfterLogin = "https://aws.amazon.com";

    private const string Email = "email";

    /// <summary>Six characters of any kind: the pool is for trying things out.</summary>
    private static readonly UserPoolPolicyType Policies = new()
    {
        PasswordPolicy = new PasswordPolicyType
        {
            MinimumLength = 6,
            RequireLowercase = false,
            RequireNumbers = false,
            RequireSymbols = false,
            RequireUppercase = false,
        },
    };

    /// <summary>Makes a pool without anything that belongs to it.</summary>
    /// <param name="context">The operation.</param>
    public static async Task<FoundPool> CreateAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.UserPoolName];
        LogCreating(context.Log, name, context.Region);
        var found = await context.MakeOnceAsync(
            $"the user pool {name}",
            async () =>
            {
                var answer = await context.Clients.Cognito.CreateUserPoolAsync(
                    new CreateUserPoolRequest
                    {
                        PoolName = name,
                        Policies = Policies,
                        Schema =
                        [
                            new SchemaAttributeType
                            {
                                Name = Email, AttributeDataType = AttributeDataType.String, Required = true, Mutable = true,
                            },
                        ],
                    },
                    context.Cancellation).ConfigureAwait(false);
                return new FoundPool(answer.UserPool!, null, false);
            },
            () => context.FindPoolAsync()).ConfigureAwait(false);
        LogCreated(context.Log, name, found.Pool.Id);
        return found;
    }

    /// <summary>Adds what a pool lacks.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="found">The pool.</param>
    /// <param name="isNew">Whether this operation has made it.</param>
    /// <returns>The complete pool; another one of the same name where somebody else was faster.</returns>
    /// <exception cref="BackendException">The domain is not to be had.</exception>
    public static async Task<FoundPool> CompleteAsync(AwsContext context, FoundPool found, bool isNew)
    {
        var poolId = found.Pool.Id!;
        found = found with { ClientId = found.ClientId ?? await CreateClientAsync(context, poolId).ConfigureAwait(false) };
        if (found.Pool.Domain is null or "")
        {
            if (found.Pool.AutoVerifiedAttributes?.Contains(Email) != true)
            {
                // what is not sent with it goes back to its default, so it is done to half-made pools only
                LogVerifying(context.Log);
                await context.Clients.Cognito.UpdateUserPoolAsync(
                    new UpdateUserPoolRequest { UserPoolId = poolId, Policies = Policies, AutoVerifiedAttributes = [Email] },
                    context.Cancellation).ConfigureAwait(false);
            }

            if (await CreateDomainAsync(context, found.Pool).ConfigureAwait(false) is { } other)
            {
                if (isNew)
                {
                    LogWithdrawing(context.Log, poolId, other.Pool.Id);
                    await context.Clients.Cognito.DeleteUserPoolAsync(
                        new DeleteUserPoolRequest { UserPoolId = poolId }, context.Cancellation).ConfigureAwait(false);
                }

                return await CompleteAsync(context, other, isNew: false).ConfigureAwait(false);
            }
        }

        if (!found.HasUsers)
        {
            await TestUsers.MakeAsync(context, poolId).ConfigureAwait(false);
        }

        return new FoundPool(found.Pool, found.ClientId, HasUsers: true);
    }

    private static async Task<string> CreateClientAsync(AwsContext context, string poolId)
    {
        var name = context.Settings[AwsSettings.UserPoolLoginClientName];
        LogCreatingClient(context.Log, name);
        var clientId = await context.MakeOnceAsync(
            $"the app client {name}",
            async () =>
            {
                var answer = await context.Clients.Cognito.CreateUserPoolClientAsync(
                    new CreateUserPoolClientRequest
                    {
                        UserPoolId = poolId,
                        ClientName = name,
                        GenerateSecret = false,
                        ExplicitAuthFlows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                        SupportedIdentityProviders = ["COGNITO"],
                        CallbackURLs = [AfterLogin],
                        LogoutURLs = [AfterLogin],
                        AllowedOAuthFlows = ["implicit"],
                        AllowedOAuthScopes = [Email, "openid"],
                        AllowedOAuthFlowsUserPoolClient = true,
                    },
                    context.Cancellation).ConfigureAwait(false);
                return answer.UserPoolClient!.ClientId!;
            },
            () => context.FindClientAsync(poolId)).ConfigureAwait(false);
        LogCreatedClient(context.Log, name, clientId);
        return clientId;
    }

    /// <summary>Gives a pool its domain, which no other pool in the region may have.</summary>
    /// <returns>Null when the pool has it; else the other pool of the same name that was given it at the same time.
    /// </returns>
    private static async Task<FoundPool?> CreateDomainAsync(AwsContext context, UserPoolType pool)
    {
        var domain = context.Settings[AwsSettings.UserPoolSubdomainPrefix];
        LogCreatingDomain(context.Log, domain);
        try
        {
            await context.Clients.Cognito.CreateUserPoolDomainAsync(
                new CreateUserPoolDomainRequest { Domain = domain, UserPoolId = pool.Id }, context.Cancellation).ConfigureAwait(false);
            pool.Domain = domain;
            return null;
        }
        catch (InvalidParameterException exception)
        {
            // Cognito's code is the same whether the word is refused, somebody has it, or the pool itself has it since a
            // call whose answer was lost.
            pool.Domain = (await context.DescribePoolAsync(pool.Id!).ConfigureAwait(false)).Domain;
            if (pool.Domain is { Length: > 0 })
            {
                return null;
            }

            return (await context.PoolsAsync().ConfigureAwait(false)).Find(other => other.Pool.Domain == domain)
                ?? throw new BackendException(
                    $"Cognito refuses the login page's name {domain}: {exception.Message}",
                    "The name is unique among everybody's in the region, and may not contain aws, amazon or cognito. Choose another "
                    + "prefix, or only another name (--user-pool-subdomain-prefix), and create the pool again: the rest of it is kept.",
                    exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the user pool {Name} in {Region}")]
    private static partial void LogCreating(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Created the user pool {Name} ({PoolId})")]
    private static partial void LogCreated(ILogger logger, string name, string? poolId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the pool's app client {Name}")]
    private static partial void LogCreatingClient(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Created the app client {Name} ({ClientId})")]
    private static partial void LogCreatedClient(ILogger logger, string name, string clientId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Letting Cognito verify the e-mail addresses of new users")]
    private static partial void LogVerifying(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the login page's domain {Domain}")]
    private static partial void LogCreatingDomain(ILogger logger, string domain);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Somebody else has created the user pool at the same time; the pool {PoolId} is "
        + "deleted again, and {OtherPoolId} is used")]
    private static partial void LogWithdrawing(ILogger logger, string poolId, string? otherPoolId);
}
