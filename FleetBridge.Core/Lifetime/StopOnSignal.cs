using Microsoft.Extensions.Hosting;

namespace FleetBridge.Core.Lifetime;

/// <summary>Stops the host on a signal, once all of its parts have started: one that is stopped while they are starting would fail.</summary>
/// <param name="lifetime">The host's.</param>
/// <param name="signals">Ctrl-C, SIGTERM, or the end of the terminal.</param>
internal sealed class StopOnSignal(IHostApplicationLifetime lifetime, CancellationToken signals) : IHostedLifecycleService
{
    private CancellationTokenRegistration _signals;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _signals = signals.UnsafeRegister(_ => lifetime.StopApplication(), null);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken) => await _signals.DisposeAsync().ConfigureAwait(false);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
