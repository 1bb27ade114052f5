using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace FleetBridge.Tests.Support;

/// <summary>A WebSocket client that shows each frame as it came (RFC 6455, section 5.2).</summary>
internal sealed class RawWebSocket : IDisposable
{
    private RawWebSocket(RawHttp http, string head)
    {
        Http = http;
        Head = head;
    }

    public RawHttp Http { get; }

    /// <summary>The head of the answer to the upgrade.</summary>
    public string Head { get; }

    /// <summary>The upgrade as libwebsockets 3.0 writes it for the engine.</summary>
    public static string EngineUpgrade(string target = "//", string headers = "") =>
        $"GET {target} HTTP/1.1\r\nPragma: no-cache\r\nCache-Control: no-cache\r\nHost: localhost\r\n"
        + "Origin: http://localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n";

    /// <summary>Connects as the engine does.</summary>
    public static async Task<RawWebSocket> ConnectAsync(int port, string target = "//", string headers = "")
    {
        var http = await RawHttp.ConnectAsync(port);
        await http.SendAsync(EngineUpgrade(target, headers));
        var head = await http.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        return new RawWebSocket(http, head);
    }

    /// <summary>Reads one frame.</summary>
    public async Task<Frame> ReadFrameAsync()
    {
        var start = await Http.ReadAsync(2);
        Assert.True((start[1] & 0x80) == 0, "a server's frame is not masked");
        var length = (ulong)(start[1] & 0x7F);
        if (length == 126)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(await Http.ReadAsync(2));
        }
        else if (length == 127)
        {
            length = BinaryPrimitives.ReadUInt64BigEndian(await Http.ReadAsync(8));
        }

        return new Frame((start[0] & 0x80) != 0, (start[0] & 0x70) >> 4, start[0] & 0x0F, await Http.ReadAsync((int)length));
    }

    /// <summary>Reads the next log record, answering pings on the way.</summary>
    /// <param name="patience">For how long, with all pings; null for the usual.</param>
    public Task<JsonObject> ReadRecordAsync(TimeSpan? patience = null)
    {
        return NextAsync().WaitAsync(patience ?? Eventually.Limit);

        async Task<JsonObject> NextAsync()
        {
            while (true)
            {
                if (await ReadRecordOrPingAsync() is { } record)
                {
                    return record;
                }
            }
        }
    }

    /// <summary>The log records that have come by now. What has come may be a ping, and no record behind it.</summary>
    public async Task<IReadOnlyList<JsonObject>> ReadAvailableRecordsAsync()
    {
        var records = new List<JsonObject>();
        while (Http.Stream.DataAvailable)
        {
            if (await ReadRecordOrPingAsync() is { } record)
            {
                records.Add(record);
            }
        }

        return records;
    }

    /// <summary>Sends a masked frame.</summary>
    public Task SendFrameAsync(int opCode, byte[] payload)
    {
        Assert.True(payload.Length < 126);
        byte[] mask = [1, 2, 3, 4];
        var masked = payload.Select((value, i) => (byte)(value ^ mask[i % 4]));
        return Http.SendAsync([(byte)(0x80 | opCode), (byte)(0x80 | payload.Length), .. mask, .. masked]);
    }

    public void Dispose() => Http.Dispose();

    /// <returns>Null for a ping, which is answered.</returns>
    private async Task<JsonObject?> ReadRecordOrPingAsync()
    {
        var frame = await ReadFrameAsync();
        if (frame.OpCode == Frame.Ping)
        {
            await SendFrameAsync(Frame.Pong, frame.Payload);
            return null;
        }

        Assert.Equal(Frame.TextCode, frame.OpCode);
        Assert.True(frame.Fin);
        return JsonNode.Parse(frame.Payload)!.AsObject();
    }
}

/// <summary>A WebSocket frame.</summary>
internal sealed record Frame(bool Fin, int Reserved, int OpCode, byte[] Payload)
{
    public const int TextCode = 1;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    public string Text => Encoding.ASCII.GetString(Payload);
}
