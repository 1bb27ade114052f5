using Amazon.SecurityToken.Model;
using FleetBridge.Backends.Aws.Account;

namespace FleetBridge.Backends.Aws.Checks;

/// <summary>Checks whether the credentials are valid, and whose they are: STS needs no permission for that.</summary>
internal static class IdentityCheck
{
    /// <summary>Calls GetCallerIdentity.</summary>
    /// <param name="set">The clients; null when there are no credentials.</param>
    /// <param name="clients">Retires credentials that are rejected.</param>
    /// <param name="context">The check's cancellation.</param>
    public static async Task<CheckResult> RunAsync(ClientSet? set, AwsClients clients, BackendContext context)
    {
        if (set is null)
        {
            return new(CheckStatus.Warning,
                "The credentials were not checked, because there are none.", "Fix the profile first.");
        }

        var identity = await clients.CallAsync(
            set,
            () => set.SecurityToken.GetCallerIdentityAsync(new GetCallerIdentityRequest(), context.Cancellation),
            context.Cancellation).ConfigureAwait(false);
        return new(CheckStatus.Ok, $"You are {identity.Arn} in the account {identity.Account}.");
    }
}
