using System.Diagnostics;
using System.Net.Sockets;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Unreal;

/// <summary>The bridge lives and ends with the editor whose module has started it.</summary>
public sealed class EditorLifeTests : ModuleTest
{
    /// <summary>The promise; a loaded machine gets three attempts to keep it.</summary>
    /// <summary>Begins an operation that ends when its gate opens, whatever becomes of its client and of the bridge.</summary>
    private async Task<RawHttp> BlockAsync(ProbeFiles files)
    {
        var running = await RawHttp.ConnectAsync(Ports.Http);
        await running.SendAsync(RawHttp.EngineRequest(Ports.Http, $"/probe/1/deployment/mischief/block?{files.Query}"));
        await files.WaitUntilBegunAsync();
        return running;
    }

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(2);

    private const int Attempts = 3;

    [Fact]
    public async Task Editor_that_starts_asks_reads_its_log_and_stops()
    {
        Requires.Unix();
        Requires.Python();
        await using var editor = StartEditor();
        await editor.ServeAsync(Ports);

        // once, right after the call, as the editor does
        using var log = await RawWebSocket.ConnectAsync(Ports.WebSocket);
        var status = await editor.RunAsync(
            $"__import__('urllib.request').request.urlopen('http://localhost:{Ports.Http}/probe_backend/1/metadata', b'').status");
        Assert.Equal("200", status.Value);
        Assert.Equal(200, (await RawHttp.PostAsync(Ports.Http, "/probe/1/deployment/thing/log?text=hello")).Status);
        Assert.Equal("hello 1", (string?)(await ReadRecordOfAsync(log, "probe"))["message"]);
        Assert.Equal(editor.Bridge, (int?)(await HealthAsync())["pid"]);

        var bridge = editor.Bridge;
        var stopped = await editor.RunAsync("fleet_bridge.stop_servers()");
        Assert.Null(stopped.Error);
        Assert.True(FleetBridgeProcess.IsGone(bridge));
        await AssertNobodyServesAsync();
        Assert.Contains("The bridge has stopped.", ReadLog(), StringComparison.Ordinal);
    }

    [Fact]
    public Task Killed_editor_takes_the_bridge_with_it()
    {
        Requires.Unix();
        Requires.Python();
        return AssertGoneInTimeAsync(async () =>
        {
            await using var editor = StartEditor();
            await editor.ServeAsync(Ports);
            using var log = await RawWebSocket.ConnectAsync(Ports.WebSocket);
            await HealthAsync();
            return await MeasureEndAsync(editor.Bridge, editor.Kill);
        });
    }

    [Fact]
    public Task Editor_that_leaves_without_a_word_takes_the_bridge_with_it()
    {
        Requires.Unix();
        Requires.Python();
        return AssertGoneInTimeAsync(async () =>
        {
            await using var editor = StartEditor();
            await editor.ServeAsync(Ports);
            await HealthAsync();
            return await MeasureEndAsync(
                editor.Bridge, () => editor.RunAsync("__import__('os')._exit(0)").ContinueWith(_ => { }, TaskScheduler.Default));
        });
    }

