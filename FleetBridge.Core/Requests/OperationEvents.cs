using FleetBridge.Backends;

namespace FleetBridge.Core.Requests;

/// <summary>That an operation has begun or ended, whoever has asked for it.</summary>
/// <param name="Backend">The backend and its version, such as <c>aws/1</c>.</param>
/// <param name="Resource">The resource's path.</param>
/// <param name="Operation">The operation's name.</param>
/// <param name="Prefix">The prefix of the deployment; empty for none.</param>
/// <param name="Response">The response; null while it runs.</param>
internal sealed record OperationEvent(string Backend, string Resource, string Operation, string Prefix, BridgeResponse? Response);

/// <summary>Tells whoever watches what a bridge's operations do. Costs nothing while nobody does.</summary>
internal sealed class OperationEvents
{
    /// <summary>An operation has begun or ended. Must not wait.</summary>
    public event Action<OperationEvent>? Happened;

    /// <summary>Runs an operation between its two events.</summary>
    public async Task<BackendResult> WatchAsync(LeasedRequest leased, Resource resource, Operation operation, Settings settings, Func<Task<BackendResult>> run)
    {
        if (Happened is null)
        {
            return await run().ConfigureAwait(false);
        }

        var begun = new OperationEvent(
            leased.Backend.Title, resource.Path, operation.Name, settings.Find(Setting.PrefixKey) ?? "", Response: null);
        Happened?.Invoke(begun);
        BackendResult? result = null;
        try
        {
            return result = await run().ConfigureAwait(false);
        }
        finally
        {
            Happened?.Invoke(begun with { Response = BridgeResponse.Completed(result ?? BackendResult.Failure("It was cancelled.")) });
        }
    }
}
