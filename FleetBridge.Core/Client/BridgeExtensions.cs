using FleetBridge.Backends;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Client;

/// <summary>Requests without options.</summary>
internal static class BridgeExtensions
{
    /// <summary>Sends a request.</summary>
    /// <param name="bridge">The bridge.</param>
    /// <param name="request">The request.</param>
    /// <param name="aborted">Aborts it.</param>
    /// <returns>The response.</returns>
    /// <exception cref="UserException">No bridge responds.</exception>
    /// <exception cref="OperationCanceledException">The request was aborted.</exception>
    public static Task<BridgeResponse> SendAsync(this IBridge bridge, BackendRequest request, CancellationToken aborted) =>
        bridge.SendAsync(request, new RequestOptions { Aborted = aborted });
}
