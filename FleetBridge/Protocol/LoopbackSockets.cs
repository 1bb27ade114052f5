using System.Net;
using System.Net.Sockets;

namespace FleetBridge.Protocol;

/// <summary>
/// One port, bound on 127.0.0.1 and on ::1: older clients ask the one, newer ones the other. It is bound here rather than
/// by the server so that a port of 0 is the same port on both, and so that nothing is checked before it is bound.
/// </summary>
internal sealed class LoopbackSockets : IDisposable
{
    private const int FreePortAttempts = 20;

    /// <summary>As many as the server asks for itself.</summary>
    private const int Backlog = 512;

    private readonly List<Socket> _sockets;

    private LoopbackSockets(List<Socket> sockets)
    {
        _sockets = sockets;
        Port = ((IPEndPoint)sockets[0].LocalEndPoint!).Port;
    }

    /// <summary>The port, chosen by the system where 0 was asked for.</summary>
    public int Port { get; }

    /// <summary>Where it is bound: without ::1 on a machine that has no IPv6.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => [.. _sockets.Select(socket => (IPEndPoint)socket.LocalEndPoint!)];

    /// <summary>Binds a port.</summary>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <returns>The sockets; what connects waits until the server accepts.</returns>
    /// <exception cref="PortTakenException">Another program holds it.</exception>
    public static LoopbackSockets Bind(int port)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return BindBoth(port);
            }
            catch (PortTakenException) when (port == 0 && attempt < FreePortAttempts)
            {
                // the port that was free on 127.0.0.1 is taken on ::1: try another one
            }
        }
    }

    /// <summary>Gives the server the socket of an end point.</summary>
    /// <param name="endPoint">One of <see cref="EndPoints"/>.</param>
    /// <returns>The socket; null when it is not one of ours.</returns>
    public Socket? Find(EndPoint endPoint) => _sockets.Find(socket => endPoint.Equals(socket.LocalEndPoint));

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    private static LoopbackSockets BindBoth(int port)
    {
        var sockets = new List<Socket>();
        try
        {
            sockets.Add(BindOne(new IPEndPoint(IPAddress.Loopback, port)));
            if (Socket.OSSupportsIPv6)
            {
                TryBindIPv6(sockets);
            }

            return new LoopbackSockets(sockets);
        }
        catch
        {
            sockets.ForEach(socket => socket.Dispose());
            throw;
        }
    }

    private static void TryBindIPv6(List<Socket> sockets)
    {
        try
        {
            sockets.Add(BindOne(new IPEndPoint(IPAddress.IPv6Loopback, ((IPEndPoint)sockets[0].LocalEndPoint!).Port)));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            // IPv6 is built in, and this machine has no ::1
        }
    }

    private static Socket BindOne(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            if (OperatingSystem.IsWindows())
            {
                // else another program could take the port over while we serve it
                socket.ExclusiveAddressUse = true;
            }

            socket.Bind(endPoint);

            // On Linux two programs can bind the same port as long as neither of them listens: of two editors that start
            // at the same moment the second would only fail later, in the server.
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            socket.Dispose();
            throw new PortTakenException(endPoint, exception.SocketErrorCode);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A port that cannot be bound.</summary>
internal sealed class PortTakenException(IPEndPoint endPoint, SocketError error)
    : Exception(error == SocketError.AccessDenied
        ? $"Port {endPoint.Port} on {endPoint.Address} may not be used by this user."
        : $"Port {endPoint.Port} on {endPoint.Address} is taken by another program.")
{
    /// <summary>Where: who holds it on ::1 alone does not answer on 127.0.0.1.</summary>
    public IPEndPoint EndPoint { get; } = endPoint;
}
