using System.Text;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Security;

/// <summary>What is long, or much, costs its own client only: not the log, and not the others.</summary>
public sealed class HostileLengthTests(ITestOutputHelper output)
{
    private const int Long = 240_000;
    private const int Many = 60;

    public static TheoryData<string, string> Requests => new()
    {
        { "method", $"{new string('A', Long)} /probe/1/metadata HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "method of another site", $"{new string('A', Long)} / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n" },
        { "backend", $"POST /{new string('b', Long)}/1/metadata HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "path", $"POST /probe/1/{new string('p', Long)} HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "segments", $"POST /probe/1{string.Concat(Enumerable.Repeat("/a", Long / 2))} HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "setting", $"POST /probe/1/config?text={string.Concat(Enumerable.Repeat("-eyJ", Long / 4))} HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "unknown setting", $"POST /probe/1/config?{new string('s', Long)}=x HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "escapes", $"POST /probe/1/config?text={string.Concat(Enumerable.Repeat("%3a%2f%2fa%3a", Long / 13))} HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "settings", $"POST /probe/1/config?{string.Concat(Enumerable.Repeat("&", Long))} HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "header", $"POST /probe/1/config HTTP/1.1\r\nHost: localhost\r\nReferer: http://{new string('r', 30_000)}\r\n\r\n" },
        { "host", $"POST /probe/1/config HTTP/1.1\r\nHost: {new string('h', 30_000)}\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Requests), DisableDiscoveryEnumeration = true)]
    public async Task Long_request_leaves_little_in_the_log_and_holds_up_nobody(string _, string request)
    {
        await using var bridge = await TestBridge.StartAsync();
        using var editor = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        var bytes = Encoding.ASCII.GetBytes(request);
        for (var i = 0; i < Many; i++)
        {
            using var raw = await RawHttp.ConnectAsync(i % 2 == 0 ? bridge.HttpPort : bridge.WebSocketPort);
            try
            {
                await raw.SendAsync(bytes);
                await raw.ReadAsync(12);
            }
            catch (Exception exception) when (exception is IOException or EndOfStreamException)
            {
                // refused before it was read to its end
            }
        }

        Assert.Equal(200, (await RawHttp.PostAsync(bridge.HttpPort, "/probe/1/metadata")).Status);
        var begun = TimeProvider.System.GetTimestamp();
        await bridge.StopAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        await bridge.Log.DisposeAsync();
        var log = bridge.ReadLogFile();
        Assert.True(log.Length < Many * 6_000, $"the log has {log.Length} characters");
        Assert.True(log.Split('\n').Max(line => line.Length) < 20_000, "a line is long");
    }

    public static TheoryData<string, string, bool> Refused => new()
    {
        { "origin", "POST /probe/1/x{0} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil{0}.example\r\n\r\n", false },
        { "host", "POST /probe/1/x{0} HTTP/1.1\r\nHost: evil{0}.example\r\n\r\n", false },
        { "referer", "POST /probe/1/x{0} HTTP/1.1\r\nHost: localhost\r\nReferer: http://evil{0}.example/\r\n\r\n", false },
        { "cross-site", "POST /probe/1/x{0} HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n\r\n", false },
        { "method", "GET{0} /probe/1/x{0} HTTP/1.1\r\nHost: localhost\r\n\r\n", false },
        { "backend", "POST /nobody{0} HTTP/1.1\r\nHost: localhost\r\n\r\n", false },
        { "request line", "hello{0}\r\n\r\n", false },
        { "header line", "POST / HTTP/1.1\r\nHost: localhost\r\nno header {0}\r\n\r\n", false },
        { "body", "POST /probe/1/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nq{0}\r\n", false },
        { "framing", "POST /probe/1/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: {0}\r\n\r\n", false },
        { "log's origin", "GET // HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost:{0}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n", true },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task Refusals_are_logged_once_with_their_count(string _, string request, bool onLog)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        for (var i = 1; i <= 300; i++)
        {
            using var raw = await RawHttp.ConnectAsync(onLog ? bridge.WebSocketPort : bridge.HttpPort);
            await raw.SendAsync(request.Replace("{0}", $"{i}", StringComparison.Ordinal));
            await raw.ReadAsync(12);
        }

        await bridge.StopAsync();
        await bridge.Log.DisposeAsync();
        var warnings = bridge.ReadLogFile().Split('\n').Where(line => line.Contains(" WARNING ", StringComparison.Ordinal)).ToList();

        // what the bridge refuses, the server may refuse too: for its rest, or for its body
        Assert.True(warnings.Count is 2 or 4, string.Join('\n', warnings));
        Assert.All(warnings.Skip(warnings.Count / 2), line => Assert.Matches(" [0-9]+ more were refused for this reason within 60 s", line));
    }
}
