using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FleetBridge.Benchmarks.Wire;

/// <summary>Many WebSocket clients that count what they get. They are bare sockets, so that they take as little as may be.</summary>
internal sealed class Crowd : IDisposable
{
    private readonly List<Member> _members = [];

    private Crowd()
    {
    }

    public int Count => _members.Count;

    /// <summary>How many frames all have got together.</summary>
    public long Frames => _members.Sum(member => Volatile.Read(ref member.Frames));

    /// <summary>Connects, and waits until each has got so many frames.</summary>
    /// <param name="port">The server's port.</param>
    /// <param name="count">How many.</param>
    /// <param name="headers">More headers of the upgrade, for each by its number.</param>
    public static async Task<Crowd> OpenAsync(int port, int count, Func<int, string> headers)
    {
        var crowd = new Crowd();
        for (var number = 0; number < count; number++)
        {
            var member = new Member(number);
            await member.OpenAsync(port, headers(number));
            crowd._members.Add(member);
        }

        return crowd;
    }

    /// <summary>Sends a text to the server from each.</summary>
    public async Task SendAllAsync(string text)
    {
        foreach (var member in _members)
        {
            await member.SendAsync(text);
        }
    }

    /// <summary>Sends a text from one.</summary>
    public Task SendAsync(int member, string text) => _members[member].SendAsync(text);

    /// <summary>Sends a text from one, and waits for the next frame.</summary>
    public async Task AskAsync(int member, string text)
    {
        var until = Frames + 1;
        await SendAsync(member, text);
        while (Frames < until)
        {
            await Task.Yield();
        }
    }

    /// <summary>Waits until all have got so many frames together.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> WaitAsync(long frames, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (Frames < frames)
        {
            await Task.Delay(1, cancellation);
        }

        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>One stops reading.</summary>
    public void Suspend(int member) => _members[member].IsSuspended = true;

    /// <summary>When each of the others has got its newest frame, after a moment, as sorted times.</summary>
    public IReadOnlyList<TimeSpan> LatestSince(long started, int without) =>
        [.. _members.Where((_, number) => number != without).Select(member => Stopwatch.GetElapsedTime(started, Volatile.Read(ref member.Latest))).Order()];

    public void Dispose() => _members.ForEach(member => member.Dispose());

    private sealed class Member(int number) : IDisposable
    {
        private static readonly byte[] Pong = [0x8A, 0x80, 0, 0, 0, 0];

        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private int _skip;
        private int _header;
        private int _needed = 2;
        private long _length;
        private bool _isPing;

        public long Frames;
        public long Latest;

        public volatile bool IsSuspended;

        public async Task OpenAsync(int port, string headers)
        {
            // more connections than one address has ports would need more addresses: 127.0.0.0/8 has them
            _socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + (number / 20_000))]), 0));
            await _socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            await _socket.SendAsync(Encoding.ASCII.GetBytes(
                $"GET /gateway HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"));
            var buffer = new byte[512];
            var head = "";
            while (!head.Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await _socket.ReceiveAsync(buffer);
                if (read == 0)
                {
                    throw new BenchmarkException($"The upgrade was refused: {head}");
                }

                head += Encoding.Latin1.GetString(buffer, 0, read);
            }

            if (!head.StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
            {
                throw new BenchmarkException($"The upgrade was refused: {head}");
            }

            Read(Encoding.Latin1.GetBytes(head[(head.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]));
            _ = ReadAllAsync();
        }

        public async Task SendAsync(string text)
        {
            var payload = Encoding.ASCII.GetBytes(text);
            byte[] head = payload.Length < 126
                ? [0x81, (byte)(0x80 | payload.Length), 0, 0, 0, 0]
                : [0x81, 0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0];
            await _socket.SendAsync((byte[])[.. head, .. payload]);
        }

        public void Dispose() => _socket.Dispose();

        private async Task ReadAllAsync()
        {
            var buffer = new byte[1024];
            try
            {
                while (!IsSuspended && await _socket.ReceiveAsync(buffer) is > 0 and var count)
                {
                    Read(buffer.AsSpan(0, count));
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // the end
            }
        }

        /// <summary>Counts whole frames; a server's are not masked.</summary>
        private void Read(ReadOnlySpan<byte> bytes)
        {
            foreach (var value in bytes)
            {
                if (_skip > 0)
                {
                    if (--_skip == 0)
                    {
                        End();
                    }

                    continue;
                }

                switch (_header++)
                {
                    case 0:
                        _isPing = (value & 15) == 9;
                        break;
                    case 1:
                        (_needed, _length) = value switch { 126 => (4, 0), 127 => (10, 0), _ => (2, value) };
                        break;
                    default:
                        _length = (_length << 8) | value;
                        break;
                }

                if (_header >= 2 && _header == _needed)
                {
                    _skip = (int)_length;
                    (_header, _needed) = (0, 2);
                    if (_skip == 0)
                    {
                        End();
                    }
                }
            }
        }

        private void End()
        {
            if (_isPing)
            {
                _ = _socket.SendAsync(Pong);
                return;
            }

            Volatile.Write(ref Latest, Stopwatch.GetTimestamp());
            Interlocked.Increment(ref Frames);
        }
    }
}
