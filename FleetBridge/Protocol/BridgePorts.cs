using FleetBridge.Core.Ports;

namespace FleetBridge.Protocol;

/// <summary>The ports, bound and listening: a client that connects waits until the server behind its port has started.</summary>
internal sealed class BridgePorts : IDisposable
{
    private BridgePorts(LoopbackSockets http, LoopbackSockets webSocket, LoopbackSockets? gateway) =>
        (Http, WebSocket, Gateway) = (http, webSocket, gateway);

    /// <summary>The port for requests.</summary>
    public LoopbackSockets Http { get; }

    /// <summary>The port of the log's WebSocket.</summary>
    public LoopbackSockets WebSocket { get; }

    /// <summary>The port of the gateway; null for none.</summary>
    public LoopbackSockets? Gateway { get; }

    /// <summary>Binds them.</summary>
    /// <param name="httpPort">The port for requests; 0 for a free one.</param>
    /// <param name="webSocketPort">The port of the log; 0 for a free one.</param>
    /// <param name="gatewayPort">The port of the gateway; 0 for a free one, null for none.</param>
    /// <param name="orAnyGateway">Whether any free port will do for the gateway where another program uses its own: the editor does not
    /// need it.</param>
    /// <returns>The bound ports.</returns>
    /// <exception cref="PortTakenException">Another program uses one of them; the other one is free again.</exception>
    public static BridgePorts Bind(int httpPort, int webSocketPort, int? gatewayPort = null, bool orAnyGateway = false)
    {
        var bound = new List<LoopbackSockets>();
        try
        {
            bound.Add(LoopbackSockets.Bind(httpPort));
            bound.Add(LoopbackSockets.Bind(webSocketPort));
            return new BridgePorts(bound[0], bound[1], gatewayPort is { } port ? BindGateway(port, orAnyGateway) : null);
        }
        catch
        {
            bound.ForEach(sockets => sockets.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
        Http.Dispose();
        WebSocket.Dispose();
        Gateway?.Dispose();
    }

    /// <summary>Binds the port of a gateway.</summary>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="orAny">Whether any free port will do where another program uses this one.</param>
    /// <exception cref="PortTakenException">Another program uses it.</exception>
    public static LoopbackSockets BindGateway(int port, bool orAny)
    {
        try
        {
            return LoopbackSockets.Bind(port);
        }
        catch (PortTakenException) when (orAny)
        {
            return LoopbackSockets.Bind(0);
        }
    }
}
