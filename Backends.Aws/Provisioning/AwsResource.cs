using FleetBridge.Backends.Aws.Account;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>A resource whose operations ask AWS.</summary>
internal abstract class AwsResource(AwsClients clients) : Resource
{
    /// <summary>Does an operation's work.</summary>
    /// <param name="context">What it has in hand.</param>
    protected delegate Task<BackendResult> AwsHandler(AwsContext context);

    /// <summary>Finds the clients, and turns what AWS throws into words.</summary>
    /// <param name="handler">The operation.</param>
    protected OperationHandler OnAws(AwsHandler handler) => async context =>
    {
        var set = clients.For(context);
        return await clients.AskAsync(set, () => handler(new AwsContext(context, set)), context.Cancellation).ConfigureAwait(false);
    };
}
