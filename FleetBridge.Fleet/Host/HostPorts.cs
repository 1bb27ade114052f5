using System.Net;
using FleetBridge.Core.Ports;

namespace FleetBridge.Fleet.Host;

/// <summary>A host's two ports, bound and listening: a client that connects waits until the server behind its port has started.</summary>
internal sealed class HostPorts : IDisposable
{
    private HostPorts(LoopbackSockets http, LoopbackSockets tls) => (Http, Tls) = (http, tls);

    /// <summary>The plain port.</summary>
    public LoopbackSockets Http { get; }

    /// <summary>The port with TLS.</summary>
    public LoopbackSockets Tls { get; }

    /// <summary>Binds both.</summary>
    /// <param name="httpPort">The plain port; 0 for a free one.</param>
    /// <param name="tlsPort">The port with TLS; 0 for a free one.</param>
    /// <param name="address">The address to listen on; null for this machine alone.</param>
    /// <param name="tlsAddress">A further address for the port with TLS; null for none.</param>
    /// <returns>The bound ports.</returns>
    /// <exception cref="PortTakenException">Another program uses one of them; the other one is free again.</exception>
    public static HostPorts Bind(int httpPort, int tlsPort, IPAddress? address = null, IPAddress? tlsAddress = null)
    {
        var http = LoopbackSockets.Bind(httpPort, address);
        try
        {
            return new HostPorts(http, tlsAddress is null ? LoopbackSockets.Bind(tlsPort, address) : LoopbackSockets.BindBeside(tlsPort, tlsAddress));
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
        Tls.Dispose();
    }
}
