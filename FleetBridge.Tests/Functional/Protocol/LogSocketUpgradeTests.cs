using System.Net;
using System.Text;
using FleetBridge.Tests.Functional.Logs;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Protocol;

/// <summary>What comes before the first frame: which requests are let in, and how the others are answered.</summary>
public sealed class LogSocketUpgradeTests(ITestOutputHelper output)
{
    // RFC 6455, section 1.3: the answer to the key "dGhlIHNhbXBsZSBub25jZQ=="
    private const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    [Theory]
    [InlineData("//")]
    [InlineData("/")]
    [InlineData("/anything")]
    [InlineData("/any/thing?with=query")]
    [InlineData("///")]
    public async Task Upgrade_on_any_target_is_accepted_with_exactly_the_engines_headers(string target)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort, target);
        var lines = socket.Head.Split("\r\n");
        Assert.Equal("HTTP/1.1 101 Switching Protocols", lines[0]);
        Assert.Contains("Connection: Upgrade", lines);
        Assert.Contains("Upgrade: websocket", lines);
        Assert.Contains($"Sec-WebSocket-Accept: {Accept}", lines);
        Assert.Single(lines, line => line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(lines, line => line.StartsWith("Sec-WebSocket-Protocol", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(lines, line => line.StartsWith("Sec-WebSocket-Extensions", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Offered_subprotocol_and_compression_are_not_taken_up()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var socket = await RawWebSocket.ConnectAsync(
            bridge.WebSocketPort,
            headers: "Sec-WebSocket-Protocol: log, chat\r\n"
                + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
        Assert.DoesNotContain("Sec-WebSocket-Protocol", socket.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Sec-WebSocket-Extensions", socket.Head, StringComparison.OrdinalIgnoreCase);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        var frame = (await new RecordReader(socket).ReadFrameAsync())!;
        Assert.Equal(0, frame.Reserved);
        Assert.Contains("aaaa 1", frame.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:{0}")]
    [InlineData("127.0.0.1:{0}")]
    [InlineData("[::1]:{0}")]
    public async Task Host_with_and_without_port_is_accepted(string host)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var name = host.Replace("{0}", $"{bridge.WebSocketPort}", StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 101 ", await HeadAsync(bridge, Upgrade($"Host: {name}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upgrade_on_either_loopback_address_is_accepted()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var addresses = System.Net.Sockets.Socket.OSSupportsIPv6
            ? new[] { IPAddress.Loopback, IPAddress.IPv6Loopback }
            : [IPAddress.Loopback];
        foreach (var address in addresses)
        {
            using var http = await RawHttp.ConnectAsync(bridge.WebSocketPort, address);
            await http.SendAsync(RawWebSocket.EngineUpgrade());
            Assert.StartsWith("HTTP/1.1 101 ", await http.ReadHeadAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Other_origin_or_host_is_turned_away()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        Assert.StartsWith(
            "HTTP/1.1 403 ",
            await HeadAsync(bridge, Upgrade("Host: localhost", "Origin: https://evil.example")),
            StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 403 ", await HeadAsync(bridge, Upgrade("Host: evil.example")), StringComparison.Ordinal);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("HEAD")]
    public async Task Plain_http_is_told_to_upgrade(string method)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var head = await HeadAsync(bridge, RawHttp.EngineRequest(bridge.WebSocketPort, "/probe/1/metadata", method));
        var lines = head.Split("\r\n");
        Assert.StartsWith("HTTP/1.1 426 ", lines[0], StringComparison.Ordinal);
        Assert.Contains("Upgrade: websocket", lines);
        Assert.Contains("Connection: Upgrade", lines);
        Assert.Contains("Sec-WebSocket-Version: 13", lines);
    }

    [Fact]
    public async Task Plain_http_gets_a_json_error_that_names_the_way()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var response = await RawHttp.PostAsync(bridge.WebSocketPort, "/probe/1/metadata");
        Assert.Equal(426, response.Status);
        Assert.Equal("False", (string?)response.Json["Overall Result"]);
        Assert.Contains("WebSocket", (string?)response.Json["Error"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8")]
    [InlineData("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: x")]
    [InlineData("Sec-WebSocket-Version: 13\r\n", "")]
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: short")]
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: dGhl")]
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "")]
    [InlineData("Connection: Upgrade", "Connection: keep-alive")]
    [InlineData("GET ", "POST ")]
    public async Task Broken_upgrade_is_an_error_and_takes_no_place(string good, string bad)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var request = RawWebSocket.EngineUpgrade();
        Assert.Contains(good, request, StringComparison.Ordinal);
        Assert.StartsWith(
            "HTTP/1.1 4", await HeadAsync(bridge, request.Replace(good, bad, StringComparison.Ordinal)), StringComparison.Ordinal);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=fine");
        Assert.Equal("fine 1", (string?)(await socket.ReadRecordAsync())["message"]);
    }

    [Theory]
    [InlineData("Connection: keep-alive, Upgrade")]
    [InlineData("Connection: keep-alive\r\nConnection: upgrade")]
    public async Task Upgrade_among_several_connection_options_is_accepted(string connection)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var request = RawWebSocket.EngineUpgrade().Replace("Connection: Upgrade", connection, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 101 ", await HeadAsync(bridge, request), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_on_the_port_is_closed_and_the_next_client_served()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        byte[][] garbage =
        [
            [0, 0, 0, 0, 13, 10, 13, 10],
            [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03, 13, 10, 13, 10],
            [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 7)), 13, 10, 13, 10],
            Encoding.ASCII.GetBytes("GET // HTTP/1.1\r\nHost localhost\r\n\r\n"),
        ];
        foreach (var bytes in garbage)
        {
            using var http = await RawHttp.ConnectAsync(bridge.WebSocketPort);
            await http.SendAsync(bytes);
            await http.ReadToEndAsync();
        }

        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=fine");

        // a record for each kind, of which there are fewer: the others are counted
        var messages = new List<string>();
        while (messages.LastOrDefault() != "fine 1")
        {
            messages.Add((string)(await socket.ReadRecordAsync())["message"]!);
        }

        Assert.InRange(messages.Count, 2, garbage.Length);
        Assert.All(messages.SkipLast(1), message => Assert.StartsWith("A request was refused by the web server: ", message, StringComparison.Ordinal));
    }

    private static string Upgrade(string host, string origin = "Origin: http://localhost") => RawWebSocket.EngineUpgrade()
        .Replace("Host: localhost", host, StringComparison.Ordinal)
        .Replace("Origin: http://localhost", origin, StringComparison.Ordinal);

    private static async Task<string> HeadAsync(TestBridge bridge, string request)
    {
        using var http = await RawHttp.ConnectAsync(bridge.WebSocketPort);
        await http.SendAsync(request);
        return await http.ReadHeadAsync();
    }
}
