using System.Net;
using System.Net.Sockets;

namespace FleetBridge.Tests.Support;

/// <summary>A TCP proxy to a port of this machine, that does what networks do: it cuts, resets, delays, and loses one direction.</summary>
internal sealed class BrokenWire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _lock = new();
    private readonly List<Pair> _pairs = [];
    private readonly Task _accepting;
    private int _target;

    /// <summary>Opens it.</summary>
    /// <param name="target">The port it leads to.</param>
    public BrokenWire(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections it has taken.</summary>
    public int Count { get; private set; }

    /// <summary>How long each part takes on its way.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>While set, nothing reaches the server, and nobody is told.</summary>
    public bool LosesUp { get; set; }

    /// <summary>While set, nothing reaches the client, and nobody is told.</summary>
    public bool LosesDown { get; set; }

    /// <summary>While set, new connections are closed at once.</summary>
    public bool IsDown { get; set; }

    /// <summary>Leads every new connection to another port.</summary>
    public void TurnTo(int target) => Volatile.Write(ref _target, target);

    /// <summary>Ends every connection in order.</summary>
    public void Cut() => End(reset: false);

    /// <summary>Ends every connection as a machine does that knows nothing of it.</summary>
    public void Reset() => End(reset: true);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _ended.Dispose();
    }

    private void End(bool reset)
    {
        lock (_lock)
        {
            _pairs.ForEach(pair => pair.End(reset));
            _pairs.Clear();
        }
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_ended.Token);
                connections.Add(ForwardAsync(client));
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or InvalidOperationException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var pair = new Pair(client, server);
        lock (_lock)
        {
            // with its count: what is counted can be cut
            Count++;
            _pairs.Add(pair);
        }

        try
        {
            if (IsDown)
            {
                return;
            }

            await server.ConnectAsync(IPAddress.Loopback, Volatile.Read(ref _target), _ended.Token);
            await Task.WhenAny(CopyAsync(client, server, () => LosesUp), CopyAsync(server, client, () => LosesDown));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // the server is not there, or the wire has ended
        }
        finally
        {
            lock (_lock)
            {
                _pairs.Remove(pair);
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to, Func<bool> isLost)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _ended.Token) is > 0 and var count)
            {
                if (Delay > TimeSpan.Zero)
                {
                    await Task.Delay(Delay, TimeProvider.System, _ended.Token);
                }

                for (var sent = 0; sent < count && !isLost();)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _ended.Token);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // either end has gone
        }
    }

    private sealed class Pair(Socket client, Socket server) : IDisposable
    {
        public void End(bool reset)
        {
            if (reset)
            {
                client.LingerState = server.LingerState = new LingerOption(enable: true, seconds: 0);
            }

            Dispose();
        }

        public void Dispose()
        {
            client.Dispose();
            server.Dispose();
        }
    }
}
