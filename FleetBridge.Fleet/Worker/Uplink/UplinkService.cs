using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Link;
using FleetBridge.Fleet.Worker.Api;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Worker.Uplink;

/// <summary>Keeps a worker linked to its host, for as long as both want that.</summary>
/// <param name="create">A link for the worker as it is known now.</param>
/// <param name="registration">Makes the worker known again to a host that has lost its store.</param>
/// <param name="clock">The clock of every wait.</param>
/// <param name="logger">Says when the host refuses the worker.</param>
internal sealed partial class UplinkService(
    Func<WorkerUplink> create, WorkerRegistration registration, TimeProvider clock, ILogger logger) : IHostedService, IAsyncDisposable
{
    private const int Unauthorized = 401;

    /// <summary>The least time between two registrations with a host that forgets them.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private volatile WorkerUplink? _uplink;
    private volatile string? _refusal;

    /// <summary>What can be seen of the link now.</summary>
    public HostLinkStatus Describe()
    {
        var status = _uplink?.Status ?? new LinkStatus();
        return new HostLinkStatus
        {
            ConnectedSince = status.ConnectedSince,
            Attempts = status.Attempts,
            NextTryAt = status.NextTryAt,
            LastEnd = status.LastEnd,
            Unacknowledged = status.Unacknowledged,
            OldestSeconds = status.OldestAge.TotalSeconds,
            Refusal = _refusal,
        };
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    /// <summary>Says that the worker has shut down.</summary>
    public Task SayShutdownAsync() => _uplink?.SayShutdownAsync() ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await KeepAsync().ConfigureAwait(false))
            {
                await registration.RunAsync(token: null, _stopping.Token).ConfigureAwait(false);
                _refusal = null;
                await Task.Delay(Pause, clock, _stopping.Token).ConfigureAwait(false);
            }
        }
        catch (UserException exception)
        {
            Refuse(exception.Message);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // the worker ends
        }
    }

    /// <summary>Keeps one link until it ends for good.</summary>
    /// <returns>Whether the worker is to register again.</returns>
    private async Task<bool> KeepAsync()
    {
        var uplink = create();
        _uplink = uplink;
        try
        {
            await uplink.RunAsync(_stopping.Token).ConfigureAwait(false);
            return false;
        }
        catch (LinkException exception) when (exception.Code is Unauthorized or LinkCloseCode.Unauthorized)
        {
            _refusal = exception.Message;
            return true;
        }
        catch (LinkException exception)
        {
            Refuse(exception.IsGone
                ? "Another worker with the same id has taken the place of this one: its data folder was copied, or the host has removed it."
                : exception.Message);
            return false;
        }
        finally
        {
            _uplink = null;
            await uplink.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Refuse(string reason)
    {
        _refusal = reason;
        LogRefused(VisibleText.Of(reason));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The host does not take this worker any more, which takes no work from it; its servers keep running. {Reason}")]
    private partial void LogRefused(string reason);
}
