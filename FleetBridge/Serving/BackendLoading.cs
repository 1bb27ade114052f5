using FleetBridge.Core.Client;
using Microsoft.Extensions.Hosting;

namespace FleetBridge.Serving;

/// <summary>Loads the backends in the background, and unloads them as one of the last parts that stop.</summary>
/// <param name="bridge">Has them.</param>
/// <param name="besideRequests">Whether a first request is expected, which they leave the processor to.</param>
internal sealed class BackendLoading(BridgeComposition bridge, bool besideRequests) : IHostedService
{
    /// <summary>Begins to load; a request waits for its own backend.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        bridge.BeginLoading(besideRequests);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => bridge.DisposeAsync().AsTask();
}
