using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Protocol;

public sealed class RoutingTests(SharedBridge shared) : IClassFixture<SharedBridge>
{
    private readonly TestBridge _bridge = shared.Bridge;

    [Theory]
    [InlineData("/probe/1/deployment/thing/check")]
    [InlineData("/probe/1/deployment/thing_check")]
    [InlineData("/probe_backend/1/deployment/thing/check")]
    [InlineData("/probe_backend/1/deployment/thing_check")]
    [InlineData("//probe///1/deployment//thing/check//")]
    [InlineData("/%70robe/%31/deployment/thing%5fcheck")]
    public async Task Every_spelling_finds_the_same_operation(string path)
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, path);
        Assert.Equal(200, response.Status);
        Assert.StartsWith("build-", (string?)response.Json["Details"]!["Build"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nosuch/1/metadata", "'nosuch'", "probe/1 (also probe_backend)", "hello/1", "aws/1")]
    [InlineData("/nosuch", "'nosuch'", "probe/1")]
    [InlineData("/PROBE/1/metadata", "'PROBE'", "probe/1")]
    [InlineData("/probe/2/metadata", "no version '2'", "Installed: 1")]
    [InlineData("/probe_backend/01/metadata", "no version '01'", "Installed: 1")]
    [InlineData("/probe/1/nosuch", "/nosuch", "/metadata", "/config", "/deployment/thing/check", "/deployment/mischief/throw")]
    [InlineData("/probe/1/deployment/nosuch/check", "/deployment/nosuch/check", "/deployment/thing/check")]
    [InlineData("/probe/1/deployment", "/deployment", "/deployment/thing/check")]
    [InlineData("/probe/1/deployment/thing/nosuch", "/deployment/thing/nosuch", "check, create, delete, wait, log")]
    [InlineData("/probe/1/deployment/thing_nosuch", "/deployment/thing_nosuch", "check, create, delete, wait, log")]
    [InlineData("/probe/1/deployment/thing", "/deployment/thing", "check, create, delete, wait, log")]
    [InlineData("/probe/1/metadata/metadata", "/metadata/metadata", "/metadata")]
    [InlineData("/probe/1/Metadata", "/Metadata", "/metadata")]
    [InlineData("/aws/1/deployment/fleet/explode", "/deployment/fleet/explode", "check")]
    public async Task Unknown_name_is_404_with_json_that_names_what_there_is(string path, params string[] parts)
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, path);
        Assert.Equal(404, response.Status);
        Assert.Equal("False", (string?)response.Json["Overall Result"]);
        Assert.All(parts, part => Assert.Contains(part, (string?)response.Json["Error"], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/probe/1/deployment/./thing/check")]
    [InlineData("/probe/1/deployment/x/../thing/check")]
    [InlineData("/probe/1/deployment/x/%2e%2e/thing/check")]
    [InlineData("/probe/1/deployment/x/.%2E/thing/check")]
    [InlineData("/probe/1/deployment%2fthing%2fcheck")]
    [InlineData("/probe/1/deployment%2Fthing/check")]
    [InlineData("/probe/1/deployment%5cthing%5ccheck")]
    [InlineData("/probe/1/deployment\\thing\\check")]
    [InlineData("/probe/1/deployment\\/thing/check")]
    [InlineData("/../probe/1/metadata")]
    [InlineData("/hello/../probe/1/metadata")]
    [InlineData("/probe%2f1/metadata/x")]
    [InlineData("/hello/../../../../etc/passwd")]
    [InlineData("/..%5c..%5cprobe/1/metadata")]
    [InlineData("/probe/1/%zz/%ff")]
    public async Task Dots_encoded_slashes_and_backslashes_walk_nowhere(string path)
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, path);
        Assert.Equal(404, response.Status);
        Assert.Equal("False", (string?)response.Json["Overall Result"]);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("/?prefix=x")]
    [InlineData("/probe")]
    [InlineData("/probe_backend/")]
    [InlineData("/probe/1")]
    [InlineData("/probe/1/?prefix=x")]
    public async Task Path_that_is_too_short_is_400_with_json(string path)
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, path);
        Assert.Equal(400, response.Status);
        Assert.Equal("False", (string?)response.Json["Overall Result"]);
        Assert.NotEmpty((string?)response.Json["Error"] ?? "");
    }

    [Theory]
    [InlineData("GET", "/probe/1/deployment/thing/check")]
    [InlineData("GET", "/probe_backend/1/metadata")]
    [InlineData("GET", "/probe/7/nosuch")]
    [InlineData("GET", "/aws")]
    [InlineData("PUT", "/probe/1/metadata")]
    [InlineData("DELETE", "/probe/1/deployment/thing/delete")]
    [InlineData("OPTIONS", "/probe/1/metadata")]
    [InlineData("PATCH", "/probe/1/metadata")]
    [InlineData("TRACE", "/probe/1/metadata")]
    public async Task Other_method_on_a_backends_path_is_405_that_allows_post(string method, string path)
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, path, method);
        Assert.Equal(405, response.Status);
        Assert.Equal(["POST"], response.Headers["Allow"]);
        Assert.Equal("False", (string?)response.Json["Overall Result"]);
    }

    [Fact]
    public async Task Head_on_a_backends_path_is_405_without_a_body()
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        await raw.SendAsync(RawHttp.EngineRequest(_bridge.HttpPort, "/probe/1/metadata", "HEAD"));
        var head = await raw.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 405 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nAllow: POST\r\n", head + "\r\n", StringComparison.Ordinal);

        // the next answer follows the head at once
        await raw.SendAsync(RawHttp.EngineRequest(_bridge.HttpPort, "/probe/1/metadata"));
        Assert.Equal(200, (await raw.ReadResponseAsync()).Status);
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/favicon.ico")]
    [InlineData("PUT", "/nosuch/1/metadata")]
    [InlineData("OPTIONS", "*")]
    [InlineData("GET", "/../probe/1/metadata")]
    public async Task Other_method_elsewhere_is_404_that_says_how_to_ask(string method, string path)
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, path, method);
        Assert.Equal(404, response.Status);
        Assert.Contains("POST /<backend>/<version>/", (string?)response.Json["Error"], StringComparison.Ordinal);
        Assert.Contains("probe/1", (string?)response.Json["Error"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Health_says_on_both_ports_who_serves_and_with_which_backends(bool onLogPort)
    {
        await _bridge.Server.BackendsLoaded;
        var response = await RawHttp.PostAsync(onLogPort ? _bridge.WebSocketPort : _bridge.HttpPort, "/healthz", "GET");
        Assert.Equal(200, response.Status);
        Assert.Equal(
            ["name", "version", "process", "pid", "http_port", "websocket_port", "stopping", "ready", "backends", "sponsors"],
            response.Json.Select(member => member.Key));
        Assert.Equal("FleetBridge", (string?)response.Json["name"]);
        Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+", (string?)response.Json["version"]);
        Assert.Equal(Environment.ProcessId, (int)response.Json["pid"]!);
        Assert.Equal(
            (_bridge.HttpPort, _bridge.WebSocketPort), ((int)response.Json["http_port"]!, (int)response.Json["websocket_port"]!));
        Assert.Equal((false, true), ((bool)response.Json["stopping"]!, (bool)response.Json["ready"]!));
        Assert.Equal(
            ["aws", "hello", "local", "probe"], response.Json["backends"]!.AsArray().Select(backend => (string?)backend!["name"]));
    }

    [Theory]
    [InlineData("/probe/1/../../healthz")]
    [InlineData("/probe/%2e%2e/healthz")]
    [InlineData("/HEALTHZ")]
    public async Task Health_is_not_walked_to(string path)
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, path, "GET");
        Assert.Contains(response.Status, new[] { 404, 405 });
    }
}
