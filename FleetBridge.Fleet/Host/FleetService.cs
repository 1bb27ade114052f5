using FleetBridge.Fleet.Control;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Host;

/// <summary>Opens the store behind the ports, and closes it as the last part that stops.</summary>
internal sealed partial class FleetService(
    Func<Task<FleetControl>> open, StoreClaim claim, ILogger logger) : IHostedService
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task<FleetControl>? _opening;

    /// <summary>Whether another host holds the store, and this one waits for its end.</summary>
    public volatile bool IsStandby;

    /// <summary>Completes with the reason when another host has taken the store over.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>Another host has taken the store over.</summary>
    public void Lose(string reason) => _lost.TrySetResult(reason);

    /// <summary>Completes when the store is open, or cannot be opened.</summary>
    public Task<FleetControl> Opening => _opening ??= OpenAsync();

    /// <summary>Begins to open it: the ports come first, and need the processor.</summary>
    public void Begin() => _begun.TrySetResult();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _begun.TrySetCanceled(CancellationToken.None);
        try
        {
            await (await Opening.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            LogClosed();
        }
        catch (OperationCanceledException)
        {
            // stopped before it was begun
        }
        catch (Exception exception)
        {
            LogNotClosed(exception.Message);
        }

        claim.Dispose();
    }

    private async Task<FleetControl> OpenAsync()
    {
        await _begun.Task.ConfigureAwait(false);
        return await open().ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The host has stopped.")]
    private partial void LogClosed();

    [LoggerMessage(Level = LogLevel.Error, Message = "The host has stopped. Its store: {Reason}")]
    private partial void LogNotClosed(string reason);
}
