using System.Net;
using FleetBridge.Core.Logs;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace FleetBridge.Core.Ports;

/// <summary>
/// Kestrel on one loopback port, created directly rather than by the web host's container: requests must not wait until a
/// container is built and compiled (decision 5).
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly LoopbackSockets _sockets;
    private readonly BridgeApplication _application;
    private readonly KestrelServer _kestrel;

    // Otherwise a lone line feed would end a header's line, and a proxy that passes it on as a part of the value could hide
    // a header in it (RFC 9112, section 2.2, allows either). The server reads the switch when it is created.
    static LoopbackServer() =>
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", isEnabled: true);

    /// <summary>Creates a server that does not accept connections yet.</summary>
    /// <param name="sockets">The port; it is closed with the server.</param>
    /// <param name="pipeline">The pipeline of every request.</param>
    /// <param name="loggers">Loggers for Kestrel.</param>
    /// <param name="refusals">Logs connections that are closed at once.</param>
    /// <param name="limits">The limits of its clients.</param>
    /// <param name="clock">The clock of pauses.</param>
    /// <param name="writesThrough">Whether a write completes only when the system has the data, not when it is in a buffer of
    /// the server: a later write on another connection cannot overtake it.</param>
    /// <param name="tls">How its connections are encrypted; null for a plain port.</param>
    /// <param name="unreadable">Gives the responses to requests that cannot be read a body; null for bare ones.</param>
    public LoopbackServer(
        LoopbackSockets sockets,
        RequestDelegate pipeline,
        ILoggerFactory loggers,
        RefusalLog refusals,
        PortLimits limits,
        TimeProvider clock,
        bool writesThrough,
        TlsHandshakeCallbackOptions? tls = null,
        UnreadableRequests? unreadable = null)
    {
        _sockets = sockets;
        _application = new BridgeApplication(pipeline);
        var connections = new SocketConnectionFactoryOptions();
        if (writesThrough)
        {
            connections.MaxWriteBufferSize = 1;
        }

        var listeners = new Listeners(endPoint => new LoopbackListener(
            sockets,
            sockets.Find(endPoint) ?? throw new InvalidOperationException($"{endPoint} is not bound."),
            new SocketConnectionContextFactory(connections, loggers.CreateLogger<LoopbackListener>()),
            limits.ShareOfKept,
            refusals,
            clock));

        var options = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = new ServerServices(loggers) };
        limits.ApplyTo(options.Limits);
        options.RequestHeaderEncodingSelector = name => name == HeaderNames.ContentLength ? DigitsOnly.Instance : null;
        foreach (var endPoint in sockets.EndPoints)
        {
            options.Listen(endPoint, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (tls is not null)
                {
                    listen.UseHttps(tls);
                }

                unreadable?.Watch(listen);
            });
        }

        _kestrel = new KestrelServer(Microsoft.Extensions.Options.Options.Create(options), listeners, unreadable ?? loggers);
    }

    /// <summary>The port.</summary>
    public int Port => _sockets.Port;

    /// <summary>Begins to accept connections.</summary>
    /// <param name="cancellation">Ends the start.</param>
    /// <returns>Completes when clients that have connected before are being served too.</returns>
    public Task StartAsync(CancellationToken cancellation) => _kestrel.StartAsync(_application, cancellation);

    /// <summary>Closes the port and waits until the connections have ended.</summary>
    /// <param name="cancellation">Ends the wait; the remaining connections are aborted.</param>
    /// <returns>Completes when no connection is left.</returns>
    public Task StopAsync(CancellationToken cancellation) => _kestrel.StopAsync(cancellation);

    public void Dispose()
    {
        _kestrel.Dispose();
        _sockets.Dispose();
    }

    private sealed class Listeners(Func<EndPoint, LoopbackListener> listen) : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult<IConnectionListener>(listen(endpoint));
    }
}
