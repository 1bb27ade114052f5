using System.Net;
using System.Net.Sockets;

namespace FleetBridge.Tests.Support;

/// <summary>What this machine's loopback has.</summary>
internal static class Loopback
{
    /// <summary>Whether ::1 can be bound here.</summary>
    public static bool HasIPv6 { get; } = FindIPv6();

    private static bool FindIPv6()
    {
        if (!Socket.OSSupportsIPv6)
        {
            return false;
        }

        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
