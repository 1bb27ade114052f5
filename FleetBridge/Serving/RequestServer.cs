using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Protocol;
using Microsoft.Extensions.Hosting;

namespace FleetBridge.Serving;

/// <summary>Serves the port for requests. It stops after the operations and the log.</summary>
internal sealed class RequestServer : IHostedService, IDisposable
{
    /// <summary>How long the last responses may take to be sent.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    private readonly LoopbackServer _server;
    private readonly SponsorEndpoint _sponsors;
    private readonly TimeProvider _clock;

    /// <summary>Creates a server that does not accept connections yet.</summary>
    /// <param name="sockets">Its port.</param>
    /// <param name="pipeline">The pipeline of its requests.</param>
    /// <param name="sponsors">Whose streams end with it.</param>
    /// <param name="log">The log, for Kestrel too.</param>
    /// <param name="limits">The limits of its clients.</param>
    /// <param name="clock">The clock of every wait.</param>
    public RequestServer(
        LoopbackSockets sockets, BridgePipeline pipeline, SponsorEndpoint sponsors, BridgeLog log, PortLimits limits, TimeProvider clock)
    {
        (_sponsors, _clock) = (sponsors, clock);
        _server = new LoopbackServer(
            sockets,
            pipeline.Requests,
            log.FrameworkLoggers,
            log.Refusals,
            limits,
            clock,
            writesThrough: false,
            unreadable: new UnreadableRequests(log.FrameworkLoggers, JsonResponse.ErrorBody, WireJson.ContentType));
    }

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _sponsors.EndStreams();
        using var limit = new CancellationTokenSource(CloseLimit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await _server.StopAsync(either.Token).ConfigureAwait(false);
        Dispose();
    }

    public void Dispose()
    {
        _server.Dispose();
        _sponsors.Dispose();
    }
}
