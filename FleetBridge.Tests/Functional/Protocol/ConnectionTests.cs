using System.Net;
using System.Net.Sockets;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Protocol;

public sealed class ConnectionTests(SharedBridge shared) : IClassFixture<SharedBridge>
{
    private const string Check = "/probe/1/deployment/thing/check";

    private readonly TestBridge _bridge = shared.Bridge;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Both_loopback_addresses_answer_on_the_same_ports(string text)
    {
        var address = IPAddress.Parse(text);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            Requires.IPv6Loopback();
        }

        using var http = await RawHttp.ConnectAsync(_bridge.HttpPort, address);
        await http.SendAsync(RawHttp.EngineRequest(_bridge.HttpPort, Check));
        Assert.Equal("True", (string?)(await http.ReadResponseAsync()).Json["Overall Result"]);

        using var log = await RawHttp.ConnectAsync(_bridge.WebSocketPort, address);
        await log.SendAsync("GET // HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Equal(426, (await log.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Connection_serves_one_request_after_the_other_whatever_their_status()
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        foreach (var (target, status) in new[] { (Check, 200), ("/nosuch/1/x", 404), ("/", 400), (Check, 200) })
        {
            await raw.SendAsync(RawHttp.EngineRequest(_bridge.HttpPort, target));
            var response = await raw.ReadResponseAsync();
            Assert.Equal(status, response.Status);
            Assert.Empty(response.Headers["Connection"]);
        }
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        await raw.SendAsync(string.Concat(Enumerable.Range(0, 20).Select(
            i => RawHttp.EngineRequest(_bridge.HttpPort, $"{Check}?text={i}"))));
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal($"{i}", (string?)(await raw.ReadResponseAsync()).Json["Details"]!["text"]);
        }
    }

    [Fact]
    public async Task Request_that_arrives_byte_by_byte_is_answered()
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        foreach (var letter in RawHttp.EngineRequest(_bridge.HttpPort, $"{Check}?text=\"a\\b\""))
        {
            await raw.SendAsync([(byte)letter]);
        }

        Assert.Equal("a\\b", (string?)(await raw.ReadResponseAsync()).Json["Details"]!["text"]);
    }

    [Fact]
    public async Task Answer_to_the_engine_is_plain_json_with_its_length()
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, Check);
        Assert.StartsWith("HTTP/1.1 200 ", response.Head, StringComparison.Ordinal);
        Assert.Equal([$"{response.Body.Length}"], response.Headers["Content-Length"]);
        Assert.Equal(["application/json"], response.Headers["Content-Type"]);
        Assert.All(
            ["Transfer-Encoding", "Content-Encoding", "Location", "Server", "Set-Cookie", "Access-Control-Allow-Origin"],
            name => Assert.Empty(response.Headers[name]));
        Assert.Equal((byte)'{', response.Body[0]);
    }

    [Theory]
    [InlineData("http://localhost:{0}")]
    [InlineData("http://localhost:{0}/")]
    public async Task Absolute_form_target_is_read_like_the_origin_form(string authority)
    {
        var target = string.Format(null, authority, _bridge.HttpPort) + Check + "?text=\"C%3A\\x%zz\"";
        var response = await RawHttp.PostAsync(_bridge.HttpPort, target);
        Assert.Equal(200, response.Status);
        Assert.Equal("C:\\x%zz", (string?)response.Json["Details"]!["text"]);
    }

    [Fact]
    public async Task Absolute_form_target_of_another_host_is_refused()
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, $"http://example.com{Check}");
        Assert.Contains(response.Status, new[] { 400, 403 });
    }

    [Fact]
    public async Task Http_1_0_client_is_answered_and_disconnected()
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        await raw.SendAsync($"POST {Check} HTTP/1.0\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(200, (await raw.ReadResponseAsync()).Status);
        Assert.True(await raw.IsClosedAsync());
    }

    [Fact]
    public async Task Client_that_expects_100_continue_is_answered()
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        await raw.SendAsync(
            $"POST {Check} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 100 ", await raw.ReadHeadAsync(), StringComparison.Ordinal);
        await raw.SendAsync("hi");
        Assert.Equal(200, (await raw.ReadResponseAsync()).Status);
    }
}
