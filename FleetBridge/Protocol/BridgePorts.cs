using FleetBridge.Serving;

namespace FleetBridge.Protocol;

/// <summary>Both ports, bound: what connects from now on waits until the server behind them answers.</summary>
internal sealed class BridgePorts : IDisposable
{
    private BridgePorts(LoopbackSockets http, LoopbackSockets webSocket) => (Http, WebSocket) = (http, webSocket);

    /// <summary>The port of the requests.</summary>
    public LoopbackSockets Http { get; }

    /// <summary>The port of the log socket.</summary>
    public LoopbackSockets WebSocket { get; }

    /// <summary>Binds them.</summary>
    /// <param name="options">Which.</param>
    /// <returns>Both.</returns>
    /// <exception cref="PortTakenException">Another program holds one of them; the other one is free again.</exception>
    public static BridgePorts Bind(BridgeServerOptions options)
    {
        var http = LoopbackSockets.Bind(options.HttpPort);
        try
        {
            return new BridgePorts(http, LoopbackSockets.Bind(options.WebSocketPort));
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
