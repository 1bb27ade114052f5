using System.Text;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Logs;

public sealed class RefusedRequestsTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("POST /probe/1/config?profile_name=J\u00fcrgen HTTP/1.1\r\nHost: localhost\r\n\r\n", "check the profile name")]
    [InlineData("POST /probe/1/config HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "Request is missing Host header.")]
    [InlineData("hello\r\n\r\n", "Invalid request line.")]
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
}
