using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FleetBridge.Backends;

namespace EchoMap;

/// <summary>Where a player is: 0 to 99 from the left and from the top.</summary>
internal sealed record PlayerPlace(int Number, int X, int Y);

/// <summary>Asks an echo server for its players, one datagram each way.</summary>
internal sealed class EchoServerPlayers : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly ReadOnlyMemory<byte> Question = Encoding.UTF8.GetBytes("players");

    private readonly UdpClient _udp = new();
    private readonly IPEndPoint _server;
    private readonly TimeProvider _clock;

    public EchoServerPlayers(IPEndPoint server, TimeProvider clock)
    {
        (_server, _clock) = (server, clock);
        _udp.Connect(server);
    }

    /// <summary>The players in the order in which they came.</summary>
    /// <exception cref="BackendException">The server does not respond.</exception>
    public async Task<IReadOnlyList<PlayerPlace>> ReadAsync(CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await _udp.SendAsync(Question, either.Token);
            return Parse(Encoding.UTF8.GetString((await _udp.ReceiveAsync(either.Token)).Buffer));
        }
        catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new BackendException($"The echo server at {_server} does not respond.", "Start it with: fleetbridge local --executable EchoServer");
        }
    }

    public void Dispose() => _udp.Dispose();

    private static List<PlayerPlace> Parse(string text) =>
    [
        .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ').Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out var number) ? number : -1).ToArray())
            .Where(numbers => numbers is [>= 0, >= 0 and < 100, >= 0 and < 100])
            .Select(numbers => new PlayerPlace(numbers[0], numbers[1], numbers[2])),
    ];
}
