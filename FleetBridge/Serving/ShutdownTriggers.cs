using FleetBridge.Core.Processes;
using Microsoft.Extensions.Hosting;

namespace FleetBridge.Serving;

/// <summary>
/// Stops the host on a signal, and when the last of its sponsors is gone. The program that started it is gone when its process
/// ends, or when the standard input does, whose other end it has. The second is noticed at once; the editor's module leaves the
/// bridge this way on every system.
/// </summary>
internal sealed class ShutdownTriggers(ServingOptions options, Sponsors sponsors, IHostApplicationLifetime lifetime)
    : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private CancellationTokenRegistration _signals;
    private Task _watch = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Begins to watch: a host that is stopped while its parts are starting would fail instead.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _signals = options.Signals.UnsafeRegister(_ => lifetime.StopApplication(), null);
        _watch = WatchAsync();
        sponsors.WatchStarter();
        if (options.Input is { } input)
        {
            // Such a read cannot be cancelled: the thread ends with the process.
            new Thread(() => Read(input)) { IsBackground = true, Name = "Standard input" }.Start();
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _signals.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _watch.ConfigureAwait(false);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    private async Task WatchAsync()
    {
        try
        {
            await sponsors.AllGone.WaitAsync(_stopping.Token).ConfigureAwait(false);
            lifetime.StopApplication();
        }
        catch (OperationCanceledException)
        {
            // the bridge stops for another reason
        }
    }

    private void Read(Stream input)
    {
        var buffer = new byte[64];
        try
        {
            while (input.Read(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // the other end was closed in another way
        }

        if (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            sponsors.StarterLeft();
        }
    }
}
