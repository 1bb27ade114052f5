using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace FleetBridge.Benchmarks.Wire;

/// <summary>A log client that takes frames out of large blocks and does nothing else with them.</summary>
internal sealed class LogReader : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[1024 * 1024 + 64];
    private int _start;
    private int _end;

    private LogReader(Socket socket) => _socket = socket;

    /// <summary>Upgrades a connection as libwebsockets does for the engine.</summary>
    public static LogReader Connect(int port, string target = "//")
    {
        var reader = new LogReader(Connection.Open(port));
        reader._socket.Send(Encoding.ASCII.GetBytes(
            $"GET {target} HTTP/1.1\r\nPragma: no-cache\r\nCache-Control: no-cache\r\nHost: localhost\r\n"
            + "Origin: http://localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"));
        int end;
        while ((end = reader._buffer.AsSpan(0, reader._end).IndexOf("\r\n\r\n"u8)) < 0)
        {
            reader.Fill();
        }

        if (!reader._buffer.AsSpan().StartsWith("HTTP/1.1 101 "u8))
        {
            throw new BenchmarkException($"No log: {Encoding.ASCII.GetString(reader._buffer, 0, end)}");
        }

        reader._start = end + 4;
        return reader;
    }

    /// <summary>The next text frame's payload, valid until the next call.</summary>
    public ReadOnlySpan<byte> ReadText()
    {
        while (true)
        {
            Need(2);
            var (first, length, head) = (_buffer[_start], _buffer[_start + 1] & 0x7F, 2);
            if (length == 126)
            {
                Need(4);
                (length, head) = (BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + 2)), 4);
            }
            else if (length == 127)
            {
                Need(10);
                (length, head) = ((int)BinaryPrimitives.ReadUInt64BigEndian(_buffer.AsSpan(_start + 2)), 10);
            }

            Need(head + length);
            var payload = _buffer.AsSpan(_start + head, length);
            _start += head + length;
            if (first == 0x81)
            {
                return payload;
            }

            if (first != 0x89)
            {
                throw new BenchmarkException($"A frame that begins with {first:x2}.");
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Need(int bytes)
    {
        while (_end - _start < bytes)
        {
            Fill();
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var count = _socket.Receive(_buffer.AsSpan(_end));
        _end += count > 0 ? count : throw new BenchmarkException("The log ended.");
    }
}
