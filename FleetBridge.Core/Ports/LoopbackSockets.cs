using System.Net;
using System.Net.Sockets;

namespace FleetBridge.Core.Ports;

/// <summary>
/// One port, bound on 127.0.0.1 and on ::1: older clients connect to the one, newer ones to the other. It is bound here
/// rather than by the server, so that port 0 is the same port on both and no port is checked before it is bound.
/// </summary>
internal sealed class LoopbackSockets : IDisposable
{
    private const int FreePortAttempts = 20;

    /// <summary>Kestrel's own default.</summary>
    private const int Backlog = 512;

    private readonly List<Socket> _sockets;
    private readonly Dictionary<Socket, Task<Socket>> _first = [];

    private LoopbackSockets(List<Socket> sockets)
    {
        _sockets = sockets;
        Port = ((IPEndPoint)sockets[0].LocalEndPoint!).Port;
    }

    /// <summary>The port; chosen by the system if 0 was requested.</summary>
    public int Port { get; }

    /// <summary>The addresses it is bound on; without ::1 on a machine that has no IPv6.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => [.. _sockets.Select(socket => (IPEndPoint)socket.LocalEndPoint!)];

    /// <summary>Binds a port.</summary>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="address">The address of another network to listen on; null for this machine alone.</param>
    /// <returns>The sockets; a client that connects waits until the server accepts.</returns>
    /// <exception cref="PortTakenException">Another program uses it, or this user must not.</exception>
    public static LoopbackSockets Bind(int port, IPAddress? address = null)
    {
        if (address is not null)
        {
            return new LoopbackSockets([BindOne(new IPEndPoint(address, port))]);
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return BindBoth(port);
            }
            catch (PortTakenException) when (port == 0 && attempt < FreePortAttempts)
            {
                // the port was free on 127.0.0.1 and is in use on ::1: try another one
            }
        }
    }

    /// <summary>Binds a port on this machine and on an address of another network.</summary>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="address">The address.</param>
    /// <returns>The sockets; a client that connects waits until the server accepts.</returns>
    /// <exception cref="PortTakenException">Another program uses it, or this user must not.</exception>
    public static LoopbackSockets BindBeside(int port, IPAddress address)
    {
        var outer = BindOne(new IPEndPoint(address, port));
        try
        {
            var sockets = new List<Socket>();
            var isAll = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
            if (!isAll)
            {
                sockets.AddRange(BindBoth(((IPEndPoint)outer.LocalEndPoint!).Port)._sockets);
            }

            return new LoopbackSockets([.. sockets, outer]);
        }
        catch
        {
            outer.Dispose();
            throw;
        }
    }

    /// <summary>Finds the socket of an end point, for the server.</summary>
    /// <param name="endPoint">One of <see cref="EndPoints"/>.</param>
    /// <returns>The socket; null if it is none of these.</returns>
    public Socket? Find(EndPoint endPoint) => _sockets.Find(socket => endPoint.Equals(socket.LocalEndPoint));

    /// <summary>Waits for the first client of a server that is made only for it. The client's connection is accepted, and waits for the
    /// server's first <see cref="AcceptAsync"/>.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">No client came before that.</exception>
    public async Task WaitForFirstAsync(CancellationToken cancellation)
    {
        lock (_first)
        {
            foreach (var socket in _sockets)
            {
                _first[socket] = socket.AcceptAsync(cancellation).AsTask();
            }
        }

        await Task.WhenAny(_first.Values).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Accepts a client.</summary>
    /// <param name="socket">One of this port's sockets.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Its connection.</returns>
    public ValueTask<Socket> AcceptAsync(Socket socket, CancellationToken cancellation)
    {
        lock (_first)
        {
            return _first.Remove(socket, out var first) ? new ValueTask<Socket>(first) : socket.AcceptAsync(cancellation);
        }
    }

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
            // the system supports IPv6, but this machine has no ::1
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
                // otherwise another program could take over the port while it is served
                socket.ExclusiveAddressUse = true;
            }

            socket.Bind(endPoint);

            // On Linux two programs can bind the same port while neither of them listens: if two editors start at the same
            // moment, the second bridge would fail later, in the server.
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
        ? $"Port {endPoint.Port} on {endPoint.Address} cannot be used by this user."
        : $"Port {endPoint.Port} on {endPoint.Address} is in use by another program.")
{
    /// <summary>The address: a program that uses the port on ::1 only does not respond on 127.0.0.1.</summary>
    public IPEndPoint EndPoint { get; } = endPoint;
}
