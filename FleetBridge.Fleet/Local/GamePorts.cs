using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FleetBridge.Fleet.Local;

/// <summary>The UDP ports that game servers may have.</summary>
/// <param name="First">The first; 0 for any free one.</param>
/// <param name="Last">The last.</param>
internal readonly record struct GamePortRange(int First, int Last)
{
    /// <summary>The server SDKs accept ports up to here.</summary>
    private const int Highest = 60_000;

    /// <summary>From Unreal's own port on.</summary>
    public static GamePortRange Default { get; } = new(7777, 7876);

    /// <summary>How many there are.</summary>
    public int Count => First == 0 ? Highest : Last - First + 1;

    /// <summary>Reads a port or a range, such as <c>7777-7876</c>; null for anything else.</summary>
    public static GamePortRange? Parse(string text)
    {
        var ends = text.Split('-');
        var ports = ends.Select(end => int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : -1).ToList();
        return ports switch
        {
            [0] => new GamePortRange(0, 0),
            [>= 1 and <= Highest and var only] => new GamePortRange(only, only),
            [>= 1 and var first, <= Highest and var last] when first <= last => new GamePortRange(first, last),
            _ => null,
        };
    }

    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}

/// <summary>Gives each game server a UDP port that nobody uses.</summary>
internal sealed class GamePorts
{
    private const int Highest = 60_000;
    private const int FreeAttempts = 50;

    private readonly Lock _lock = new();
    private readonly HashSet<int> _taken = [];

    /// <summary>Takes the first free port of a range; null when all are in use.</summary>
    public int? Take(GamePortRange range)
    {
        lock (_lock)
        {
            var port = range.First == 0
                ? Enumerable.Range(0, FreeAttempts).Select(_ => BindAny()).FirstOrDefault(port => port <= Highest && !_taken.Contains(port))
                : Enumerable.Range(range.First, range.Count).FirstOrDefault(port => !_taken.Contains(port) && IsFree(port));
            return port > 0 && _taken.Add(port) ? port : null;
        }
    }

    /// <summary>Gives a port back.</summary>
    public void Return(int port)
    {
        lock (_lock)
        {
            _taken.Remove(port);
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var socket = Bind(port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int BindAny()
    {
        using var socket = Bind(0);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                socket.ExclusiveAddressUse = true;
            }

            // on all addresses, as game servers do
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
