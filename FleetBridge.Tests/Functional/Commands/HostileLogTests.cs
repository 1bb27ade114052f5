using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary>Whatever is sent where the log of a bridge is expected, <c>fleetbridge logs</c> reads on, and prints records only.</summary>
public sealed class HostileLogTests : CliTest
{
    private const string Good = """{"time": "2026-01-01 00:00:00,000", "name": "aws", "level": "INFO", "message": "good"}""";

    public static TheoryData<string, byte[]> Frames => new()
    {
        { "two messages", Text("""{"time": "t", "name": "n", "level": "INFO", "message": "a", "message": "b"}""") },
        { "two levels, deep", Text("""{"level": "INFO", "message": {"a": 1, "a": 2}}""") },
        { "an array", Text("[1]") },
        { "null", Text("null") },
        { "a number", Text("7") },
        { "nothing", Text("") },
        { "no JSON", Text("<html>") },
        { "objects as members", Text("""{"time": [], "name": {}, "level": {}, "message": [[]]}""") },
        { "no members", Text("{}") },
        { "100,000 levels", Text($$"""{"message": {{new string('[', 100_000)}}""") },
        { "half a character", Text("""{"level": "INFO", "message": "\ud83d"}""") },
        { "bytes that are no text", [0x81, 0x03, 0xFF, 0xFE, 0xFD] },
        { "a binary frame", [0x82, 0x02, 0x00, 0x01] },
        { "a record of 3 MiB", Text($$"""{"level": "INFO", "message": "{{new string('x', 3 * 1024 * 1024)}}"}""") },
        { "a continuation of nothing", [0x80, 0x01, (byte)'x'] },
        { "a reserved operation", [0x83, 0x00] },
        { "reserved bits", [0xF1, 0x00] },
        { "a masked frame", [0x81, 0x81, 1, 2, 3, 4, 5] },
        { "a length that does not fit", [0x81, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] },
        { "a close frame of one byte", [0x88, 0x01, 0x00] },
        { "a ping of 2 KiB", [0x89, 0x7E, 0x08, 0x00, .. new byte[2048]] },
        { "pieces without end", [.. Enumerable.Repeat<byte[]>([0x01, 0x7E, 0xFF, 0xFF, .. new byte[65_535]], 1)
            .Concat(Enumerable.Repeat<byte[]>([0x00, 0x7E, 0xFF, 0xFF, .. new byte[65_535]], 40)).SelectMany(piece => piece)] },
    };

    [Theory]
    [MemberData(nameof(Frames), DisableDiscoveryEnumeration = true)]
    public async Task What_is_no_record_ends_nothing(string _, byte[] frame)
    {
        await using var server = new LogServer(connection => connection == 1 ? frame : Text(Good));
        foreach (var json in (string[][])[[], ["--json"]])
        {
            server.Connections = 0;
            await using var logs = Start(["logs", "--wait", "20", "--websocket-port", $"{server.Port}", .. json]);
            await logs.WaitForAsync(program => program.Output.Contains("good", StringComparison.Ordinal), "the next record is printed");
            Assert.DoesNotContain("   at ", logs.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("bug", logs.Error, StringComparison.Ordinal);
            Assert.Single(logs.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.Contains("good", StringComparison.Ordinal)).Take(1));
            Assert.True(logs.Output.Length < 10_000, "it has printed what is no record");
        }
    }

    [Fact]
    public async Task Record_cannot_steer_the_terminal_nor_begin_a_line()
    {
        await using var server = new LogServer(_ => Text("""{"time": "t\n", "name": "n\u001b[2J", "level": "INFO\u202e", "message": "a\nforged\u009b31m good"}"""));
        foreach (var json in (string[][])[[], ["--json"]])
        {
            await using var logs = Start(["logs", "--wait", "20", "--websocket-port", $"{server.Port}", .. json]);
            await logs.WaitForAsync(program => program.Output.Contains("good", StringComparison.Ordinal), "the record is printed");
            Assert.All(logs.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains("good", line, StringComparison.Ordinal));
            Assert.DoesNotContain(logs.Output, letter => letter is '\e' or '\u009b' or '\u202e');
        }
    }

    private static byte[] Text(string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        byte[] head = payload.Length switch
        {
            < 126 => [0x81, (byte)payload.Length],
            <= ushort.MaxValue => [0x81, 126, (byte)(payload.Length >> 8), (byte)payload.Length],
            _ => [0x81, 127, 0, 0, 0, 0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length],
        };
        return [.. head, .. payload];
    }

    /// <summary>Accepts each upgrade, sends some bytes, and hangs up.</summary>
    private sealed class LogServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Func<int, byte[]> _frames;
        private readonly Task _accepting;

        public LogServer(Func<int, byte[]> frames)
        {
            _frames = frames;
            _listener.Start();
            _accepting = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int Connections { get; set; }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _accepting;
        }

        [SuppressMessage("Security", "CA5350", Justification = "RFC 6455, 4.2.2 demands SHA-1; it protects nothing.")]
        private static string AcceptKey(string key) =>
            Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

        private async Task AcceptAsync()
        {
            while (true)
            {
                try
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    var stream = client.GetStream();
                    var buffer = new byte[8192];
                    var request = Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
                    if (request.Split("Sec-WebSocket-Key: ") is not [_, var after])
                    {
                        // the command asks first whether there is a gateway
                        continue;
                    }

                    var key = after.Split("\r\n")[0];
                    var accept = AcceptKey(key);
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(
                        $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
                    await stream.WriteAsync(_frames(++Connections));
                    client.Client.Shutdown(SocketShutdown.Send);
                    while (await stream.ReadAsync(buffer) > 0)
                    {
                    }
                }
                catch (IOException)
                {
                    // the client has hung up first
                }
                catch (Exception exception) when (exception is SocketException or InvalidOperationException)
                {
                    return;
                }
            }
        }
    }
}
