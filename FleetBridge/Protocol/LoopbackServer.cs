using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Protocol;

/// <summary>
/// Kestrel on one port of this machine, alone: without the framework's host. The container that a host is made of is
/// compiled anew at every start, which would be a third of ours, and nothing here asks it for anything.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly LoopbackSockets _sockets;
    private readonly BridgeApplication _application;
    private readonly KestrelServer _kestrel;

    // A lone line feed would else end a header's line: a gateway that passes it on as a part of the value hides a header in
    // it (RFC 9112, section 2.2, allows either). The server reads the switch when it is made.
    static LoopbackServer() =>
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", isEnabled: true);

    /// <summary>Prepares a server.</summary>
    /// <param name="sockets">The port; it is closed with the server.</param>
    /// <param name="pipeline">What every request goes through.</param>
    /// <param name="loggers">For the server's own log.</param>
    /// <param name="limits">What it takes from its clients.</param>
    /// <param name="writesThrough">Whether a write is done only when the system has it, and not when it is in a buffer of
    /// the server: what is done on another connection after that cannot overtake it.</param>
    public LoopbackServer(
        LoopbackSockets sockets, RequestDelegate pipeline, ILoggerFactory loggers, PortLimits limits, bool writesThrough)
    {
        _sockets = sockets;
        _application = new BridgeApplication(pipeline);
        var transport = new SocketTransportOptions
        {
            CreateBoundListenSocket = endPoint =>
                sockets.Find(endPoint) ?? SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint),
        };
        if (writesThrough)
        {
            transport.MaxWriteBufferSize = 1;
        }

        var options = new KestrelServerOptions { AddServerHeader = false };
        limits.ApplyTo(options.Limits);
        foreach (var endPoint in sockets.EndPoints)
        {
            options.Listen(endPoint, listen => listen.Protocols = HttpProtocols.Http1);
        }

        _kestrel = new KestrelServer(
            Microsoft.Extensions.Options.Options.Create(options), new SocketTransportFactory(Microsoft.Extensions.Options.Options.Create(transport), loggers), loggers);
    }

    public int Port => _sockets.Port;

    public Task StartAsync() => _kestrel.StartAsync(_application, CancellationToken.None);

    /// <summary>Closes the port and waits for the connections to end.</summary>
    /// <param name="cancellation">Ends the wait; the connections are aborted then.</param>
    /// <returns>Completes when none is left.</returns>
    public Task StopAsync(CancellationToken cancellation) => _kestrel.StopAsync(cancellation);

    public void Dispose()
    {
        _kestrel.Dispose();
        _sockets.Dispose();
    }
}