    [Fact]
    public async Task Operation_in_flight_is_cancelled_when_the_editor_is_killed()
    {
        Requires.Unix();
        Requires.Python();
        var files = new ProbeFiles(Folder);
        await using var editor = StartEditor();
        await editor.ServeAsync(Ports);
        var url = $"http://localhost:{Ports.Http}/probe/1/deployment/thing/create?{files.Query}";
        await editor.RunAsync(
            $"__import__('threading').Thread(target=__import__('urllib.request').request.urlopen, args=('{url}', b''), daemon=True).start()");
        await files.WaitUntilBegunAsync();
        var bridge = editor.Bridge;
        editor.Kill();
        Assert.Equal("cancelled", await files.WaitUntilDoneAsync());
        await Eventually.TrueAsync(() => FleetBridgeProcess.IsGone(bridge), "the bridge has ended");
        var log = ReadLog();
        Assert.Matches("The editor \\(process [0-9]+\\) has ended|Standard input has ended", log);
        Assert.Contains("1 requests are still running; they have 30 s to clean up", log, StringComparison.Ordinal);
        Assert.Contains("was cancelled: the bridge is stopping", log, StringComparison.Ordinal);
        Assert.Contains("The bridge has stopped.", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operation_that_cleans_up_gets_its_time_and_the_next_editor_waits_for_it()
    {
        Requires.Unix();
        Requires.Python();
        var files = new ProbeFiles(Folder);
        await using var editor = StartEditor();
        await editor.ServeAsync(Ports);
        using var running = await BlockAsync(files);
        var first = editor.Bridge;
        editor.Kill();
        await Eventually.TrueAsync(async () => (bool)(await HealthAsync())["stopping"]!, "the bridge stops");

        await using var next = StartEditor();
        var served = next.ServeAsync(Ports);
        Assert.NotSame(served, await Task.WhenAny(served, Task.Delay(300)));
        Assert.False(FleetBridgeProcess.IsGone(first));
        files.OpenGate();
        await served;
        Assert.Equal("True", (string?)(await running.ReadResponseAsync()).Json["Overall Result"]);
        Assert.Equal(next.Bridge, (int?)(await HealthAsync())["pid"]);
        Assert.Contains("The bridge has stopped.", ReadLog(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_waits_a_moment_only_for_an_operation_that_cleans_up()
    {
        Requires.Unix();
        Requires.Python();
        var files = new ProbeFiles(Folder);
        await using var editor = StartEditor();
        await editor.ServeAsync(Ports);
        using var running = await BlockAsync(files);
        var bridge = editor.Bridge;
        var stopped = await editor.RunAsync("fleet_bridge.stop_servers()");
        Assert.Contains("is still cleaning up", stopped.Printed, StringComparison.Ordinal);
        Assert.InRange(stopped.Time, TimeSpan.FromSeconds(4), CallLimit);
        Assert.False(FleetBridgeProcess.IsGone(bridge));
        files.OpenGate();
        Assert.Equal("True", (string?)(await running.ReadResponseAsync()).Json["Overall Result"]);
    }

    [Fact]
    public async Task Start_twice_starts_once()
    {
        Requires.Unix();
        Requires.Python();
        await using var editor = StartEditor();
        await editor.ServeAsync(Ports);
        var bridge = editor.Bridge;
        await editor.ServeAsync(Ports);
        Assert.Equal(bridge, editor.Bridge);
        Assert.Equal(bridge, (int?)(await HealthAsync())["pid"]);
    }

    [Fact]
    public async Task Start_on_other_ports_moves_the_bridge()
    {
        Requires.Unix();
        Requires.Python();
        await using var editor = StartEditor();
        await editor.ServeAsync((FreePorts.Take(), FreePorts.Take()));
        var bridge = editor.Bridge;
        await editor.ServeAsync(Ports);
        Assert.True(FleetBridgeProcess.IsGone(bridge));
        Assert.Equal(editor.Bridge, (int?)(await HealthAsync())["pid"]);
    }

    [Fact]
    public async Task Start_after_the_bridge_was_killed_starts_another()
    {
        Requires.Unix();
        Requires.Python();
        await using var editor = StartEditor();
        await editor.ServeAsync(Ports);
        var bridge = editor.Bridge;
        FleetBridgeProcess.Send(bridge, FleetBridgeProcess.Kill);
        await Eventually.TrueAsync(
            async () => (await editor.RunAsync("fleet_bridge._started._process.poll()")).Value == "-9", "it has been killed");
        await editor.ServeAsync(Ports);
        Assert.NotEqual(bridge, editor.Bridge);
        Assert.Equal(editor.Bridge, (int?)(await HealthAsync())["pid"]);
    }

    [Fact]
    public async Task Stop_reaches_a_bridge_whose_pipe_a_forked_child_holds_too()
    {
        Requires.Unix();
        Requires.Python();
        await using var editor = StartEditor();
        await editor.ServeAsync(Ports);
        var bridge = editor.Bridge;
        var child = int.Parse(
            (await editor.RunAsync("__import__('os').fork() or __import__('signal').pause()")).Value!,
            System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            await editor.RunAsync("fleet_bridge.stop_servers()");
            Assert.True(FleetBridgeProcess.IsGone(bridge));
        }
        finally
        {
            FleetBridgeProcess.Send(child, FleetBridgeProcess.Kill);
        }
    }

    private static async Task<System.Text.Json.Nodes.JsonObject> ReadRecordOfAsync(RawWebSocket log, string name)
    {
        while (true)
        {
            var record = await log.ReadRecordAsync();
            if ((string?)record["name"] is { } source && source.Contains(name, StringComparison.Ordinal)
                && ((string?)record["message"])!.StartsWith("hello", StringComparison.Ordinal))
            {
                return record;
            }
        }
    }

    private static async Task<TimeSpan> MeasureEndAsync(int bridge, Action end)
    {
        var watch = Stopwatch.StartNew();
        end();
        await Eventually.TrueAsync(() => FleetBridgeProcess.IsGone(bridge), "the bridge has ended");
        return watch.Elapsed;
    }

    private async Task AssertGoneInTimeAsync(Func<Task<TimeSpan>> measure)
    {
        var times = new List<TimeSpan>();
        do
        {
            times.Add(await measure());
            await AssertNobodyServesAsync();
        }
        while (times.Min() > EndLimit && times.Count < Attempts);
        Assert.InRange(times.Min(), TimeSpan.Zero, EndLimit);
    }

    private async Task AssertNobodyServesAsync()
    {
        await Assert.ThrowsAnyAsync<SocketException>(() => RawHttp.ConnectAsync(Ports.Http));
        await Assert.ThrowsAnyAsync<SocketException>(() => RawHttp.ConnectAsync(Ports.WebSocket));
    }
}
