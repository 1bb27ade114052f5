using System.Net.Sockets;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Protocol;

public sealed class StopTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("wait")]
    [InlineData("create")]
    public async Task Stop_cancels_what_runs_and_its_client_is_answered(string operation)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var files = new ProbeFiles(bridge.Folder);
        var running = RawHttp.PostAsync(bridge.HttpPort, $"/probe/1/deployment/thing/{operation}?{files.Query}");
        await files.WaitUntilBegunAsync();
        await bridge.StopAsync();
        Assert.Equal("cancelled", await files.WaitUntilDoneAsync());
        var response = await running;
        Assert.Equal("False", (string?)response.Json["Overall Result"]);
        Assert.Contains("was cancelled", (string?)response.Json["Error"], StringComparison.Ordinal);
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains("was cancelled: the bridge is stopping", StringComparison.Ordinal), "the log says so");
    }

    [Fact]
    public async Task Stop_waits_for_clean_up_and_answers_newcomers_with_503_meanwhile()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var files = new ProbeFiles(bridge.Folder);

        // it does not listen to its cancellation: as one that takes long to clean up
        using var running = await RawHttp.ConnectAsync(bridge.HttpPort);
        await running.SendAsync(RawHttp.EngineRequest(bridge.HttpPort, $"/probe/1/deployment/mischief/block?{files.Query}"));
        using var kept = await RawHttp.ConnectAsync(bridge.HttpPort);
        await kept.SendAsync(RawHttp.EngineRequest(bridge.HttpPort, "/probe/1/deployment/thing/check"));
        Assert.Equal(200, (await kept.ReadResponseAsync()).Status);
        await Eventually.TrueAsync(() => bridge.Server.RunningRequests == 1, "the blocking request runs");

        var stopping = bridge.StopAsync();
        await kept.SendAsync(RawHttp.EngineRequest(bridge.HttpPort, "/probe/1/deployment/thing/check"));
        var refused = await kept.ReadResponseAsync();
        Assert.Equal(503, refused.Status);
        Assert.Equal("False", (string?)refused.Json["Overall Result"]);
        Assert.Equal(503, (await RawHttp.PostAsync(bridge.HttpPort, "/probe/1/metadata")).Status);
        Assert.False(stopping.IsCompleted);

        files.OpenGate();
        Assert.Equal("True", (string?)(await running.ReadResponseAsync()).Json["Overall Result"]);
        await stopping;
        await Assert.ThrowsAnyAsync<SocketException>(() => RawHttp.ConnectAsync(bridge.HttpPort));
        await Assert.ThrowsAnyAsync<SocketException>(() => RawHttp.ConnectAsync(bridge.WebSocketPort));
    }

    [Fact]
    public async Task Stop_gives_up_on_what_does_not_end_in_time()
    {
        await using var bridge = await TestBridge.StartAsync(output, cleanUpLimit: TimeSpan.FromMilliseconds(200));
        var files = new ProbeFiles(bridge.Folder);
        using var raw = await RawHttp.ConnectAsync(bridge.HttpPort);
        await raw.SendAsync(RawHttp.EngineRequest(bridge.HttpPort, $"/probe/1/deployment/mischief/block?{files.Query}"));
        await Eventually.TrueAsync(() => bridge.Server.RunningRequests == 1, "the blocking request runs");
        await bridge.StopAsync().WaitAsync(Eventually.Limit);
        Assert.Equal(1, bridge.Server.RunningRequests);
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains("1 requests did not end in time", StringComparison.Ordinal), "the log says so");
        files.OpenGate();
    }

    [Fact]
    public async Task Stop_with_idle_and_silent_connections_does_not_wait_for_them()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var silent = await RawHttp.ConnectAsync(bridge.HttpPort);
        using var idle = await RawHttp.ConnectAsync(bridge.HttpPort);
        await idle.SendAsync(RawHttp.EngineRequest(bridge.HttpPort, "/probe/1/metadata"));
        Assert.Equal(200, (await idle.ReadResponseAsync()).Status);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.StopAsync().WaitAsync(Eventually.Limit);
        Assert.True(await silent.IsClosedAsync());
        Assert.True(await idle.IsClosedAsync());
    }
}
