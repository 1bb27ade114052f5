using System.Security.Cryptography;
using Amazon.CognitoIdentityProvider;
using Amazon.CognitoIdentityProvider.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.UserPools;

/// <summary>Creates a user pool, or adds what an interrupted create has not created.</summary>
internal static partial class UserPoolProvisioner
{
    private const string Email = "email";

    /// <summary>Six characters of any kind: the pool is for tests.</summary>
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

    /// <summary>Creates the pool alone; <see cref="CompleteAsync"/> adds the rest.</summary>
    /// <returns>The pool, and whether this call has made it: when a response is lost, another client's pool of that name may be found.
    /// </returns>
    public static async Task<(UserPoolState State, bool IsNew)> CreateAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.UserPoolName];
        var run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var isNew = false;
        LogCreating(context.Log, name, context.Region);
        var state = await context.CreateOnceAsync(
            $"the user pool {name}",
            async () =>
            {
                var tags = ResourceTags.Of(context, ResourceTags.UserPool).ToMap();
                tags[ResourceTags.MakerKey] = run;
                var response = await context.WithTagsAsync(tags, given => context.Clients.Cognito.CreateUserPoolAsync(
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
                        UserPoolTags = given,
                    },
                    context.Cancellation)).ConfigureAwait(false);
                isNew = true;
                return new UserPoolState(response.UserPool!, null, false);
            },
            async () =>
            {
                var found = await context.FindPoolAsync().ConfigureAwait(false);
                isNew = found?.Pool.UserPoolTags?.GetValueOrDefault(ResourceTags.MakerKey) == run;
                return found;
            }).ConfigureAwait(false);
        LogCreated(context.Log, name, state.Pool.Id);
        return (state, isNew);
    }

    /// <summary>Adds what a pool lacks.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="state">The pool.</param>
    /// <param name="isNew">Whether this operation has created it.</param>
    /// <returns>The complete pool; another one of the same name if another client has given that one the domain first.</returns>
    /// <exception cref="BackendException">The domain is not available.</exception>
    public static async Task<UserPoolState> CompleteAsync(AwsContext context, UserPoolState state, bool isNew)
    {
        var poolId = state.Pool.Id!;
        state = state with { ClientId = state.ClientId ?? await CreateClientAsync(context, poolId).ConfigureAwait(false) };
        if (state.Pool.Domain is null or "")
        {
            if (state.Pool.AutoVerifiedAttributes?.Contains(Email) != true)
            {
                // members that are not sent return to their defaults, so only incomplete pools are updated
                LogVerifying(context.Log);
                var tags = state.Pool.UserPoolTags is { Count: > 0 } present ? present : null;
                await context.WithTagsAsync(tags, given => context.Clients.Cognito.UpdateUserPoolAsync(
                    new UpdateUserPoolRequest
                    {
                        UserPoolId = poolId,
                        Policies = Policies,
                        AutoVerifiedAttributes = [Email],
                        UserPoolTags = given,
                    },
                    context.Cancellation)).ConfigureAwait(false);
            }

            if (await CreateDomainAsync(context, state.Pool).ConfigureAwait(false) is { } other)
            {
                if (isNew)
                {
                    LogDeletingOwn(context.Log, poolId, other.Pool.Id);
                    await context.Clients.Cognito.DeleteUserPoolAsync(
                        new DeleteUserPoolRequest { UserPoolId = poolId }, context.Cancellation).ConfigureAwait(false);
                }

                return await CompleteAsync(context, other, isNew: false).ConfigureAwait(false);
            }
        }

        if (!state.HasUsers)
        {
            await TestUsers.CreateAsync(context, poolId).ConfigureAwait(false);
        }

        return new UserPoolState(state.Pool, state.ClientId, HasUsers: true);
    }

    private static async Task<string> CreateClientAsync(AwsContext context, string poolId)
    {
        var name = context.Settings[AwsSettings.UserPoolLoginClientName];
        LogCreatingClient(context.Log, name);
        var clientId = await context.CreateOnceAsync(
            $"the app client {name}",
            async () =>
            {
                var response = await context.Clients.Cognito.CreateUserPoolClientAsync(
                    new CreateUserPoolClientRequest
                    {
                        UserPoolId = poolId,
                        ClientName = name,
                        GenerateSecret = false,
                        ExplicitAuthFlows = [.. LoginClient.AuthFlows],
                        SupportedIdentityProviders = [.. LoginClient.Providers],
                        CallbackURLs = [LoginClient.CallbackUrl],
                        LogoutURLs = [LoginClient.CallbackUrl],
                        AllowedOAuthFlows = [.. LoginClient.OAuthFlows],
                        AllowedOAuthScopes = [.. LoginClient.Scopes],
                        AllowedOAuthFlowsUserPoolClient = true,
                    },
                    context.Cancellation).ConfigureAwait(false);
                return response.UserPoolClient!.ClientId!;
            },
            () => context.FindClientAsync(poolId)).ConfigureAwait(false);
        LogCreatedClient(context.Log, name, clientId);
        return clientId;
    }

    /// <summary>Gives a pool its domain, which must be unique in the region.</summary>
    /// <returns>Null when the pool has it; else the pool of the same name to which another client has given it.</returns>
    private static async Task<UserPoolState?> CreateDomainAsync(AwsContext context, UserPoolType pool)
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
            // Cognito's error code is the same when the name is invalid, when another pool has it, and when this pool has it
            // since a call whose response was lost.
            pool.Domain = (await context.DescribePoolAsync(pool.Id!).ConfigureAwait(false)).Domain;
            if (pool.Domain is { Length: > 0 })
            {
                return null;
            }

            return (await context.PoolsAsync().ConfigureAwait(false)).Find(other => other.Pool.Domain == domain)
                ?? throw new BackendException(
                    $"Cognito rejects the login page's name {domain}: {exception.Message}",
                    "The name must be unique in the region across all accounts, and must not contain aws, amazon or cognito. Choose "
                    + "another prefix or --user-pool-subdomain-prefix, and create the pool again; the rest is kept.",
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

    [LoggerMessage(Level = LogLevel.Information, Message = "Enabling the verification of new users' e-mail addresses")]
    private static partial void LogVerifying(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the login page's domain {Domain}")]
    private static partial void LogCreatingDomain(ILogger logger, string domain);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Another client created the user pool at the same time; the pool {PoolId} is "
        + "deleted again, and {OtherPoolId} is used")]
    private static partial void LogDeletingOwn(ILogger logger, string poolId, string? otherPoolId);
}
