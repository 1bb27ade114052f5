using FleetBridge.Core.Client;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Deployments;

/// <summary>Sends the requests for one deployment's resources, all with the same settings.</summary>
/// <param name="bridge">The bridge.</param>
/// <param name="backend">The backend and its version.</param>
/// <param name="parameters">The settings.</param>
internal sealed class ResourceCalls(
    IBridge bridge, (string Name, string Version) backend, IReadOnlyDictionary<string, string> parameters)
{
    /// <summary>Whether operations may run in parallel: then each logs under its resource's name.</summary>
    public bool InParallel { get; init; }

    /// <summary>Where progress is shown; null for the log.</summary>
    public IProgressDisplay? Progress { get; init; }

    /// <summary>Where the run as a whole is shown; its lines take the progress too. Null for nowhere.</summary>
    public IDeploymentDisplay? Display { get; init; }

    /// <summary>The backend as the user named it.</summary>
    public string Backend => $"{backend.Name}/{backend.Version}";

    /// <summary>The settings that were given.</summary>
    public IReadOnlyDictionary<string, string> Parameters => parameters;

    /// <summary>Runs an operation.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="operation">The operation's name.</param>
    /// <param name="cancellation">Aborts the request.</param>
    /// <param name="failureIsExpected">Whether a result other than True is no error here.</param>
    /// <returns>The response.</returns>
    /// <exception cref="UserException">No bridge responds.</exception>
    public Task<BridgeResponse> SendAsync(
        ResourceOutline resource, string operation, CancellationToken cancellation, bool failureIsExpected = false) =>
        bridge.SendAsync(
            BackendRequests.To(backend, $"{resource.Path}/{operation}", parameters),
            new RequestOptions
            {
                Aborted = cancellation,
                LogName = InParallel ? $"{backend.Name}/{resource.Name}" : null,
                FailureIsExpected = failureIsExpected,
                Progress = Display?.Began(resource, operation) ?? Progress,
            });

    /// <summary>Reads the settings with their defaults.</summary>
    /// <param name="cancellation">Aborts the request.</param>
    /// <returns>The response.</returns>
    /// <exception cref="UserException">No bridge responds.</exception>
    public Task<BridgeResponse> SendConfigAsync(CancellationToken cancellation) =>
        bridge.SendAsync(BackendRequests.To(backend, BridgePaths.Config, parameters), cancellation);

    /// <summary>Takes a step for a resource; where it cannot be completed, the outcome says why.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="step">The step.</param>
    /// <param name="cancellation">The user's Ctrl-C.</param>
    /// <returns>The outcome.</returns>
    public static async Task<ResourceOutcome> TryAsync(
        ResourceOutline resource, Func<Task<ResourceOutcome>> step, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return ResourceOutcome.NotStarted(resource);
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
            // the other resources have outcomes too, which are shown
            return ResourceOutcome.NoResponse(resource, exception);
        }
    }
}
