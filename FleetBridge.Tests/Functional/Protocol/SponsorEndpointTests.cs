using System.Net;
using System.Text.Json.Nodes;
using FleetBridge.Core.Security;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Protocol;

/// <summary>What an editor's module asks about itself, on the port for requests.</summary>
public sealed class SponsorEndpointTests
{
    private static readonly string Own = $"/sponsors/{Environment.ProcessId}";

    [Fact]
    public async Task Editor_is_listed_until_it_leaves()
    {
        await using var bridge = await TestBridge.StartAsync();
        var (status, health) = await SendAsync(bridge, HttpMethod.Put, Own);
        Assert.Equal((HttpStatusCode.OK, "FleetBridge"), (status, (string?)health["name"]));
        var listed = (await SendAsync(bridge, HttpMethod.Get, "/healthz")).Json["sponsors"]!.AsArray();
        Assert.Equal(Environment.ProcessId, (int)Assert.Single(listed)!["pid"]!);
        (status, health) = await SendAsync(bridge, HttpMethod.Delete, Own);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Empty(health["sponsors"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(bridge, HttpMethod.Delete, Own)).Status);
    }

    [Theory]
    [InlineData("PUT", "/sponsors/0", 400, "is not a process id")]
    [InlineData("PUT", "/sponsors/-1", 400, "is not a process id")]
    [InlineData("PUT", "/sponsors/editor", 400, "is not a process id")]
    [InlineData("PUT", "/sponsors/99999999999", 400, "is not a process id")]
    [InlineData("PUT", "/sponsors/2147483647", 404, "There is no process 2147483647")]
    [InlineData("GET", "/sponsors/2147483647/log", 404, "Send PUT /sponsors/2147483647 first")]
    [InlineData("PATCH", "/sponsors/1", 405, "Use PUT, DELETE here")]
    [InlineData("PUT", "/sponsors/1/log", 405, "Use GET here")]
    [InlineData("POST", "/sponsors/1", 404, "sponsors")]
    public async Task Wrong_request_is_told_what_is_wrong(string method, string target, int status, string message)
    {
        await using var bridge = await TestBridge.StartAsync();
        var response = await SendAsync(bridge, new HttpMethod(method), target);
        Assert.Equal(status, (int)response.Status);
        Assert.Contains(message, (string?)response.Json["Error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Web_page_is_refused()
    {
        await using var bridge = await TestBridge.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, Own);
        request.Headers.Add("Origin", "https://example.com");
        using var response = await bridge.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty((await SendAsync(bridge, HttpMethod.Get, "/healthz")).Json["sponsors"]!.AsArray());
    }

    [Fact]
    public async Task Bridge_with_a_token_requires_it()
    {
        var token = new AccessToken("a-token-of-at-least-32-characters");
        await using var bridge = await TestBridge.StartAsync(token: token);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(bridge, HttpMethod.Put, Own)).Status);
        Assert.Null((await SendAsync(bridge, HttpMethod.Get, "/healthz")).Json["sponsors"]);
    }

    [Fact]
    public async Task Stream_has_the_records_of_the_editors_own_requests()
    {
        Requires.Linux();
        await using var bridge = await TestBridge.StartAsync();
        await SendAsync(bridge, HttpMethod.Put, Own);
        using var response = await bridge.Http.GetAsync(new Uri($"{Own}/log", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(bridge, HttpMethod.Get, $"{Own}/log")).Status);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=hello");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        string? text;
        do
        {
            var line = await lines.ReadLineAsync().WaitAsync(Eventually.Limit);
            text = (string?)JsonNode.Parse(line!)!["message"];
        }
        while (text != "hello 1");

        await bridge.StopAsync();
        while (await lines.ReadLineAsync().WaitAsync(Eventually.Limit) is not null)
        {
        }
    }

    private static async Task<(HttpStatusCode Status, JsonObject Json)> SendAsync(TestBridge bridge, HttpMethod method, string target)
    {
        using var request = new HttpRequestMessage(method, new Uri(target, UriKind.Relative));
        using var response = await bridge.Http.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject());
    }
}
