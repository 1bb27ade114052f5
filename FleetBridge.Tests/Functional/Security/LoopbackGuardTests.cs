using FleetBridge.Core.Security;
using FleetBridge.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Tests.Functional.Security;

public sealed class LoopbackGuardTests(SharedBridge shared) : IClassFixture<SharedBridge>
{
    private readonly TestBridge _bridge = shared.Bridge;

    /// <summary>The headers of a request, and whether they may pass.</summary>
    public static TheoryData<string, bool> Headers => new()
    {
        { "Host: localhost", true },
        { "Host: localhost:8000", true },
        { "Host: localhost:1", true },
        { "Host: LocalHost:8000", true },
        { "Host: 127.0.0.1", true },
        { "Host: 127.0.0.1:65535", true },
        { "Host: [::1]", true },
        { "Host: [::1]:8000", true },
        { "Host: example.com", false },
        { "Host: example.com:8000", false },
        { "Host: localhost.example.com", false },
        { "Host: example.com.localhost", false },
        { "Host: 127.0.0.1.example.com", false },
        { "Host: 127.0.0.2", false },
        { "Host: 0.0.0.0:8000", false },
        { "Host: [::ffff:127.0.0.1]", false },
        { "Host: 2130706433", false },
        { "Host: 192.168.0.10:8000", false },
        { "Host: ", false },
        { "Host: localhost.", false },
        { "Host: localhost:99999", false },
        { "Host: 127.1", false },
        { "Host: 127.0.0.1.nip.io", false },
        { "Host: [0:0:0:0:0:0:0:1]", false },
        { "Host: example.com\r\nX-Forwarded-Host: localhost\r\nForwarded: host=localhost", false },
        { "Host: localhost\r\nOrigin: http://localhost", true },
        { "Host: localhost\r\nOrigin: http://localhost:3000", true },
        { "Host: localhost\r\nOrigin: https://127.0.0.1:8443", true },
        { "Host: localhost\r\nOrigin: http://[::1]:8000", true },
        { "Host: localhost\r\nOrigin: http://example.com", false },
        { "Host: localhost\r\nOrigin: https://localhost.example.com", false },
        { "Host: localhost\r\nOrigin: http://localhost@example.com", false },
        { "Host: localhost\r\nOrigin: http://localhost:80@example.com", false },
        { "Host: localhost\r\nOrigin: http://localhost.", false },
        { "Host: localhost\r\nOrigin: http://localhost/", false },
        { "Host: localhost\r\nOrigin: http://localhost:99999", false },
        { "Host: localhost\r\nOrigin: http://[::1]example.com", false },
        { "Host: localhost\r\nOrigin: http://2130706433", false },
        { "Host: localhost\r\nOrigin: http://foo.localhost", false },
        { "Host: localhost\r\nOrigin: ", false },
        { "Host: localhost\r\nOrigin: null", false },
        { "Host: localhost\r\nOrigin: file:///C:/page.html", false },
        { "Host: localhost\r\nOrigin: chrome-extension://abcdefgh", false },
        { "Host: localhost\r\nOrigin: ftp://localhost", false },
        { "Host: localhost\r\nOrigin: localhost", false },
        { "Host: localhost\r\nOrigin: http://localhost\r\nOrigin: http://example.com", false },
        { "Host: localhost\r\nOrigin: http://localhost, http://example.com", false },
        { "Host: localhost\r\nReferer: http://example.com/page.html", false },
        { "Host: localhost\r\nReferer: https://localhost.example.com/", false },
        { "Host: localhost\r\nReferer: http://localhost@example.com/", false },
        { "Host: localhost\r\nReferer: http://localhost\\@example.com/", false },
        { "Host: localhost\r\nReferer: http://localhost/\r\nReferer: http://example.com/", false },
        { "Host: localhost\r\nReferer: file:///C:/page.html", false },
        { "Host: localhost\r\nOrigin: http://localhost\r\nReferer: http://example.com/", false },
        { "Host: localhost\r\nReferer: http://localhost:3000/page.html?x=http://example.com", true },
        { "Host: localhost\r\nReferer: https://[::1]", true },
        { "Host: localhost\r\nReferer: ", true },
        { "Host: localhost\r\nSec-Fetch-Site: same-origin, cross-site", false },
        { "Host: localhost\r\nSec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site", false },
        { "Host: localhost\r\nSec-Fetch-Site: cross-site", false },
        { "Host: localhost\r\nSec-Fetch-Site: Cross-Site", false },
        { "Host: localhost\r\nSec-Fetch-Site: same-origin", true },
        { "Host: localhost\r\nSec-Fetch-Site: same-site", true },
        { "Host: localhost\r\nSec-Fetch-Site: none", true },
        { "Host: localhost\r\nOrigin: http://localhost\r\nSec-Fetch-Site: cross-site", false },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Request_passes_or_is_403_with_json(string headers, bool passes)
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        await raw.SendAsync($"POST /probe/1/deployment/thing/check HTTP/1.1\r\n{headers}\r\nContent-Length: 0\r\n\r\n");
        await AssertAsync(await raw.ReadResponseAsync(), passes ? 200 : 403);
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Upgrade_passes_or_is_403(string headers, bool passes)
    {
        // with a body-less GET that is no upgrade the socket's port answers 426: the guard stands before it
        using var raw = await RawHttp.ConnectAsync(_bridge.WebSocketPort);
        await raw.SendAsync($"GET // HTTP/1.1\r\n{headers}\r\n\r\n");
        await AssertAsync(await raw.ReadResponseAsync(), passes ? 426 : 403);
    }

    [Theory]
    [InlineData("Host: localhost\r\nOrigin: http://localhost", 101)]
    [InlineData("Host: localhost:8765\r\nOrigin: http://localhost", 101)]
    [InlineData("Host: [::1]:8765", 101)]
    [InlineData("Host: localhost\r\nOrigin: http://example.com", 403)]
    [InlineData("Host: rebound.example.com:8765\r\nOrigin: http://rebound.example.com:8765", 403)]
    [InlineData("Host: localhost\r\nSec-Fetch-Site: cross-site", 403)]
    public async Task WebSocket_handshake_of_another_site_is_refused(string headers, int status)
    {
        await using var bridge = await TestBridge.StartAsync();
        using var raw = await RawHttp.ConnectAsync(bridge.WebSocketPort);
        await raw.SendAsync($"GET // HTTP/1.1\r\n{headers}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", await raw.ReadHeadAsync(), StringComparison.Ordinal);

        // and who was refused does not hold the one place
        if (status == 403)
        {
            using var engine = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        }
    }

    [Fact]
    public async Task Health_is_behind_the_guard_too()
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        await raw.SendAsync("GET /healthz HTTP/1.1\r\nHost: example.com\r\n\r\n");
        await AssertAsync(await raw.ReadResponseAsync(), 403);
    }

