using Amazon.SecurityToken.Model;
using Backends.Aws.Account;

namespace Backends.Aws.Checkups;

/// <summary>Are the credentials good, and whose are they? STS tells everybody who they are, whatever they may do.</summary>
internal static class IdentityCheckup
{
    /// <summary>Asks.</summary>
    /// <param name="set">The clients; null when there are no credentials.</param>
    /// <param name="clients">Has to forget credentials that are refused.</param>
    /// <param name="context">What the check has in hand.</param>
    public static async Task<Finding> RunAsync(ClientSet? set, AwsClients clients, BackendContext context)
    {
        if (set is null)
        {
            return new(FindingState.Warning,
                "AWS was not asked whose the credentials are, since there are none.", "Mend the profile first.");
        }

        try
        {
            var identity = await set.SecurityToken
                .GetCallerIdentityAsync(new GetCallerIdentityRequest(), context.Cancellation).ConfigureAwait(false);
            return new(FindingState.Ok, $"AWS knows you as {identity.Arn} of the account {identity.Account}.");
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            if (AwsProblem.IsAboutCredentials(exception))
            {
                clients.Retire(set);
            }

            if ((exception as BackendException ?? AwsProblem.Explain(exception, set)) is { } problem)
            {
                throw set.Secrets.Hide(problem);
            }

            throw;
        }
    }
}
