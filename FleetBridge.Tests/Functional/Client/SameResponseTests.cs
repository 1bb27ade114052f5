using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Client;

/// <summary>A request has the same response from the bridge inside the program as from a running one, whatever it is.</summary>
public sealed class SameResponseTests(ITestOutputHelper output) : CliTest
{
    [Theory]
    [InlineData("probe/1/metadata")]
    [InlineData("probe/1/resources")]
    [InlineData("probe/1/config?prefix=x&text=\"a%20b\"")]
    [InlineData("probe/1/config?nonsense=1")]
    [InlineData("probe/1/doctor")]
    [InlineData("probe_backend/1/deployment/thing_check?text=gr%C3%B6%C3%9Fe")]
    [InlineData("probe/1/deployment/mischief/fail")]
    [InlineData("probe/1/deployment/mischief/throw")]
    [InlineData("probe/1/deployment/thing/check?nonsense=1")]
    [InlineData("probe/1/deployment/thing/nonsense")]
    [InlineData("probe/2/metadata")]
    [InlineData("probe/2/config")]
    [InlineData("probe/1")]
    public async Task Response_is_the_same_in_this_process_and_from_a_bridge(string request)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var here = await RunAsync("request", request, "--backends", Repository.ProbeRoot);
        var there = await RunAsync("request", request, "--url", $"http://127.0.0.1:{bridge.HttpPort}");
        Assert.Equal(there.Output, here.Output);
        Assert.Equal(there.Code, here.Code);
        Assert.NotNull((string?)here.Json["Overall Result"]);
    }
}
