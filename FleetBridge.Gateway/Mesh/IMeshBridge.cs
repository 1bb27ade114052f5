using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Requests;

namespace FleetBridge.Gateway.Mesh;

/// <summary>A bridge as the gateway uses it: whatever is about to run is shown first.</summary>
internal interface IMeshBridge
{
    /// <summary>Runs a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="permit">Is called with what the request has turned out to be, before it runs; throws where it may not.</param>
    /// <param name="progress">Takes how far it is; null where nobody wants to know.</param>
    /// <param name="aborted">Cancelled when nobody waits any more.</param>
    /// <returns>The response.</returns>
    Task<BridgeResponse> RunAsync(
        BackendRequest request, Action<MeshMethod> permit, IProgress<OperationProgress>? progress, CancellationToken aborted);

    /// <summary>The installed backends.</summary>
    Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation);
}
