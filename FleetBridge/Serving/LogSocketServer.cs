using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Security;
using FleetBridge.Protocol;
using Microsoft.Extensions.Hosting;

namespace FleetBridge.Serving;

/// <summary>Serves the port of the log. It stops after the operations, and sends what they have logged last.</summary>
internal sealed class LogSocketServer : IHostedService, IDisposable
{
    /// <summary>How long a client may take to read the last records.</summary>
    private static readonly TimeSpan LastRecordsLimit = TimeSpan.FromSeconds(1);

    /// <summary>How long the client may take to close its connection.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _ending = new();
    private readonly BridgeLog _log;
    private readonly TimeProvider _clock;
    private readonly LoopbackServer _server;

    /// <summary>Creates a server that does not accept connections yet.</summary>
    /// <param name="sockets">Its port.</param>
    /// <param name="pipeline">The guard before it.</param>
    /// <param name="log">The log that it streams.</param>
    /// <param name="origins">The web pages that may read it.</param>
    /// <param name="connections">Knows which editor a client is.</param>
    /// <param name="limits">The limits of its clients.</param>
    /// <param name="clock">The clock of every wait.</param>
    public LogSocketServer(
        LoopbackSockets sockets, BridgePipeline pipeline, BridgeLog log, LogOrigins origins, SponsorConnections connections,
        PortLimits limits, TimeProvider clock)
    {
        (_log, _clock) = (log, clock);
        var socket = new LogSocket(log, origins, connections, clock, _ending.Token);

        // The records of a request must reach the system before its response, on the other port, can.
        _server = new LoopbackServer(
            sockets, pipeline.Guard(socket.Build()), log.FrameworkLoggers, log.Refusals, limits, clock, writesThrough: true);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // The last records are still on their way to the ring; without a wait, the socket would close first.
        await _log.Editor.WaitForDeliveryAsync(_log.Emitted, LastRecordsLimit).ConfigureAwait(false);
        await _ending.CancelAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(CloseLimit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await _server.StopAsync(either.Token).ConfigureAwait(false);
        Dispose();
    }

    public void Dispose()
    {
        _server.Dispose();
        _ending.Dispose();
    }
}
