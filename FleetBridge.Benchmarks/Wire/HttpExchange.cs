using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace FleetBridge.Benchmarks.Wire;

/// <summary>A request as the engine's libcurl writes it, and its answer.</summary>
internal sealed record HttpExchange(int Status, byte[] Body)
{
    /// <summary>What the editor's plugin asks for first.</summary>
    public const string MetadataTarget =
        "/aws_backend/1/metadata?profile_name=&region_name=us-west-2&prefix=test1&server_package_root=\"\"&fleet_launch_path=\"\"";

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>One request on a connection of its own.</summary>
    public static HttpExchange Post(int port, string target)
    {
        using var socket = Connection.Open(port);
        return Post(socket, Request(port, target));
    }

    /// <summary>One request on an open connection.</summary>
    public static HttpExchange Post(Socket socket, byte[] request)
    {
        socket.Send(request);
        return Read(socket);
    }

    /// <summary>A GET on a connection of its own.</summary>
    /// <param name="port">The port.</param>
    /// <param name="target">The path.</param>
    /// <param name="token">The bearer token, if one is needed.</param>
    public static HttpExchange Get(int port, string target, string? token = null)
    {
        using var socket = Connection.Open(port);
        var authorization = token is null ? "" : $"Authorization: Bearer {token}\r\n";
        return Post(socket, Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n{authorization}\r\n"));
    }

    public static byte[] Request(int port, string target) => Encoding.ASCII.GetBytes(
        $"POST {target} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: */*\r\nAccept-Encoding: deflate, gzip\r\n"
        + "User-Agent: UnrealEditor/++UE5\r\nContent-Length: 0\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n");

    private static HttpExchange Read(Socket socket)
    {
        var buffer = new byte[32 * 1024];
        var have = 0;
        int end;
        while ((end = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8)) < 0)
        {
            have += Receive(socket, buffer.AsSpan(have));
        }

        var head = Encoding.ASCII.GetString(buffer, 0, end);
        const string name = "\r\nContent-Length: ";
        var at = head.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            throw new BenchmarkException($"An answer without a length:\n{head}");
        }

        var length = head.AsSpan(at + name.Length);
        var line = length.IndexOf('\r');
        var body = new byte[int.Parse(line < 0 ? length : length[..line], CultureInfo.InvariantCulture)];
        var read = Math.Min(have - end - 4, body.Length);
        buffer.AsSpan(end + 4, read).CopyTo(body);
        while (read < body.Length)
        {
            read += Receive(socket, body.AsSpan(read));
        }

        return new HttpExchange(int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), body);
    }

    private static int Receive(Socket socket, Span<byte> buffer) => socket.Receive(buffer) is var count and > 0
        ? count
        : throw new BenchmarkException("The connection ended before the answer did.");
}
