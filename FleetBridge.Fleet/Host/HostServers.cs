using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Fleet.GameLift.ServerSdk;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Host;

/// <summary>
/// Serves both ports. At its stop every game server gets close code 1012, so that it connects again to the next host, and then the
/// ports close.
/// </summary>
internal sealed class HostServers : IHostedService, IDisposable
{
    private readonly LoopbackServer _http;
    private readonly LoopbackServer _tls;
    private readonly ServerSdkEndpoint _sdk;
    private readonly TimeSpan _closeLimit;
    private readonly TimeProvider _clock;

    /// <summary>Creates servers that do not accept connections yet.</summary>
    /// <param name="ports">The ports, which it closes.</param>
    /// <param name="tls">How the TLS port encrypts.</param>
    /// <param name="pipeline">The way of every request.</param>
    /// <param name="sdk">The game servers' WebSockets.</param>
    /// <param name="options">The limits.</param>
    /// <param name="loggers">Loggers for Kestrel.</param>
    /// <param name="refusals">Logs connections that are closed at once.</param>
    /// <param name="clock">The clock of every wait.</param>
    public HostServers(
        HostPorts ports,
        TlsHandshakeCallbackOptions tls,
        RequestDelegate pipeline,
        ServerSdkEndpoint sdk,
        FleetHostOptions options,
        ILoggerFactory loggers,
        RefusalLog refusals,
        TimeProvider clock)
    {
        (_sdk, _closeLimit, _clock) = (sdk, options.CloseLimit, clock);
        _http = new LoopbackServer(ports.Http, pipeline, loggers, refusals, options.Limits, clock, writesThrough: false);
        _tls = new LoopbackServer(ports.Tls, pipeline, loggers, refusals, options.Limits, clock, writesThrough: false, tls);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // beside each other: nearly all of it is computing
        var tls = Task.Run(() => _tls.StartAsync(cancellationToken), cancellationToken);
        await _http.StartAsync(cancellationToken).ConfigureAwait(false);
        await tls.ConfigureAwait(false);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _sdk.CloseAll();
        using var limit = new CancellationTokenSource(_closeLimit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await Task.WhenAll(_http.StopAsync(either.Token), _tls.StopAsync(either.Token)).ConfigureAwait(false);
        Dispose();
    }

    public void Dispose()
    {
        _http.Dispose();
        _tls.Dispose();
    }
}
