using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Serving;

/// <summary>
/// The port of the gateway. The gateway itself is made for the first client that connects: before that there is a bound port and
/// nothing else, not even the gateway's assembly.
/// </summary>
internal sealed partial class GatewayPort : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly LoopbackSockets _sockets;
    private readonly Func<IHostedService> _make;
    private readonly ILogger _logger;
    private Task<IHostedService?> _server = Task.FromResult<IHostedService?>(null);

    /// <summary>Creates a port that waits for its first client once it is started.</summary>
    /// <param name="sockets">The port.</param>
    /// <param name="make">Makes the gateway. Nothing of it may be loaded before this is called.</param>
    /// <param name="log">The log.</param>
    public GatewayPort(LoopbackSockets sockets, Func<IHostedService> make, BridgeLog log) =>
        (_sockets, _make, _logger) = (sockets, make, log.Loggers.CreateLogger<GatewayPort>());

    /// <summary>Whether a client has come, and the gateway was made.</summary>
    public bool IsMade => _server is { IsCompletedSuccessfully: true, Result: not null };

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _server = ServeAsync();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        if (await _server.ConfigureAwait(false) is { } server)
        {
            await server.StopAsync(cancellationToken).ConfigureAwait(false);
        }

        Dispose();
    }

    public void Dispose()
    {
        _sockets.Dispose();
        _ending.Dispose();
    }

    private async Task<IHostedService?> ServeAsync()
    {
        try
        {
            await _sockets.WaitForFirstAsync(_ending.Token).ConfigureAwait(false);
            return await Task.Run(MakeAsync).ConfigureAwait(false);
        }
        catch (Exception exception) when (_ending.IsCancellationRequested && exception is OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
        catch (Exception exception)
        {
            // the other ports of the process do not depend on it
            LogFailed(exception.Message);
            LogTrace(exception.ToString());
            return null;
        }
    }

    private async Task<IHostedService?> MakeAsync()
    {
        var server = _make();
        await server.StartAsync(CancellationToken.None).ConfigureAwait(false);
        return server;
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "A bug in FleetBridge: the gateway cannot start: {Error}. The log file has the trace; please report it.")]
    private partial void LogFailed(string error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Trace}")]
    private partial void LogTrace(string trace);
}
