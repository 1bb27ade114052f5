using System.Runtime.ExceptionServices;
using Amazon.CognitoIdentityProvider;
using Amazon.CognitoIdentityProvider.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.UserPools;

/// <summary>The users of a new pool for tests: user0 to user31, all with one simple password.</summary>
internal static partial class TestUsers
{
    /// <summary>The password of every test user; it protects nothing.</summary>
    public const string Password = "test12";

    private const int Count = 32;

    /// <summary>Created after all others have their passwords: when it exists, no other is missing.</summary>
    private const int Last = Count - 1;

    /// <summary>Cognito allows about 25 such calls a second in a whole account (Quotas in Amazon Cognito).</summary>
    private const int Parallelism = 4;

    private static readonly TimeSpan ThrottledInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ThrottledLimit = TimeSpan.FromMinutes(2);

    /// <summary>The first user's name.</summary>
    public static string First => Name(0);

    /// <summary>Whether all of them exist and can log in; one call.</summary>
    public static async Task<bool> ExistAsync(AwsContext context, string poolId)
    {
        try
        {
            var last = await context.Clients.Cognito.AdminGetUserAsync(
                new AdminGetUserRequest { UserPoolId = poolId, Username = Name(Last) }, context.Cancellation).ConfigureAwait(false);
            return last.UserStatus == UserStatusType.CONFIRMED;
        }
        catch (UserNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Creates those that are missing, and sets the password of all.</summary>
    public static async Task CreateAsync(AwsContext context, string poolId)
    {
        LogCreating(context.Log, Count, First, Name(Last));
        var done = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Last),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = context.Cancellation },
            async (number, cancellation) =>
            {
                await CreateAsync(context, poolId, Name(number), cancellation).ConfigureAwait(false);
                context.Bridge.Progress.Report(
                    new OperationProgress("Creating test users", (double)Interlocked.Increment(ref done) / Count));
            }).ConfigureAwait(false);
        await CreateAsync(context, poolId, Name(Last), context.Cancellation).ConfigureAwait(false);
        context.Bridge.Progress.Report(new OperationProgress("Creating test users", 1));
        LogCreated(context.Log, Count);
    }

    private static string Name(int number) => $"user{number}";

    private static async Task CreateAsync(AwsContext context, string poolId, string name, CancellationToken cancellation)
    {
        // a user that exists was created by a create that was interrupted before it set the password
        await RetryWhileThrottledAsync(context, () => context.Clients.Cognito.AdminCreateUserAsync(
            new AdminCreateUserRequest
            {
                UserPoolId = poolId,
                Username = name,
                MessageAction = MessageActionType.SUPPRESS,

                // The pool requires an address; example.com is reserved (RFC 2606).
                UserAttributes =
                [
                    new AttributeType { Name = "email", Value = $"{name}@example.com" },
                    new AttributeType { Name = "email_verified", Value = "true" },
                ],
            },
            cancellation).IgnoreAsync<UsernameExistsException>()).ConfigureAwait(false);
        await RetryWhileThrottledAsync(context, () => context.Clients.Cognito.AdminSetUserPasswordAsync(
            new AdminSetUserPasswordRequest { UserPoolId = poolId, Username = name, Password = Password, Permanent = true },
            cancellation)).ConfigureAwait(false);
    }

    /// <summary>Waits longer than the SDK's own retries: other clients of the account may use up Cognito's rate, too.</summary>
    private static async Task RetryWhileThrottledAsync(AwsContext context, Func<Task> call)
    {
        var rejection = await context.RetryWhileRejectedAsync<TooManyRequestsException>(
            call, static _ => true, ThrottledInterval, ThrottledLimit).ConfigureAwait(false);
        if (rejection is not null)
        {
            ExceptionDispatchInfo.Throw(rejection);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating {Count} test users, {First} to {Last}")]
    private static partial void LogCreating(ILogger logger, int count, string first, string last);

    [LoggerMessage(Level = LogLevel.Information, Message = "Created {Count} test users")]
    private static partial void LogCreated(ILogger logger, int count);
}
