using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Protocol;

public sealed class BackendEndpointTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Request_with_raw_quotes_is_read_by_the_editors_rules()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var response = await RawHttp.PostAsync(
            bridge.HttpPort, "/probe_backend/1/deployment/thing/check?prefix=x&text=\"C%3A%5CMy%20Games\\{a[b\"");
        Assert.Equal(200, response.Status);
        Assert.Equal("True", (string?)response.Json["Overall Result"]);
        Assert.Equal("C:\\My Games\\{a[b", (string?)response.Json["Details"]!["text"]);
    }
}
