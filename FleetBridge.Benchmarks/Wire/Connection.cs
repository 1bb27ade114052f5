using System.Net;
using System.Net.Sockets;

namespace FleetBridge.Benchmarks.Wire;

/// <summary>Plain connections to this machine.</summary>
internal static class Connection
{
    /// <summary>Connects.</summary>
    public static Socket Open(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = 60_000,
        };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    /// <summary>Whether a port accepts. Refusals come without an exception: thrown every millisecond, they would take a
    /// good part of the processor from the program that is just starting.</summary>
    public static bool IsAccepted(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var done = new ManualResetEventSlim();
        using var connecting = new SocketAsyncEventArgs { RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, port) };
        connecting.Completed += (_, _) => done.Set();
        if (socket.ConnectAsync(connecting))
        {
            done.Wait();
        }

        return connecting.SocketError == SocketError.Success;
    }
}
