using System.Diagnostics;
using System.Globalization;
using FleetBridge.Core.Logs;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Logs;

/// <summary>When records arrive, and what becomes of them when the client does not read.</summary>
public sealed class LogDeliveryTests(ITestOutputHelper output)
{
    /// <summary>On a loaded machine a record may take longer than a response waits for it; that is not what is tested.</summary>
    private static ShiftableClock Patient => new(patience: 100);

    [Fact]
    public async Task Records_of_a_request_are_readable_before_its_response()
    {
        await using var bridge = await TestBridge.StartAsync(output, clock: Patient);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        using var http = await RawHttp.ConnectAsync(bridge.HttpPort);
        for (var i = 0; i < 300; i++)
        {
            await http.SendAsync(RawHttp.EngineRequest(
                bridge.HttpPort, $"/probe/1/deployment/thing/log?text=request{i.ToString(CultureInfo.InvariantCulture)}&count=3"));
            Assert.Equal(200, (await http.ReadResponseAsync()).Status);

            // nothing here waits: what has not arrived by now fails the test
            Assert.Equal([$"request{i} 1", $"request{i} 2", $"request{i} 3"], await ReadAvailableAsync(socket));
        }
    }

    [Fact]
    public async Task Failed_request_has_its_reason_on_the_socket_before_its_response()
    {
        await using var bridge = await TestBridge.StartAsync(output, clock: Patient);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        for (var i = 0; i < 20; i++)
        {
            await RawHttp.PostAsync(bridge.HttpPort, "/probe/1/deployment/mischief/fail");
            Assert.Contains("It is broken. Fix it.", Assert.Single(await ReadAvailableAsync(socket)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Hundred_thousand_records_arrive_in_order_and_all_of_them()
    {
        const int Count = 100_000;
        await using var bridge = await TestBridge.StartAsync();
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        var reader = new RecordReader(socket);
        var posted = bridge.PostAsync($"/probe/1/deployment/thing/log?text=n&count={Count}");
        for (var i = 1; i <= Count; i++)
        {
            var frame = await reader.ReadFrameAsync();
            Assert.NotNull(frame);
            if (!frame.Payload.AsSpan().EndsWith(System.Text.Encoding.ASCII.GetBytes($"\"n {i}\"}}")))
            {
                Assert.Fail($"record {i} is {frame.Text}");
            }
        }

        Assert.Equal(200, (await posted).Status);
        Assert.Equal(0, bridge.Log.Editor.Waiting);
    }

    [Fact]
    public async Task Hung_client_holds_up_one_request_for_a_moment_and_no_other()
    {
        await using var bridge = await TestBridge.StartAsync();
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        var text = new string('h', 60_000);

        // 12 MB: more than the connection's buffers hold
        var watch = Stopwatch.StartNew();
        await bridge.PostAsync($"/probe/1/deployment/thing/log?text={text}&count=200");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));

        watch.Restart();
        for (var i = 0; i < 40; i++)
        {
            await bridge.PostAsync("/probe/1/deployment/thing/log?text=short&count=1");
        }

        // were each to wait for the client, they would take ten seconds
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, 20 * BridgeLog.DeliveryLimit);
        Assert.Equal(0, bridge.Log.Editor.Waiting);
    }

    [Fact]
    public async Task Client_that_hung_gets_the_rest_and_the_number_of_what_was_dropped()
    {
        const int Requests = 37;
        const int Each = 40;
        await using var bridge = await TestBridge.StartAsync();
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        for (var i = 0; i < Requests; i++)
        {
            // 40 records of 60 kB each: 89 MB in all, more than waits and the connection holds, and less than the files keep
            await bridge.PostAsync($"/probe/1/deployment/thing/log?text={i}-{new string('h', 60_000)}&count={Each}");
        }

        await bridge.PostAsync("/probe/1/deployment/thing/log?text=last&count=1");
        var (received, dropped, previous) = (0, 0, -1);
        var reader = new RecordReader(socket);
        while (true)
        {
            var message = await reader.ReadMessageAsync();
            if (message == "last 1")
            {
                break;
            }

            if (message.EndsWith("The log file has them all.", StringComparison.Ordinal))
            {
                var gap = int.Parse(message.AsSpan(0, message.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
                dropped += gap;
                previous += gap;
                continue;
            }

            var number = int.Parse(message.AsSpan(0, message.IndexOf('-', StringComparison.Ordinal)), CultureInfo.InvariantCulture) * Each
                + int.Parse(message.AsSpan(message.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture) - 1;
            Assert.Equal(previous + 1, number);
            previous = number;
            received++;
        }

        Assert.True(dropped > 0, "nothing was dropped: the test logs too little");
        Assert.Equal(Requests * Each, received + dropped);
        await bridge.StopAsync();
        await bridge.Log.DisposeAsync();
        Assert.Equal(Requests * Each, CountInLogFiles(bridge, " INFO probe ") - 1);
    }

    private static int CountInLogFiles(TestBridge bridge, string text) => Directory
        .EnumerateFiles(bridge.Folder.Path, "bridge*.log")
        .Sum(file => File.ReadLines(file).Count(line => line.Contains(text, StringComparison.Ordinal)));

    private static async Task<List<string>> ReadAvailableAsync(RawWebSocket socket) =>
        [.. (await socket.ReadAvailableRecordsAsync()).Select(record => (string)record["message"]!)];
}
