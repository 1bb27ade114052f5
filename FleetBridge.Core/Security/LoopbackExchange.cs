using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FleetBridge.Core.Security;

/// <summary>
/// One HTTP/1.1 request to a plain port of this machine, on a connection of its own, and its response. It is for processes at rest: the
/// framework's client brings HTTP/2, TLS and OpenSSL along, and a plain port of this machine needs none of them.
/// </summary>
internal sealed class LoopbackExchange : IDisposable
{
    private const int MostHead = 32 * 1024;
    private const int MostBody = 1024 * 1024;

    private readonly NetworkStream _stream;
    private readonly Dictionary<string, string> _headers;
    private readonly ReadOnlyMemory<byte> _behindHead;

    private LoopbackExchange(NetworkStream stream, string head, ReadOnlyMemory<byte> behindHead)
    {
        (_stream, _behindHead) = (stream, behindHead);
        var lines = head.Split("\r\n");
        Status = lines[0].StartsWith("HTTP/1.", StringComparison.Ordinal) && lines[0].Split(' ', 3) is [_, var status, ..]
            && int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new IOException("its response is not HTTP/1.1");
        _headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                _headers[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }
    }

    /// <summary>The response's status.</summary>
    public int Status { get; }

    /// <summary>A header of the response; null if it has none of that name.</summary>
    public string? Find(string header) => _headers.GetValueOrDefault(header);

    /// <summary>Sends a request, and reads the head of the response.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="address">Where to: a port of this machine.</param>
    /// <param name="headers">Its headers besides Host and Content-Length.</param>
    /// <param name="body">Its body; empty for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The exchange.</returns>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    /// <exception cref="IOException">The connection has ended, or the response is not HTTP/1.1.</exception>
    public static async Task<LoopbackExchange> SendAsync(
        string method,
        Uri address,
        IEnumerable<KeyValuePair<string, string>> headers,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            EndPoint target = IPAddress.TryParse(address.DnsSafeHost, out var ip)
                ? new IPEndPoint(ip, address.Port)
                : new DnsEndPoint(address.IdnHost, address.Port);
            await socket.ConnectAsync(target, cancellation).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            await stream.WriteAsync(Write(method, address, headers, body.Span), cancellation).ConfigureAwait(false);
            return await ReadHeadAsync(stream, cancellation).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Reads the response's body.</summary>
    /// <returns>The body; empty for one without a length, which a bridge or a host never sends.</returns>
    /// <exception cref="IOException">The connection has ended before the body.</exception>
    public async Task<byte[]> ReadBodyAsync(CancellationToken cancellation)
    {
        if (!int.TryParse(Find("Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            return [];
        }

        var body = new byte[length <= MostBody ? length : throw new IOException("its response is too long")];
        var have = Math.Min(length, _behindHead.Length);
        _behindHead[..have].CopyTo(body);
        await _stream.ReadExactlyAsync(body.AsMemory(have), cancellation).ConfigureAwait(false);
        return body;
    }

    /// <summary>The connection after an upgrade, which is the caller's from now on, and what was read of it already.</summary>
    public (NetworkStream Connection, ReadOnlyMemory<byte> Read) Upgrade() => (_stream, _behindHead);

    public void Dispose() => _stream.Dispose();

    private static byte[] Write(string method, Uri address, IEnumerable<KeyValuePair<string, string>> headers, ReadOnlySpan<byte> body)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{method} {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\n");
        foreach (var (name, value) in headers)
        {
            if (value.AsSpan().ContainsAny('\r', '\n'))
            {
                throw new FormatException($"The header {name} has one line.");
            }

            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        if (method != "GET")
        {
            text.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        }

        return [.. Encoding.UTF8.GetBytes(text.Append("\r\n").ToString()), .. body];
    }

    private static async Task<LoopbackExchange> ReadHeadAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        var have = 0;
        while (true)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(have), cancellation).ConfigureAwait(false);
            if (count == 0)
            {
                throw new IOException("the connection was closed before the response");
            }

            have += count;
            var end = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                return new LoopbackExchange(stream, Encoding.Latin1.GetString(buffer, 0, end), buffer.AsMemory(end + 4, have - end - 4));
            }

            if (have == buffer.Length)
            {
                Array.Resize(ref buffer, have < MostHead ? 2 * have : throw new IOException("its response has too long a head"));
            }
        }
    }
}
