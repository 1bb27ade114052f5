using FleetBridge.Protocol;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Protocol;

public sealed class VanishedClientTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Check_whose_client_goes_away_is_cancelled(bool reset)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var files = new ProbeFiles(bridge.Folder);
        await BeginAndVanishAsync(bridge, files, "wait", reset);
        Assert.Equal("cancelled", await files.WaitUntilDoneAsync());
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains("wait was cancelled: its client disconnected", StringComparison.Ordinal),
            "the log says so");
        await AssertStillAnswersAsync(bridge);
    }

    [Theory]
    [InlineData("create", true)]
    [InlineData("create", false)]
    [InlineData("delete", true)]
    public async Task Change_whose_client_goes_away_runs_to_its_end_and_the_editor_reads_so(string operation, bool reset)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        var files = new ProbeFiles(bridge.Folder);
        await BeginAndVanishAsync(bridge, files, operation, reset);
        await ReadUntilAsync(socket, $"The client of deployment/thing/{operation} disconnected.");
        Assert.False(files.IsDone);
        await AssertStillAnswersAsync(bridge);

        files.OpenGate();
        Assert.Equal("completed", await files.WaitUntilDoneAsync());
        await ReadUntilAsync(socket, $"deployment/thing/{operation} ended after its client disconnected: True");
    }

    [Fact]
    public async Task Change_still_holds_its_place_after_its_client_has_gone()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var files = new ProbeFiles(bridge.Folder);
        await BeginAndVanishAsync(bridge, files, "create", reset: true);
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains(" disconnected. The operation", StringComparison.Ordinal), "the bridge has noticed");
        var second = await RawHttp.PostAsync(bridge.HttpPort, "/probe/1/deployment/thing/create?gate=x");
        Assert.Contains("already running", (string?)second.Json["Error"], StringComparison.Ordinal);
        files.OpenGate();
        Assert.Equal("completed", await files.WaitUntilDoneAsync());
    }

    [Fact]
    public async Task Client_that_goes_away_between_two_spaces_ends_its_check()
    {
        var clock = new WatchedTimeProvider();
        await using var bridge = await TestBridge.StartAsync(output, clock: clock);
        var files = new ProbeFiles(bridge.Folder);
        using var raw = await RawHttp.ConnectAsync(bridge.HttpPort);
        await raw.SendAsync(RawHttp.EngineRequest(bridge.HttpPort, $"/probe/1/deployment/thing/wait?{files.Query}"));

        // First begun: the wait for the backend's first build is as long as the pause between two spaces.
        await files.WaitUntilBegunAsync();
        await clock.WaitForTimerAsync(BackendEndpoint.TrickleInterval);
        clock.Advance(BackendEndpoint.TrickleInterval);
        await raw.ReadHeadAsync();
        raw.Reset();
        Assert.Equal("cancelled", await files.WaitUntilDoneAsync());
        await AssertStillAnswersAsync(bridge);
    }

    private static async Task BeginAndVanishAsync(TestBridge bridge, ProbeFiles files, string operation, bool reset)
    {
        using var raw = await RawHttp.ConnectAsync(bridge.HttpPort);
        await raw.SendAsync(RawHttp.EngineRequest(bridge.HttpPort, $"/probe/1/deployment/thing/{operation}?{files.Query}"));
        await files.WaitUntilBegunAsync();
        if (reset)
        {
            raw.Reset();
        }
    }

    private static async Task ReadUntilAsync(RawWebSocket socket, string text)
    {
        string message;
        do
        {
            message = (string)(await socket.ReadRecordAsync())["message"]!;
        }
        while (!message.Contains(text, StringComparison.Ordinal));
    }

    private static async Task AssertStillAnswersAsync(TestBridge bridge) =>
        Assert.Equal(200, (await RawHttp.PostAsync(bridge.HttpPort, "/probe/1/deployment/thing/check")).Status);
}