    [Fact]
    public async Task Request_without_a_host_is_refused()
    {
        using var old = await RawHttp.ConnectAsync(_bridge.HttpPort);
        await old.SendAsync("POST /probe/1/metadata HTTP/1.0\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(403, (await old.ReadResponseAsync()).Status);

        // HTTP/1.1 has to have one (RFC 9112, section 3.2)
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        await raw.SendAsync("POST /probe/1/metadata HTTP/1.1\r\n\r\n");
        Assert.Equal(400, (await raw.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Preflight_of_another_site_gets_no_permission()
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        await raw.SendAsync("OPTIONS /probe/1/metadata HTTP/1.1\r\nHost: localhost\r\nOrigin: http://example.com\r\n"
            + "Access-Control-Request-Method: POST\r\n\r\n");
        var response = await raw.ReadResponseAsync();
        Assert.Equal(403, response.Status);
        Assert.DoesNotContain("Access-Control", response.Head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Objection_names_what_was_sent_and_cuts_it_short()
    {
        var request = new DefaultHttpContext().Request;
        request.Host = new HostString(new string('x', 5_000) + ".example.com");
        var objection = LoopbackGuard.FindObjection(request);
        Assert.Contains("xxx", objection, StringComparison.Ordinal);
        Assert.InRange(objection!.Length, 100, 300);
    }

    private async Task AssertAsync(RawResponse response, int status)
    {
        Assert.Equal(status, response.Status);
        if (status == 403)
        {
            Assert.Equal("False", (string?)response.Json["Overall Result"]);
            Assert.NotEmpty((string?)response.Json["Error"] ?? "");
            Assert.Equal(["close"], response.Headers["Connection"]);
            Assert.Equal(200, (await RawHttp.PostAsync(_bridge.HttpPort, "/probe/1/metadata")).Status);
        }
    }
}
