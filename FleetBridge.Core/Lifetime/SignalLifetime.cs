using Microsoft.Extensions.Hosting;

namespace FleetBridge.Core.Lifetime;

/// <summary>
/// Replaces the host's console lifetime, which handles signals itself: here the command line does, for every command, and one
/// of the host's parts stops it when the command line says so.
/// </summary>
internal sealed class SignalLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
