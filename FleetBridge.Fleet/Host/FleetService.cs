using FleetBridge.Fleet.Control;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Host;

/// <summary>Opens the store behind the ports, and closes it as the last part that stops.</summary>
internal sealed partial class FleetService(
    Func<Task<FleetControl>> open, StoreClaim claim, ILogger logger) : IHostedService
{
    /// <summary>Completes when the store is open, or cannot be opened.</summary>
    public Task<FleetControl> Opening { get; } = Task.Run(open);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (await Opening.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            LogClosed();
        }
        catch (Exception exception)
        {
            LogNotClosed(exception.Message);
        }

        claim.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The host has stopped.")]
    private partial void LogClosed();

    [LoggerMessage(Level = LogLevel.Error, Message = "The host has stopped. Its store: {Reason}")]
    private partial void LogNotClosed(string reason);
}
