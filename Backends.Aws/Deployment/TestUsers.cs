using Amazon.CognitoIdentityProvider;
using Amazon.CognitoIdentityProvider.Model;
using Microsoft.Extensions.Logging;

namespace Backends.Aws.Deployment;

/// <summary>The users with which a new pool can be tried out: user0 to user31, all with one simple password.</summary>
internal static partial class TestUsers
{
    /// <summary>The password of every test user; it protects nothing.</summary>
    public const string Password = "test12";

    private const int Count = 32;

    /// <summary>Cognito allows some 25 such calls a second in a whole account (Quotas in Amazon Cognito).</summary>
    private const int AtOnce = 4;

    /// <summary>The first user's name.</summary>
    public static string First => Name(0);

    /// <summary>Makes those that are missing; one call when all are there.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="poolId">The pool.</param>
    /// <returns>Whether some were missing.</returns>
    public static async Task<bool> EnsureAsync(AwsContext context, string poolId)
    {
        // The last one is made after all others have their passwords, so it tells that nothing is missing.
        const int Last = Count - 1;
        try
        {
            await SetPasswordAsync(context, poolId, Name(Last), context.Cancellation).ConfigureAwait(false);
            return false;
        }
        catch (UserNotFoundException)
        {
            LogMaking(context.Log, Count, First, Name(Last));
        }

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
        return true;
    }

    private static string Name(int number) => $"user{number}";

    private static async Task MakeAsync(AwsContext context, string poolId, string name, CancellationToken cancellation)
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

        await SetPasswordAsync(context, poolId, name, cancellation).ConfigureAwait(false);
    }

    private static Task<AdminSetUserPasswordResponse> SetPasswordAsync(
        AwsContext context, string poolId, string name, CancellationToken cancellation) =>
        context.Clients.Cognito.AdminSetUserPasswordAsync(
            new AdminSetUserPasswordRequest { UserPoolId = poolId, Username = name, Password = Password, Permanent = true },
            cancellation);

    [LoggerMessage(Level = LogLevel.Information, Message = "Making {Count} test users, {First} to {Last}")]
    private static partial void LogMaking(ILogger logger, int count, string first, string last);
}
