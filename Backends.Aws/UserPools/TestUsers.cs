using System.Runtime.ExceptionServices;
using Amazon.CognitoIdentityProvider;
using Amazon.CognitoIdentityProvider.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.UserPools;

/// <summary>The users with which a new pool can be tried out: user0 to user31, all with one simple password.</summary>
internal static partial class TestUsers
{
    /// <summary>The password of every test user; it protects nothing.</summary>
    public const string Password = "test12";

    private const int Count = 32;

    /// <summary>Made after all others have their passwords, so that it tells by itself that nothing is missing.</summary>
    private const int Last = Count - 1;

    /// <summary>Cognito allows some 25 such calls a second in a whole account (Quotas in Amazon Cognito).</summary>
    private const int AtOnce = 4;

    private static readonly TimeSpan ThrottledPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ThrottledLimit = TimeSpan.FromMinutes(2);

    /// <summary>The first user's name.</summary>
    public static string First => Name(0);

    /// <summary>Whether all are there and can log in; one call.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="poolId">The pool.</param>
    public static async Task<bool> AreThereAsync(AwsContext context, string poolId)
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

    /// <summary>Makes those that are missing, and sets the password of all.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="poolId">The pool.</param>
    public static async Task MakeAsync(AwsContext context, string poolId)
    {
        LogMaking(context.Log, Count, First, Name(Last));
        var done = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Last),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = context.Cancellation },
            async (number, cancellation) =>
            {
                await MakeAsync(context, poolId, Name(number), cancellation).ConfigureAwait(false);
                context.Bridge.Progress.Report(
                    new OperationProgress("Making test users", (double)Interlocked.Increment(ref done) / Count));
            }).ConfigureAwait(false);
        await MakeAsync(context, poolId, Name(Last), context.Cancellation).ConfigureAwait(false);
        context.Bridge.Progress.Report(new OperationProgress("Making test users", 1));
        LogMade(context.Log, Count);
    }

    private static string Name(int number) => $"user{number}";

    private static async Task MakeAsync(AwsContext context, string poolId, string name, CancellationToken cancellation)
    {
        await PatientlyAsync(context, async () =>
        {
            try
            {
                await context.Clients.Cognito.AdminCreateUserAsync(
                    new AdminCreateUserRequest
                    {
                        UserPoolId = poolId,
                        Username = name,
                        MessageAction = MessageActionType.SUPPRESS,

                        // The pool requires an address; example.com is nobody's (RFC 2606).
                        UserAttributes =
                        [
                            new AttributeType { Name = "email", Value = $"{name}@example.com" },
                            new AttributeType { Name = "email_verified", Value = "true" },
                        ],
                    },
                    cancellation).ConfigureAwait(false);
            }
            catch (UsernameExistsException)
            {
                // made by a create that was stopped before it set the password
            }
        }).ConfigureAwait(false);
        await PatientlyAsync(context, () => context.Clients.Cognito.AdminSetUserPasswordAsync(
            new AdminSetUserPasswordRequest { UserPoolId = poolId, Username = name, Password = Password, Permanent = true },
            cancellation)).ConfigureAwait(false);
    }

    /// <summary>Goes on asking where the SDK's own retries have given up: others in the account may ask at the same time.
    /// </summary>
    private static async Task PatientlyAsync(AwsContext context, Func<Task> call)
    {
        var (refusal, inTime) = await context.UntilAsync(
            async () =>
            {
                try
                {
                    await call().ConfigureAwait(false);
                    return null;
                }
                catch (TooManyRequestsException exception)
                {
                    return exception;
                }
            },
            refusal => refusal is null,
            ThrottledPause,
            ThrottledLimit).ConfigureAwait(false);
        if (!inTime)
        {
            ExceptionDispatchInfo.Throw(refusal!);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Making {Count} test users, {First} to {Last}")]
    private static partial void LogMaking(ILogger logger, int count, string first, string last);

    [LoggerMessage(Level = LogLevel.Information, Message = "Made {Count} test users")]
    private static partial void LogMade(ILogger logger, int count);
}
