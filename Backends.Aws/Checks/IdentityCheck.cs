using Amazon.SecurityToken.Model;
using FleetBridge.Backends.Aws.Account;

namespace FleetBridge.Backends.Aws.Checks;

/// <summary>Are the credentials good, and whose are they? STS tells everybody who they are, whatever they may do.</summary>
internal static class IdentityCheck
{
    /// <summary>Asks.</summary>
    /// <param name="set">The clients; null when there are no credentials.</param>
    /// <param name="clients">Has to forget credentials that are refused.</param>
    /// <param name="context">What the check has in hand.</param>
    public static async Task<CheckResult> RunAsync(ClientSet? set, AwsClients clients, BackendContext context)
    {
        if (set is null)
        {
            return new(CheckStatus.Warning,
                "AWS was not asked whose the credentials are, since there are none.", "Mend the profile first.");
        }

        var identity = await clients.AskAsync(
            set,
            () => set.SecurityToken.GetCallerIdentityAsync(new GetCallerIdentityRequest(), context.Cancellation),
            context.Cancellation).ConfigureAwait(false);
        return new(CheckStatus.Ok, $"AWS knows you as {identity.Arn} of the account {identity.Account}.");
    }
}
