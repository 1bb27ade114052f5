using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Client;

/// <summary>A bridge, in this process or elsewhere: the same request has the same response.</summary>
internal interface IBridge
{
    /// <summary>Sends a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">What its sender wants.</param>
    /// <returns>The response.</returns>
    /// <exception cref="UserException">No bridge responds.</exception>
    /// <exception cref="OperationCanceledException">The request was aborted.</exception>
    Task<BridgeResponse> SendAsync(BackendRequest request, RequestOptions options);

    /// <summary>The installed backends.</summary>
    /// <param name="cancellation">Cancels the request.</param>
    /// <returns>Their state.</returns>
    /// <exception cref="UserException">No bridge responds.</exception>
    Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation);

    /// <summary>Reads a backend's settings and resources, without running anything of it.</summary>
    /// <param name="name">Its name or an alias.</param>
    /// <param name="version">Its version.</param>
    /// <param name="cancellation">Cancels the request.</param>
    /// <returns>What it offers.</returns>
    /// <exception cref="UserException">No bridge responds, or the backend is not installed or cannot be loaded.</exception>
    Task<BackendOutline> OutlineAsync(string name, string version, CancellationToken cancellation);
}
