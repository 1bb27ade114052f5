using FleetBridge.Core.Security;
using FleetBridge.Tests.Support;
using Serilog.Events;

namespace FleetBridge.Tests.Functional.Security;

/// <summary>A bridge that wants a token, on both of its ports.</summary>
public sealed class AccessTokenTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Token = "a-token-that-stands-in-no-log-0123456789";
    private const string Header = $"Authorization: Bearer {Token}\r\n";

    private TestBridge? _bridge;

    private TestBridge Bridge => _bridge!;

    public async ValueTask InitializeAsync() =>
        _bridge = await TestBridge.StartAsync(output, token: new AccessToken(Token), level: LogEventLevel.Verbose);

    public async ValueTask DisposeAsync() => await Bridge.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("Authorization: Bearer another-token-of-the-same-length-567890\r\n")]
    [InlineData("Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n")]
    [InlineData($"{Header}{Header}")]
    [InlineData($"X-{Header}")]
    [InlineData($"Cookie: token={Token}\r\n")]
    public async Task Client_without_it_is_401_on_both_ports_and_runs_nothing(string headers)
    {
        var files = new ProbeFiles(Bridge.Folder);
        files.OpenGate();
        var create = $"/probe/1/deployment/thing/create?{files.Query}";
        await AssertTurnedAwayAsync(Bridge.HttpPort, With(RawHttp.EngineRequest(Bridge.HttpPort, create), headers));
        await AssertTurnedAwayAsync(Bridge.HttpPort, With(RawHttp.EngineRequest(Bridge.HttpPort, "/healthz/x", "GET"), headers));
        await AssertTurnedAwayAsync(Bridge.HttpPort, With(RawHttp.EngineRequest(Bridge.HttpPort, "/healthz"), headers));
        await AssertTurnedAwayAsync(Bridge.WebSocketPort, RawWebSocket.EngineUpgrade(headers: headers));
        await AssertTurnedAwayAsync(Bridge.WebSocketPort, With(RawHttp.EngineRequest(Bridge.WebSocketPort, "/", "GET"), headers));
        Assert.False(files.HasBegun);

        // the place is free, and the bridge answers
        using var socket = await RawWebSocket.ConnectAsync(Bridge.WebSocketPort, headers: Header);
        using var raw = await RawHttp.ConnectAsync(Bridge.HttpPort);
        await raw.SendAsync(With(RawHttp.EngineRequest(Bridge.HttpPort, create), Header));
        Assert.Equal("True", (string?)(await raw.ReadResponseAsync()).Json["Overall Result"]);
    }

    [Fact]
    public async Task Token_in_the_address_counts_for_nothing_and_is_not_logged()
    {
        await AssertTurnedAwayAsync(
            Bridge.HttpPort, RawHttp.EngineRequest(Bridge.HttpPort, $"/probe/1/metadata?access_token={Token}"));
        await AssertNotLoggedAsync();
    }

    [Theory]
    [InlineData("Host: example.com\r\n")]
    [InlineData("Host: localhost\r\nOrigin: http://example.com\r\n")]
    public async Task Other_site_that_knows_it_is_403_all_the_same(string headers)
    {
        foreach (var port in new[] { Bridge.HttpPort, Bridge.WebSocketPort })
        {
            using var raw = await RawHttp.ConnectAsync(port);
            await raw.SendAsync($"GET /healthz HTTP/1.1\r\n{headers}{Header}\r\n");
            Assert.Equal(403, (await raw.ReadResponseAsync()).Status);
        }
    }

    [Fact]
    public async Task Health_tells_strangers_who_serves_and_nothing_of_the_backends()
    {
        await Bridge.Server.BackendsLoaded;
        foreach (var port in new[] { Bridge.HttpPort, Bridge.WebSocketPort })
        {
            var stranger = await RawHttp.PostAsync(port, "/healthz", "GET");
            Assert.Equal(200, stranger.Status);
            Assert.Equal(
                ["name", "version", "process", "pid", "http_port", "websocket_port", "stopping", "ready"],
                stranger.Json.Select(member => member.Key));
            Assert.DoesNotContain(Repository.ProbeRoot, stranger.Text, StringComparison.Ordinal);

            using var raw = await RawHttp.ConnectAsync(port);
            await raw.SendAsync(With(RawHttp.EngineRequest(port, "/healthz", "GET"), Header));
            Assert.Equal(2, (await raw.ReadResponseAsync()).Json["backends"]!.AsArray().Count);
        }
    }

    [Theory]
    [InlineData($"Authorization : Bearer {Token}\r\n")]
    [InlineData($"{Header} folded\r\n")]
    [InlineData($"Authorization: Bearer {Token}\0\r\n")]
    [InlineData($"Transfer-Encoding: Bearer {Token}\r\n")]
    [InlineData($"Host: {Token}\r\n{Header}")]
    [InlineData($"Origin: Bearer {Token}\r\n")]
    [InlineData($"{Header}Sec-Fetch-Site: cross-site\r\n")]
    public async Task Request_that_goes_wrong_with_it_leaves_it_out_of_the_log(string headers)
    {
        using var raw = await RawHttp.ConnectAsync(Bridge.HttpPort);
        await raw.SendAsync($"POST /probe/1/metadata HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
        Assert.Contains((await raw.ReadResponseAsync()).Status, new[] { 400, 403 });
        await AssertNotLoggedAsync();
    }

    private static string With(string request, string headers) => request.Replace("\r\n\r\n", $"\r\n{headers}\r\n", StringComparison.Ordinal);

    private static async Task AssertTurnedAwayAsync(int port, string request)
    {
        using var raw = await RawHttp.ConnectAsync(port);
        await raw.SendAsync(request);
        var response = await raw.ReadResponseAsync();
        Assert.Equal(401, response.Status);
        Assert.Equal(["Bearer"], response.Headers["WWW-Authenticate"]);
        Assert.Equal("False", (string?)response.Json["Overall Result"]);
        Assert.Contains("FLEETBRIDGE_TOKEN_FILE", (string?)response.Json["Error"], StringComparison.Ordinal);
        Assert.True(await raw.IsClosedAsync());
    }

    private async Task AssertNotLoggedAsync()
    {
        await Bridge.StopAsync();
        await Bridge.Log.DisposeAsync();
        Assert.Contains("WARNING", Bridge.ReadLogFile(), StringComparison.Ordinal);
        Assert.DoesNotContain(Token, Bridge.ReadLogFile(), StringComparison.Ordinal);
    }
}
