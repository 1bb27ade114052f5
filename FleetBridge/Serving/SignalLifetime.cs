using Microsoft.Extensions.Hosting;

namespace FleetBridge.Serving;

/// <summary>
/// Replaces the host's console lifetime, which handles signals itself: here the command line does, for every command, and
/// <see cref="ShutdownTriggers"/> stops the host when it says so.
/// </summary>
internal sealed class SignalLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
