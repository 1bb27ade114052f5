using FleetBridge.Protocol;
using FleetBridge.Tests.Functional.Logs;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Protocol;

/// <summary>The one place at the log socket: who has it, who loses it, and what the next one gets.</summary>
public sealed class LogSocketPlaceTests(ITestOutputHelper output)
{
    /// <summary>On a loaded machine a client may take longer to leave than a newcomer waits for it.</summary>
    private static ShiftableClock Patient => new(patience: 100);

    [Fact]
    public async Task Second_client_is_refused_before_the_upgrade_and_the_first_reads_on()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var first = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        using (var second = await RawHttp.ConnectAsync(bridge.WebSocketPort))
        {
            await second.SendAsync(RawWebSocket.EngineUpgrade());
            var response = await second.ReadResponseAsync();
            Assert.Equal(409, response.Status);
            Assert.Equal("False", (string?)response.Json["Overall Result"]);
            Assert.Contains("one client at a time", (string?)response.Json["Error"], StringComparison.Ordinal);
        }

        Assert.Equal("WARNING", (string?)(await first.ReadRecordAsync())["level"]);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=still");
        Assert.Equal("still 1", (string?)(await first.ReadRecordAsync())["message"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_that_vanishes_leaves_its_place_and_what_was_logged_since(bool reset)
    {
        await using var bridge = await TestBridge.StartAsync(output, clock: Patient);
        for (var i = 0; i < 20; i++)
        {
            var gone = CountGone(bridge);
            var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
            await bridge.PostAsync($"/probe/1/deployment/thing/log?text=before{i}");
            Assert.Equal($"before{i} 1", (string?)(await socket.ReadRecordAsync())["message"]);
            if (reset)
            {
                socket.Http.Reset();
            }
            else
            {
                socket.Dispose();
            }

            await Eventually.TrueAsync(() => CountGone(bridge) > gone, "the bridge sees that the client has gone");
            await bridge.PostAsync($"/probe/1/deployment/thing/log?text=meanwhile{i}&count=2");
            using var next = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
            Assert.Equal($"meanwhile{i} 1", (string?)(await next.ReadRecordAsync())["message"]);
            Assert.Equal($"meanwhile{i} 2", (string?)(await next.ReadRecordAsync())["message"]);
            await next.SendFrameAsync(Frame.Close, []);
            Assert.Equal(Frame.Close, (await new RecordReader(next).ReadFrameAsync())!.OpCode);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Next_client_is_welcome_at_once(bool reset)
    {
        await using var bridge = await TestBridge.StartAsync(output, clock: Patient);
        for (var i = 0; i < 50; i++)
        {
            var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
            if (reset)
            {
                socket.Http.Reset();
            }
            else
            {
                socket.Dispose();
            }

            // no wait in between, as an editor that is restarted
            using var next = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
            await bridge.PostAsync($"/probe/1/deployment/thing/log?text=n{i}");
            Assert.Equal($"n{i} 1", (string?)(await next.ReadRecordAsync())["message"]);
        }
    }

    [Fact]
    public async Task Silent_client_keeps_its_place_within_the_limit()
    {
        var clock = new ShiftableClock();
        await using var bridge = await TestBridge.StartAsync(output, clock: clock);
        using var first = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        clock.MoveAhead(LogSocket.SilenceLimit / 2);
        await AssertRefusedAsync(bridge);
    }

    [Fact]
    public async Task Client_that_responds_keeps_its_place_forever()
    {
        var clock = new ShiftableClock();
        await using var bridge = await TestBridge.StartAsync(output, clock: clock);
        using var first = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        for (var i = 0; i < 3; i++)
        {
            clock.MoveAhead(LogSocket.SilenceLimit * 2);
            await first.SendFrameAsync(Frame.Ping, [1]);
            Assert.Equal(Frame.Pong, await NextControlAsync(first));
            await AssertRefusedAsync(bridge);
        }
    }

    [Fact]
    public async Task Silent_client_loses_its_place_to_a_newcomer_only()
    {
        var clock = Patient;
        await using var bridge = await TestBridge.StartAsync(output, clock: clock);
        using var silent = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=mine");
        Assert.Equal("mine 1", (string?)(await silent.ReadRecordAsync())["message"]);
        clock.MoveAhead(LogSocket.SilenceLimit * 2);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=stillmine");
        Assert.Equal("stillmine 1", (string?)(await silent.ReadRecordAsync())["message"]);

        using var next = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=yours");
        await Eventually.TrueAsync(
            async () => (string?)(await next.ReadRecordAsync())["message"] == "yours 1", "the newcomer reads the log");
        await silent.Http.ReadToEndAsync();
    }

    [Fact]
    public async Task Hung_client_loses_its_place_and_what_it_did_not_take_is_the_newcomers()
    {
        // less patient than the others: the request itself waits for the hung client, too
        var clock = new ShiftableClock(patience: 5);
        await using var bridge = await TestBridge.StartAsync(clock: clock);
        using var hung = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync($"/probe/1/deployment/thing/log?text={new string('h', 60_000)}&count=300");
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=last");
        clock.MoveAhead(LogSocket.SilenceLimit * 2);

        using var next = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        var reader = new RecordReader(next);
        var (previous, message) = (0, await reader.ReadMessageAsync());
        while (message != "last 1")
        {
            if (message.StartsWith("hhh", StringComparison.Ordinal))
            {
                var number = int.Parse(message.AsSpan(message.LastIndexOf(' ')), null);
                Assert.True(previous == 0 || number == previous + 1, $"{number} follows {previous}");
                previous = number;
            }

            message = await reader.ReadMessageAsync();
        }

        Assert.Equal(300, previous);
    }

    private static async Task<int> NextControlAsync(RawWebSocket socket)
    {
        while (true)
        {
            var frame = await socket.ReadFrameAsync();
            if (frame.OpCode == Frame.Pong)
            {
                return frame.OpCode;
            }
        }
    }

    private static async Task AssertRefusedAsync(TestBridge bridge)
    {
        using var second = await RawHttp.ConnectAsync(bridge.WebSocketPort);
        await second.SendAsync(RawWebSocket.EngineUpgrade());
        Assert.StartsWith("HTTP/1.1 409 ", await second.ReadHeadAsync(), StringComparison.Ordinal);
    }

    private static int CountGone(TestBridge bridge) =>
        bridge.ReadLogFile().Split("The log client has disconnected.").Length - 1;
}
