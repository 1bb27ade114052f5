using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Gateway.Rights;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Gateway;

public sealed class HostileConsumerTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private int Port => shared.Bridge.GatewayPort;

    [Theory]
    [InlineData(null, "", "", 401)]
    [InlineData("good", "", "", 101)]
    [InlineData("", "", "", 401)]
    [InlineData("x", "", "", 401)]
    [InlineData("fb_", "", "", 401)]
    [InlineData("fb_000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "", "", 401)]
    [InlineData("good-x", "", "", 401)]
    [InlineData("expired", "", "", 401)]
    [InlineData("revoked", "", "", 401)]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIiwicm9sZSI6ImFkbWluIiwiZXhwIjo5OTk5OTk5OTk5fQ.", "", "", 401)]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.AAAA", "", "", 401)]
    [InlineData(null, "?token=good", "", 401)]
    [InlineData(null, "?access_token=good", "Origin: own", 401)]
    [InlineData(null, "", "Authorization: Basic Z29vZDpnb29k", 401)]
    [InlineData(null, "", "Authorization: Bearer", 401)]
    [InlineData(null, "", "Cookie: fleetbridge-8770=good", 401)]
    [InlineData("good", "", "Origin: http://evil.example", 403)]
    [InlineData("good", "", "Origin: null", 403)]
    [InlineData("good", "", "Origin: http://localhost:3000", 403)]
    [InlineData("good", "", "Host: evil.example", 403)]
    [InlineData("good", "", "Host: localhost", 403)]
    [InlineData("good", "", "Sec-Fetch-Site: cross-site", 403)]
    [InlineData("good", "", "Sec-Fetch-Site: same-site", 403)]
    [InlineData("good", "", "Origin: own", 101)]
    [InlineData(null, "", "Origin: own", 101)]
    public async Task An_upgrade_is_accepted_or_refused_before_it(string? token, string query, string header, int status)
    {
        var headers = header.Length == 0
            ? []
            : new[] { (header.Split(": ")[0], header.Contains(": ", StringComparison.Ordinal) ? header.Split(": ")[1].Replace("own", $"http://localhost:{Port}", StringComparison.Ordinal) : "") };
        using var consumer = await GatewayConsumer.ConnectAsync(Port, Token(token), query.Replace("good", shared.Viewer, StringComparison.Ordinal), headers);
        Assert.Equal(status, consumer.Status);
    }

    [Fact]
    public async Task A_refusal_says_why()
    {
        using var http = await RawHttp.ConnectAsync(Port);
        await http.SendAsync($"GET /gateway HTTP/1.1\r\nHost: localhost:{Port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer nonsense-of-somebody\r\n\r\n");
        var response = await http.ReadResponseAsync();
        Assert.Equal(401, response.Status);
        Assert.Equal("bad_token", (string?)response.Json["error"]);
        Assert.Contains("fleetbridge token new", (string?)response.Json["description"]);
        Assert.DoesNotContain("nonsense-of-somebody", response.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("good", 0)]
    [InlineData("x", 4500)]
    [InlineData(null, 4500)]
    public async Task A_page_says_who_it_is_in_its_first_message(string? token, int code)
    {
        using var consumer = await GatewayConsumer.ConnectAsync(Port, null, "", ("Origin", $"http://localhost:{Port}"));
        await (token is null
            ? consumer.SendAsync("request", new JsonObject { ["service"] = "log", ["method"] = "range" })
            : consumer.SendAsync("authenticate", new JsonObject { ["token"] = Token(token) }));
        if (code == 0)
        {
            Assert.Equal("hello", (string?)(await consumer.ReadAsync("event"))["topic"]);
            Assert.NotNull((await consumer.CallAsync("log", "range"))["result"]);
        }
        else
        {
            Assert.Equal(code, await consumer.ReadToEndAsync());
        }
    }

    [Theory]
    [InlineData("{bad")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("{\"type\":1,\"payload\":{}}")]
    [InlineData("{\"type\":\"request\",\"payload\":[]}")]
    [InlineData("{\"type\":\"request\",\"type\":\"request\",\"payload\":{}}")]
    [InlineData("{\"type\":\"request\",\"payload\":{\"id\":\"\\ud800\"}}")]
    [InlineData("{\"type\":\"request\",\"payload\":{\"id\":7}}")]
    [InlineData("{\"type\":\"nothing\",\"payload\":{}}")]
    [InlineData("nested")]
    public async Task What_is_no_message_is_told_in_the_old_shape_and_the_next_one_is_heard(string text)
    {
        text = text == "nested" ? $"{{\"type\":\"request\",\"payload\":{new string('[', 100)}{new string(']', 100)}}}" : text;
        using var consumer = await GatewayConsumer.GreetedAsync(Port, shared.Viewer);
        await consumer.SendRawAsync(Encoding.UTF8.GetBytes(text));
        var error = await consumer.ReadAsync();
        Assert.Equal("bad_message", (string?)error!["error"]);
        Assert.False(string.IsNullOrEmpty((string?)error["description"]));
        await consumer.SendAsync("ping", []);
        Assert.Equal("pong", (string?)(await consumer.ReadAsync())!["type"]);
    }

    [Theory]
    [InlineData("binary", 1003)]
    [InlineData("large", 1009)]
    [InlineData("many large", 1009)]
    [InlineData("fragments", 0)]
    [InlineData("not utf-8", 1007)]
    public async Task A_message_that_is_no_text_or_too_large_closes_with_the_code_of_the_protocol(string what, int code)
    {
        using var consumer = await GatewayConsumer.GreetedAsync(Port, shared.Viewer);
        var large = Encoding.ASCII.GetBytes(new string(' ', 40_000));
        switch (what)
        {
            case "binary":
                await consumer.SendRawAsync([1, 2, 3], WebSocketMessageType.Binary);
                break;
            case "large":
                await consumer.SendRawAsync([.. large, .. large]);
                break;
            case "many large":
                for (var part = 0; part < 4; part++)
                {
                    await consumer.SendRawAsync(large, isEnd: false);
                }

                break;
            case "not utf-8":
                await consumer.SendRawAsync([0x22, 0xC3, 0x28, 0x22]);
                break;
            default:
                await consumer.SendRawAsync(large, isEnd: false);
                await consumer.SendRawAsync("{\"type\":\"ping\","u8.ToArray(), isEnd: false);
                await consumer.SendRawAsync("\"payload\":{}}"u8.ToArray());
                Assert.Equal("pong", (string?)(await consumer.ReadAsync())!["type"]);
                return;
        }

        Assert.Equal(code, await consumer.ReadToEndAsync());
    }

    [Theory]
    [InlineData("unknown", "not_found")]
    [InlineData("../log", "not_found")]
    [InlineData("", "not_found")]
    public async Task A_topic_that_is_none_is_told(string topic, string error)
    {
        using var consumer = await GatewayConsumer.GreetedAsync(Port, shared.Viewer);
        await consumer.SendAsync("subscribe", new JsonObject { ["topic"] = topic });
        Assert.Equal(error, (string?)(await consumer.ReadAsync("response"))["error"]!["error"]);
    }

    [Theory]
    [InlineData("/gateway", 426)]
    [InlineData("/healthz", 200)]
    [InlineData("/stream/map", 401)]
    public async Task Plain_requests_have_their_status(string path, int status)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var response = await client.GetAsync(new Uri($"http://localhost:{Port}{path}"));
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_stream_needs_a_viewer_and_is_of_pictures()
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://localhost:{Port}/stream/map"));
        request.Headers.Add("Authorization", $"Bearer {shared.Viewer}");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("multipart/x-mixed-replace", response.Content.Headers.ContentType!.MediaType);
    }

    private string? Token(string? kind)
    {
        switch (kind)
        {
            case "good":
                return shared.Viewer;
            case "good-x":
                return shared.Viewer + "x";
            case "expired":
                var late = new LocalTokens(shared.Bridge.Folder["state"], new ShiftedClock(TimeSpan.FromDays(-1)));
                late.Make("late", Role.Admin, TimeSpan.FromSeconds(1), out var expired);
                return expired;
            case "revoked":
                var id = shared.Tokens.Make("gone", Role.Admin, null, out var revoked).Id;
                shared.Tokens.Revoke(id);
                return revoked;
            default:
                return kind;
        }
    }
}
