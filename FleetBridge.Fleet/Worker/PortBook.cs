using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FleetBridge.Core.Processes;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Worker;

/// <summary>The ports of all servers of a worker. A server keeps its ports; before each start they are tried.</summary>
/// <param name="range">The ports that it may choose.</param>
/// <param name="clock">The clock.</param>
internal sealed class PortBook((int First, int Last) range, TimeProvider clock)
{
    /// <summary>A port that a stranger holds is not chosen for so long.</summary>
    private static readonly TimeSpan Quarantine = TimeSpan.FromMinutes(10);

    private const int FreeAttempts = 50;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, IReadOnlyDictionary<string, int>> _held = [];
    private readonly Dictionary<int, DateTimeOffset> _strange = [];

    /// <summary>A server has these ports.</summary>
    public void Load(string server, IReadOnlyDictionary<string, int> ports)
    {
        lock (_lock)
        {
            _held[server] = ports;
        }
    }

    /// <summary>A server is gone.</summary>
    public void Release(string server)
    {
        lock (_lock)
        {
            _held.Remove(server);
        }
    }

    /// <summary>Reserves a server's ports right before its start.</summary>
    /// <param name="server">The server.</param>
    /// <param name="wanted">Its configuration's ports; 0 for one of ours.</param>
    /// <param name="own">The ports from which they are chosen; null for the worker's.</param>
    /// <returns>The ports.</returns>
    /// <exception cref="StartException">Another program has one, or none is free.</exception>
    public IReadOnlyDictionary<string, int> Reserve(string server, IReadOnlyDictionary<string, int> wanted, GamePortRange? own = null)
    {
        lock (_lock)
        {
            var before = _held.GetValueOrDefault(server) ?? new Dictionary<string, int>();
            var ports = new Dictionary<string, int>();
            foreach (var (name, number) in wanted)
            {
                ports[name] = number > 0
                    ? Fixed(server, name, number)
                    : Chosen(server, before.GetValueOrDefault(name), [.. ports.Values, .. wanted.Values], own);
            }

            return _held[server] = ports;
        }
    }

    private static int Fixed(string server, string name, int number)
    {
        // game servers use either, so both have to be free
        if (!IsFreeTcp(number))
        {
            throw Taken(server, name, number, "TCP", ListeningProcess.Find(number));
        }

        return IsFreeUdp(number) ? number : throw Taken(server, name, number, "UDP", ListeningProcess.FindUdp(number));
    }

    private static StartException Taken(string server, string name, int number, string protocol, ListeningProcess? holder) => new(
        "port_taken",
        string.Create(
            CultureInfo.InvariantCulture,
            $"Port {number} ({name}) of server {server} is in use by {holder?.ToString() ?? "another program"}, over {protocol}. ")
        + "Stop that, or choose another port.",
        isRetryable: true);

    private int Chosen(string server, int before, int[] others, GamePortRange? own)
    {
        if (before > 0 && IsFree(before) && own?.Contains(before) != false)
        {
            return before;
        }

        var now = clock.GetUtcNow();
        if (before > 0)
        {
            _strange[before] = now;
        }

        var held = _held.Where(entry => entry.Key != server).SelectMany(entry => entry.Value.Values).Concat(others).ToHashSet();
        if (own is { } named)
        {
            // the user's own choice: a stranger may have left a port a moment ago
            var ports = named.First == 0 ? AnyFree() : Enumerable.Range(named.First, named.Count);
            return ports.FirstOrDefault(one => !held.Contains(one) && IsFree(one)) is > 0 and var free ? free : throw new StartException(
                "no_free_port",
                $"All ports of {named} are in use, so {server} cannot start. Choose others with --game-ports.",
                isRetryable: true);
        }

        for (var number = range.First; number <= range.Last; number++)
        {
            if (held.Contains(number) || (_strange.TryGetValue(number, out var since) && now - since < Quarantine))
            {
                continue;
            }

            if (IsFree(number))
            {
                return number;
            }

            _strange[number] = now;
        }

        throw new StartException("no_free_port", $"All ports from {range.First} to {range.Last} are in use.", isRetryable: true);
    }

    /// <summary>Ports that the system gives, as far as the server SDKs accept them.</summary>
    private static IEnumerable<int> AnyFree()
    {
        for (var attempt = 0; attempt < FreeAttempts; attempt++)
        {
            int port;
            using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
            {
                socket.Bind(new IPEndPoint(IPAddress.Any, 0));
                port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            }

            if (port <= GamePortRange.Highest)
            {
                yield return port;
            }
        }
    }

    /// <summary>By TCP and by UDP, on all addresses, as game servers do.</summary>
    private static bool IsFree(int port) => IsFreeTcp(port) && IsFreeUdp(port);

    private static bool IsFreeTcp(int port) => CanBind(port, SocketType.Stream, ProtocolType.Tcp);

    private static bool IsFreeUdp(int port) => CanBind(port, SocketType.Dgram, ProtocolType.Udp);

    private static bool CanBind(int port, SocketType type, ProtocolType protocol)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
            if (OperatingSystem.IsWindows())
            {
                socket.ExclusiveAddressUse = true;
            }

            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
