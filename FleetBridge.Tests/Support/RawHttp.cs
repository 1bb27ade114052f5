using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace FleetBridge.Tests.Support;

/// <summary>A raw socket that speaks HTTP byte by byte, as no library would let us.</summary>
internal sealed class RawHttp : IDisposable
{
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;

    private RawHttp(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
        _stream.ReadTimeout = 30_000;
    }

    public NetworkStream Stream => _stream;

    public static async Task<RawHttp> ConnectAsync(int port, IPAddress? address = null)
    {
        address ??= IPAddress.Loopback;
        var client = new TcpClient(address.AddressFamily);
        await client.ConnectAsync(address, port);
        client.NoDelay = true;
        return new RawHttp(client);
    }

    /// <summary>Sends a request as the engine writes it, with the target as it is, and reads the answer.</summary>
    public static async Task<RawResponse> PostAsync(int port, string target, string method = "POST")
    {
        using var raw = await ConnectAsync(port);
        await raw.SendAsync(EngineRequest(port, target, method));
        return await raw.ReadResponseAsync();
    }

    /// <summary>The engine's request (libcurl), with an empty body.</summary>
    public static string EngineRequest(int port, string target, string method = "POST") =>
        $"{method} {target} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: */*\r\nAccept-Encoding: deflate, gzip\r\n"
        + "User-Agent: UnrealEditor/++UE5\r\nContent-Length: 0\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n";

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        await _stream.WriteAsync(bytes);
        await _stream.FlushAsync();
    }

    /// <summary>Reads one response: the head, and a body by its length, its chunks or the connection's end.</summary>
    public async Task<RawResponse> ReadResponseAsync()
    {
        var head = await ReadHeadAsync();
        var lines = head.Split("\r\n");
        var headers = lines.Skip(1)
            .Select(line => line.Split(": ", 2))
            .ToLookup(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        byte[] body;
        if (headers["Content-Length"].FirstOrDefault() is { } length)
        {
            body = await ReadAsync(int.Parse(length, CultureInfo.InvariantCulture));
        }
        else if (headers["Transfer-Encoding"].Contains("chunked"))
        {
            body = await ReadChunksAsync();
        }
        else
        {
            body = [];
        }

        return new RawResponse(status, head, headers, body);
    }

    /// <summary>Reads up to the blank line that ends the head.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await ReadAsync(1))[0]);
        }

        return head.ToString()[..^4];
    }

    /// <summary>Reads so many bytes.</summary>
    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        using var limit = new CancellationTokenSource(Eventually.Limit);
        await _stream.ReadExactlyAsync(bytes, limit.Token);
        return bytes;
    }

    /// <summary>True when the other side has closed, false when it sends something instead.</summary>
    public async Task<bool> IsClosedAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        try
        {
            return await _stream.ReadAsync(new byte[1], limit.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Vanishes without a word: the connection is reset.</summary>
    public void Reset()
    {
        _client.LingerState = new LingerOption(true, 0);
        _client.Close();
    }

    /// <summary>Reads one chunk of a body (RFC 9112, section 7.1); empty for the last one.</summary>
    public async Task<byte[]> ReadChunkAsync()
    {
        var size = new StringBuilder();
        while (!size.ToString().EndsWith("\r\n", StringComparison.Ordinal))
        {
            size.Append((char)(await ReadAsync(1))[0]);
        }

        var chunk = await ReadAsync(int.Parse(size.ToString().Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        await ReadAsync(2);
        return chunk;
    }

    public void Dispose() => _client.Dispose();

    private async Task<byte[]> ReadChunksAsync()
    {
        var body = new MemoryStream();
        while (await ReadChunkAsync() is { Length: > 0 } chunk)
        {
            body.Write(chunk);
        }

        return body.ToArray();
    }
}

/// <summary>A response as it stood on the wire.</summary>
internal sealed record RawResponse(int Status, string Head, ILookup<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();
}
