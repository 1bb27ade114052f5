using FleetBridge.Core.Client;
using Microsoft.Extensions.Hosting;

namespace FleetBridge.Serving;

/// <summary>Loads the backends in the background, and unloads them as one of the last parts that stop.</summary>
internal sealed class BackendLoading(BridgeComposition bridge) : IHostedService
{
    /// <summary>Begins to load; a request waits for its own backend.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        bridge.BeginLoading(besideRequests: true);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => bridge.DisposeAsync().AsTask();
}
