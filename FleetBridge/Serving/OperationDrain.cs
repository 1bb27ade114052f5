using FleetBridge.Core.Client;
using FleetBridge.Protocol;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Serving;

/// <summary>
/// Stops the running operations before any other part stops: they are cancelled and given time to clean up. Meanwhile the
/// log is streamed, <c>/healthz</c> says that the bridge is stopping, and new requests get status 503.
/// </summary>
internal sealed partial class OperationDrain(
    BridgeComposition bridge, RunningRequests running, TimeSpan limit, ILogger<OperationDrain> logger, TimeProvider clock)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (running.Count > 0)
        {
            LogStopping(running.Count, limit.TotalSeconds);
        }

        await bridge.CancelOperationsAsync().ConfigureAwait(false);
        if (!await running.WaitForNoneAsync(limit, clock, cancellationToken).ConfigureAwait(false))
        {
            LogAbandoned(running.Count);
        }

        LogStopped();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The bridge is stopping. {Count} requests are still running; they have "
        + "{Seconds} s to clean up.")]
    private partial void LogStopping(int count, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} requests did not end in time and were abandoned.")]
    private partial void LogAbandoned(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "The bridge has stopped.")]
    private partial void LogStopped();
}
