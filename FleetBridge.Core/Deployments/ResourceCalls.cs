using FleetBridge.Core.Client;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Deployments;

/// <summary>Asks a bridge for the operations of one deployment's resources, all with the same settings.</summary>
/// <param name="bridge">The bridge.</param>
/// <param name="backend">The backend and its version.</param>
/// <param name="parameters">The settings.</param>
internal sealed class ResourceCalls(
    IBridge bridge, (string Name, string Version) backend, IReadOnlyDictionary<string, string> parameters)
{
    /// <summary>Whether several operations may run at once: each then logs under its resource's name.</summary>
    public bool Several { get; init; }

    /// <summary>Whether progress may be shown as bars.</summary>
    public bool Bars { get; init; }

    /// <summary>The backend as the user named it.</summary>
    public string Backend => $"{backend.Name}/{backend.Version}";

    /// <summary>The settings that were given.</summary>
    public IReadOnlyDictionary<string, string> Parameters => parameters;

    /// <summary>Asks for an operation.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="operation">The operation's name.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <param name="failureIsExpected">Whether an answer other than True is no error here.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="UserException">Nothing answers.</exception>
    public Task<BridgeReply> SendAsync(
        ResourceOutline resource, string operation, CancellationToken cancellation, bool failureIsExpected = false) =>
        bridge.SendAsync(
            BackendRequests.To(backend, $"{resource.Path}/{operation}", parameters),
            cancellation,
            new CallOptions
            {
                LogName = Several ? $"{backend.Name}/{resource.Name}" : null,
                FailureIsExpected = failureIsExpected,
                Bars = Bars,
            });

    /// <summary>Asks for the settings with their defaults.</summary>
    /// <param name="cancellation">Gives it up.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="UserException">Nothing answers.</exception>
    public Task<BridgeReply> SendConfigAsync(CancellationToken cancellation) =>
        bridge.SendAsync(BackendRequests.To(backend, RequestRunner.ConfigPath, parameters), cancellation);

    /// <summary>Does something for a resource; where it cannot be done to its end, the outcome says why.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="step">What to do.</param>
    /// <param name="cancellation">The user's Ctrl-C.</param>
    /// <returns>What became of it.</returns>
    public static async Task<ResourceOutcome> TryAsync(
        ResourceOutline resource, Func<Task<ResourceOutcome>> step, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return ResourceOutcome.NotBegun(resource);
        }

        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ResourceOutcome.Cancelled(resource);
        }
        catch (UserException exception)
        {
            // the others have an outcome too, and it is told
            return ResourceOutcome.Unanswered(resource, exception);
        }
    }
}
