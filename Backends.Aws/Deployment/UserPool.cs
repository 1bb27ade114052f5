using System.Text.Json.Nodes;
using Amazon.CognitoIdentityProvider;
using Amazon.CognitoIdentityProvider.Model;
using Backends.Aws.Account;
using Microsoft.Extensions.Logging;

namespace Backends.Aws.Deployment;

/// <summary>The Cognito user pool with which players log in.</summary>
internal sealed partial class UserPool(AwsClients clients) : AwsResource(clients)
{
    private const string Complete = "COMPLETE";
    private const string Incomplete = "INCOMPLETE";

    /// <summary>Where the login page sends the player; the game reads the token out of the address.</summary>
    private const string AfterLogin = "https://aws.amazon.com";

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
                $"The user pool {name} ({found.Pool.Id}) is half made: {string.Join(" and ", found.Missing)} is missing.",
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
        var existed = found is { Missing.Count: 0 };
        if (found is null)
        {
            LogCreating(context.Log, name, context.Region);
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
            found = new FoundPool(answer.UserPool!, null);
            LogCreated(context.Log, name, found.Pool.Id);
        }
        else if (!existed)
        {
            LogCompleting(context.Log, name, found.Pool.Id, string.Join(" and ", found.Missing));
        }

        var poolId = found.Pool.Id!;
        found = found with { ClientId = found.ClientId ?? await CreateClientAsync(context, poolId).ConfigureAwait(false) };
        if (found.Pool.AutoVerifiedAttributes?.Contains(Email) != true)
        {
            // what is not sent with it goes back to its default
            await context.Clients.Cognito.UpdateUserPoolAsync(
                new UpdateUserPoolRequest { UserPoolId = poolId, Policies = Policies, AutoVerifiedAttributes = [Email] },
                context.Cancellation).ConfigureAwait(false);
        }

        if (found.Pool.Domain is null or "")
        {
            found.Pool.Domain = await CreateDomainAsync(context, poolId).ConfigureAwait(false);
        }

        var usersWereMissing = await TestUsers.EnsureAsync(context, poolId).ConfigureAwait(false);
        if (existed && !usersWereMissing)
        {
            LogExists(context.Log, name, poolId);
        }

        LogThere(context.Log, name, poolId, LoginPage(context, found));
        return BackendResult.Success(Details(context, found));
    }

    private static async Task<string> CreateClientAsync(AwsContext context, string poolId)
    {
        var name = context.Settings[AwsSettings.UserPoolLoginClientName];
        LogCreatingClient(context.Log, name);
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
    }

    private static async Task<string> CreateDomainAsync(AwsContext context, string poolId)
    {
        var domain = context.Settings[AwsSettings.UserPoolSubdomainPrefix];
        LogCreatingDomain(context.Log, domain);
        try
        {
            await context.Clients.Cognito.CreateUserPoolDomainAsync(
                new CreateUserPoolDomainRequest { Domain = domain, UserPoolId = poolId }, context.Cancellation).ConfigureAwait(false);
            return domain;
        }
        catch (InvalidParameterException exception)
        {
            throw new BackendException(
                $"Cognito refuses the login page's name {domain}: {exception.Message}",
                "The name is unique among everybody's in the region, and may not contain aws, amazon or cognito. Choose another "
                + "prefix, or only another name (--user-pool-subdomain-prefix), and create the pool again: the rest of it is kept.",
                exception);
        }
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
                var answer = await context.Clients.Cognito.DescribeUserPoolAsync(
                    new DescribeUserPoolRequest { UserPoolId = poolId }, context.Cancellation).ConfigureAwait(false);
                if (answer.UserPool!.Domain is { Length: > 0 } domain)
                {
                    await context.Clients.Cognito.DeleteUserPoolDomainAsync(
                        new DeleteUserPoolDomainRequest { Domain = domain, UserPoolId = poolId },
                        context.Cancellation).ConfigureAwait(false);
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

    /// <summary>The hosted login page, with the answer as a token in the address (Cognito's "Login endpoint").</summary>
    private static string LoginPage(AwsContext context, FoundPool found) =>
        $"https://{found.Pool.Domain}.auth.{context.Region}.amazoncognito.com/login?client_id={found.ClientId}"
        + $"&response_type=token&scope=email+openid&redirect_uri={Uri.EscapeDataString(AfterLogin)}";

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

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the user pool {Name} in {Region}")]
    private static partial void LogCreating(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Created the user pool {Name} ({PoolId})")]
    private static partial void LogCreated(ILogger logger, string name, string? poolId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The user pool {Name} ({PoolId}) is half made; adding {Missing}")]
    private static partial void LogCompleting(ILogger logger, string name, string? poolId, string missing);

    [LoggerMessage(Level = LogLevel.Information, Message = "The user pool {Name} ({PoolId}) exists already; nothing to create")]
    private static partial void LogExists(ILogger logger, string name, string? poolId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the pool's app client {Name}")]
    private static partial void LogCreatingClient(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the login page's domain {Domain}")]
    private static partial void LogCreatingDomain(ILogger logger, string domain);

    [LoggerMessage(Level = LogLevel.Information, Message = "There is no user pool {Name} in {Region}; nothing to delete")]
    private static partial void LogNothingToDelete(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting the user pool {Name} ({PoolId}) with its domain and users")]
    private static partial void LogDeleting(ILogger logger, string name, string poolId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted the user pool {Name} ({PoolId})")]
    private static partial void LogDeleted(ILogger logger, string name, string poolId);
}
