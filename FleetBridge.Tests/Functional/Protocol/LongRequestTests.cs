using System.Diagnostics;
using System.Text.Json.Nodes;
using FleetBridge.Protocol;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Protocol;

public sealed class LongRequestTests(ITestOutputHelper output)
{
    private readonly WatchedTimeProvider _clock = new();

    [Theory]
    [InlineData("thing/wait")]
    [InlineData("thing/create")]
    [InlineData("mischief/block")]
    public async Task Request_that_takes_long_sends_spaces_every_five_seconds_then_its_json(string operation)
    {
        await using var bridge = await TestBridge.StartAsync(output, clock: _clock);
        using var raw = await BeginAsync(bridge, operation);
        for (var spaces = 0; spaces < 3; spaces++)
        {
            await TickAsync();
            if (spaces == 0)
            {
                var head = await raw.ReadHeadAsync();
                Assert.StartsWith("HTTP/1.1 200 ", head, StringComparison.Ordinal);
                Assert.Contains("Transfer-Encoding: chunked", head, StringComparison.Ordinal);
                Assert.Contains("Content-Type: application/json", head, StringComparison.Ordinal);
                Assert.DoesNotContain("Content-Length", head, StringComparison.Ordinal);
            }

            // the chunk is here while the operation still runs: it was flushed
            Assert.Equal(BackendEndpoint.Trickle.ToArray(), await raw.ReadChunkAsync());
        }

        OpenGate(bridge);
        var json = JsonNode.Parse(await raw.ReadChunkAsync())!;
        Assert.Equal("True", (string?)json["Overall Result"]);
        Assert.Empty(await raw.ReadChunkAsync());

        // and the connection continues
        await raw.SendAsync(RawHttp.EngineRequest(bridge.HttpPort, "/probe/1/deployment/thing/check"));
        Assert.NotEmpty((await raw.ReadResponseAsync()).Headers["Content-Length"]);
    }

    [Fact]
    public async Task Request_that_ends_just_before_five_seconds_has_its_length_and_no_space()
    {
        await using var bridge = await TestBridge.StartAsync(output, clock: _clock);
        using var raw = await BeginAsync(bridge, "thing/wait");
        await _clock.WaitForTimerAsync(BackendEndpoint.TrickleInterval);
        _clock.Advance(BackendEndpoint.TrickleInterval - TimeSpan.FromMilliseconds(1));
        OpenGate(bridge);
        var response = await raw.ReadResponseAsync();
        Assert.Equal([$"{response.Body.Length}"], response.Headers["Content-Length"]);
        Assert.Equal((byte)'{', response.Body[0]);
    }

    [Fact]
    public async Task Engine_is_told_after_five_real_seconds()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var watch = Stopwatch.StartNew();
        using var raw = await BeginAsync(bridge, "thing/wait");
        await raw.ReadHeadAsync();
        Assert.Equal(BackendEndpoint.Trickle.ToArray(), await raw.ReadChunkAsync());
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(4.5), TimeSpan.FromSeconds(25));
        OpenGate(bridge);
        Assert.Equal("True", (string?)JsonNode.Parse(await raw.ReadChunkAsync())!["Overall Result"]);
    }

    [Fact]
    public async Task Others_are_answered_while_many_operations_block_their_threads()
    {
        await using var bridge = await TestBridge.StartAsync(output, clock: _clock);
        var blocked = new List<RawHttp>();
        for (var i = 0; i < 4; i++)
        {
            var raw = await RawHttp.ConnectAsync(bridge.HttpPort);
            await raw.SendAsync(RawHttp.EngineRequest(bridge.HttpPort, Target(bridge, "mischief/block")));
            blocked.Add(raw);
        }

        Assert.Equal(200, (await RawHttp.PostAsync(bridge.HttpPort, "/probe/1/deployment/thing/check")).Status);
        OpenGate(bridge);
        foreach (var raw in blocked)
        {
            Assert.Equal("True", (string?)(await raw.ReadResponseAsync()).Json["Overall Result"]);
            raw.Dispose();
        }
    }

    private static string Target(TestBridge bridge, string operation) =>
        $"/probe/1/deployment/{operation}?{new ProbeFiles(bridge.Folder).Query}";

    private static void OpenGate(TestBridge bridge) => new ProbeFiles(bridge.Folder).OpenGate();

    private static async Task<RawHttp> BeginAsync(TestBridge bridge, string operation)
    {
        await bridge.Server.BackendsLoaded;
        var raw = await RawHttp.ConnectAsync(bridge.HttpPort);
        await raw.SendAsync(RawHttp.EngineRequest(bridge.HttpPort, Target(bridge, operation)));
        return raw;
    }

    private async Task TickAsync()
    {
        await _clock.WaitForTimerAsync(BackendEndpoint.TrickleInterval);
        _clock.Advance(BackendEndpoint.TrickleInterval);
    }
}
