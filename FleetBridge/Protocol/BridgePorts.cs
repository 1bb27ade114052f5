using FleetBridge.Core.Ports;

namespace FleetBridge.Protocol;

/// <summary>Both ports, bound and listening: a client that connects waits until the server behind its port has started.</summary>
internal sealed class BridgePorts : IDisposable
{
    private BridgePorts(LoopbackSockets http, LoopbackSockets webSocket) => (Http, WebSocket) = (http, webSocket);

    /// <summary>The port for requests.</summary>
    public LoopbackSockets Http { get; }

    /// <summary>The port of the log's WebSocket.</summary>
    public LoopbackSockets WebSocket { get; }

    /// <summary>Binds both.</summary>
    /// <param name="httpPort">The port for requests; 0 for a free one.</param>
    /// <param name="webSocketPort">The port of the log; 0 for a free one.</param>
    /// <returns>The bound ports.</returns>
    /// <exception cref="PortTakenException">Another program uses one of them; the other one is free again.</exception>
    public static BridgePorts Bind(int httpPort, int webSocketPort)
    {
        var http = LoopbackSockets.Bind(httpPort);
        try
        {
            return new BridgePorts(http, LoopbackSockets.Bind(webSocketPort));
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Http.Dispose();
        WebSocket.Dispose();
    }
}
