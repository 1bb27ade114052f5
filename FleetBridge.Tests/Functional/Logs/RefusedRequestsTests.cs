using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Logs;

public sealed class RefusedRequestsTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("POST /probe/1/config?profile_name=J\u00fcrgen HTTP/1.1\r\nHost: localhost\r\n\r\n", "check the profile name")]
    [InlineData("POST /probe/1/config HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "Request is missing Host header.")]
    [InlineData("hello\r\n\r\n", "Invalid request line.")]
    [InlineData("POST /pr\u00f6be/1/config HTTP/1.1\r\nHost: localhost\r\n\r\n", "letters outside ASCII")]
    [InlineData("POST /probe/1/config?prefix=\u65e5\u672c HTTP/1.1\r\nHost: localhost\r\n\r\n", "letters outside ASCII")]
    [InlineData("POST /probe/1/config?profile_name=a b HTTP/1.1\r\nHost: localhost\r\n\r\n", "must not contain spaces")]
    [InlineData("POST /probe/1/config?prefix=a\0b HTTP/1.1\r\nHost: localhost\r\n\r\n", "control characters")]
    public async Task Request_that_the_server_refuses_is_a_400_and_a_warning_that_says_why(string request, string reason)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var editor = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        using var raw = await RawHttp.ConnectAsync(bridge.HttpPort);
        await raw.SendAsync(Encoding.UTF8.GetBytes(request));
        Assert.Equal(400, (await raw.ReadResponseAsync()).Status);

        var record = await editor.ReadRecordAsync();
        Assert.Equal("WARNING", (string?)record["level"]);
        Assert.Contains(reason, (string?)record["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST /probe/1/config?profile_name=J\u00fcrgen HTTP/1.1\r\nHost: localhost\r\n\r\n", "letters outside ASCII")]
    [InlineData("POST /pr\u00f6be/1/config HTTP/1.1\r\nHost: localhost\r\n\r\n", "letters outside ASCII")]
    [InlineData("POST /probe/1/config?profile_name=a b HTTP/1.1\r\nHost: localhost\r\n\r\n", "must not contain spaces")]
    [InlineData("POST /probe\0/1/config HTTP/1.1\r\nHost: localhost\r\n\r\n", "control characters")]
    [InlineData("hello\r\n\r\n", "Invalid request line.")]
    [InlineData("POST /probe/1/config HTTP/1.1\r\nHost: localhost\r\nX-Odd: a\0b\r\n\r\n", "invalid headers")]
    [InlineData("POST /probe/1/config HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n", "Invalid request header")]
    [InlineData("POST /probe/1/config HTTP/1.1\r\nHost: local=host\r\n\r\n", "Invalid Host header")]
    [InlineData("POST /probe/1/config HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", "Multiple Host headers.")]
    [InlineData("POST /probe/1/config HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "Request is missing Host header.")]
    public async Task Request_that_cannot_be_read_has_a_response_that_says_why(string request, string reason)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var raw = await RawHttp.ConnectAsync(bridge.HttpPort);

        // a good one before it on the same connection has its own response
        await raw.SendAsync(Encoding.ASCII.GetBytes("POST /probe/1/config HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"));
        Assert.Equal(200, (await raw.ReadResponseAsync()).Status);
        await raw.SendAsync(Encoding.UTF8.GetBytes(request));
        var response = await raw.ReadResponseAsync();
        Assert.Equal(400, response.Status);
        var json = JsonNode.Parse(response.Body)!;
        Assert.Equal("False", (string?)json["Overall Result"]);
        Assert.Contains(reason, (string?)json["Error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trailer_that_cannot_be_read_has_no_second_response()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var raw = await RawHttp.ConnectAsync(bridge.HttpPort);
        const string Request = "POST /probe/1/config HTTP/1.1\r\nHost: localhost\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n";
        await raw.SendAsync(Encoding.ASCII.GetBytes(Request));
        await raw.ReadResponseAsync();
        Assert.True(await raw.IsClosedAsync());
    }

    [Fact]
    public async Task Body_with_raw_utf8_is_read_and_left()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var raw = await RawHttp.ConnectAsync(bridge.HttpPort);
        var body = Encoding.UTF8.GetBytes("{\"profile_name\": \"J\u00fcrgen\"}");
        var head = $"POST /probe/1/config HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\n\r\n";
        await raw.SendAsync([.. Encoding.ASCII.GetBytes(head), .. body]);
        var response = await raw.ReadResponseAsync();
        Assert.Equal(200, response.Status);
    }
}
