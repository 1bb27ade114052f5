using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Unreal;

/// <summary>Two editors at once: they share a bridge, which lives as long as the last of them.</summary>
public sealed class SharedBridgeTests : ModuleTest
{
    [Fact]
    public async Task Bridge_outlives_the_killed_first_editor_and_ends_with_the_second()
    {
        Requires.Unix();
        Requires.Python();
        await using var first = StartEditor();
        await using var second = StartEditor();
        await ServeBothAsync(first, second);
        var bridge = first.Bridge;
        first.Kill();
        await WaitForSponsorsAsync(second);
        Assert.False(FleetBridgeProcess.IsGone(bridge));
        Assert.Equal("200", (await AskAsync(second, "/probe/1/metadata")).Value);
        second.Kill();
        await Eventually.TrueAsync(() => FleetBridgeProcess.IsGone(bridge), "the bridge has ended with its last editor");
        var log = ReadLog();
        Assert.Contains($"The bridge continues for the editor (process {second.Id}).", log, StringComparison.Ordinal);
        Assert.Contains($"The editor (process {second.Id}) has ended. Stopping the bridge.", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bridge_outlives_the_killed_second_editor_and_ends_with_the_first()
    {
        Requires.Unix();
        Requires.Python();
        await using var first = StartEditor();
        await using var second = StartEditor();
        await ServeBothAsync(first, second);
        var bridge = first.Bridge;
        second.Kill();
        await WaitForSponsorsAsync(first);
        Assert.Equal("200", (await AskAsync(first, "/probe/1/metadata")).Value);
        first.Kill();
        await Eventually.TrueAsync(() => FleetBridgeProcess.IsGone(bridge), "the bridge has ended with its last editor");
    }

    [Fact]
    public async Task Editor_that_stops_leaves_the_bridge_to_the_other()
    {
        Requires.Unix();
        Requires.Python();
        await using var first = StartEditor();
        await using var second = StartEditor();
        await ServeBothAsync(first, second);
        var bridge = first.Bridge;
        var stopped = await first.RunAsync("fleet_bridge.stop_servers()");
        Assert.Contains("FleetBridge continues for 1 more editor(s).", stopped.Printed, StringComparison.Ordinal);
        Assert.Equal([second.Id], await SponsorsAsync());

        // it comes back, as the second one this time
        await first.ServeAsync(Ports);
        Assert.Equal(0, first.Bridge);
        Assert.Equal([second.Id, first.Id], await SponsorsAsync());
        await second.RunAsync("fleet_bridge.stop_servers()");
        Assert.Equal([first.Id], await SponsorsAsync());
        Assert.False(FleetBridgeProcess.IsGone(bridge));
        await first.RunAsync("fleet_bridge.stop_servers()");
        await Eventually.TrueAsync(() => FleetBridgeProcess.IsGone(bridge), "the bridge has ended with its last editor");
    }

    [Fact]
    public async Task Each_editor_reads_the_records_of_its_own_requests()
    {
        Requires.Unix();
        Requires.Python();
        await using var first = StartEditor();
        await using var second = StartEditor();
        await ServeBothAsync(first, second);
        await OpenLogAsync(first);
        await AskAsync(first, "/probe/1/deployment/thing/log?text=of-the-first");
        var asked = await AskAsync(second, "/probe/1/deployment/thing/log?text=of-the-second");
        Assert.Contains("probe: INFO: of-the-second 1", await ReadPrintedAsync(second, asked, "of-the-second 1"), StringComparison.Ordinal);
        await AskAsync(first, "/probe/1/deployment/thing/log?text=last-of-the-first");
        var records = await ReadLogAsync(first, "last-of-the-first 1");
        Assert.Contains("of-the-first 1", records, StringComparison.Ordinal);
        Assert.DoesNotContain("of-the-second", records, StringComparison.Ordinal);
        Assert.DoesNotContain("of-the-first", (await second.RunAsync("1")).Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_editor_gets_the_logs_place_when_the_first_is_killed()
    {
        Requires.Unix();
        Requires.Python();
        await using var first = StartEditor();
        await using var second = StartEditor();
        await ServeBothAsync(first, second);
        await OpenLogAsync(first);
        Assert.Equal("409", (await second.RunAsync(OpenLog(Ports.WebSocket))).Value);
        var asked = await AskAsync(second, "/probe/1/deployment/thing/log?text=printed");
        await ReadPrintedAsync(second, asked, "printed 1");
        first.Kill();
        await WaitForSponsorsAsync(second);
        await OpenLogAsync(second);
        await AskAsync(second, "/probe/1/deployment/thing/log?text=streamed");
        var records = await ReadLogAsync(second, "streamed 1");
        Assert.DoesNotContain("printed 1", records, StringComparison.Ordinal);
        Assert.DoesNotContain("streamed 1", (await second.RunAsync("1")).Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Projects_with_different_settings_share_none_of_them()
    {
        Requires.Unix();
        Requires.Python();
        await using var first = StartEditor();
        await using var second = StartEditor();
        await ServeBothAsync(first, second);
        for (var i = 0; i < 3; i++)
        {
            var replies = await Task.WhenAll(
                AskAsync(first, "/aws/1/config?prefix=one&region_name=eu-west-1", ".read().decode()"),
                AskAsync(second, "/aws/1/config?prefix=two&region_name=us-east-1", ".read().decode()"));
            Assert.Contains("one", replies[0].Value, StringComparison.Ordinal);
            Assert.Contains("eu-west-1", replies[0].Value, StringComparison.Ordinal);
            Assert.DoesNotContain("us-east-1", replies[0].Value, StringComparison.Ordinal);
            Assert.Contains("two", replies[1].Value, StringComparison.Ordinal);
            Assert.Contains("us-east-1", replies[1].Value, StringComparison.Ordinal);
            Assert.DoesNotContain("eu-west-1", replies[1].Value, StringComparison.Ordinal);
        }
    }

    /// <summary>Asks for the log's place, as the engine does; the status.</summary>
    private static string OpenLog(int port) =>
        $"(globals().__setitem__('log', __import__('socket').create_connection(('127.0.0.1', {port}))), log.sendall(b'GET // HTTP/1.1\\r\\n"
        + "Host: localhost\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Version: 13\\r\\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\nOrigin: http://localhost\\r\\n\\r\\n'), "
        + "globals().__setitem__('head', log.recv(1 << 16)), head.split()[1].decode())[3]";

    private async Task OpenLogAsync(PythonEditor editor) => await Eventually.TrueAsync(
        async () => (await editor.RunAsync(OpenLog(Ports.WebSocket))).Value == "101", "the log has a place for the editor");

    /// <summary>Reads the editor's log socket until a record has come.</summary>
    private static async Task<string> ReadLogAsync(PythonEditor editor, string until)
    {
        await editor.RunAsync("log.settimeout(0.2)");
        var read = (await editor.RunAsync("head.decode('latin-1')")).Value!;
        await Eventually.TrueAsync(
            async () =>
            {
                read += (await editor.RunAsync("log.recv(1 << 20).decode('latin-1')")).Value;
                return read.Contains(until, StringComparison.Ordinal);
            },
            $"the log socket has brought {until}");
        return read;
    }

    /// <summary>Reads what the module prints until a record has come; it may have come before the response.</summary>
    private static async Task<string> ReadPrintedAsync(PythonEditor editor, EditorReply asked, string until)
    {
        var read = asked.Printed;
        await Eventually.TrueAsync(
            async () => (read += (await editor.RunAsync("1")).Printed).Contains(until, StringComparison.Ordinal),
            $"the module has printed {until}");
        return read;
    }

    private Task<EditorReply> AskAsync(PythonEditor editor, string target, string then = ".status") =>
        editor.RunAsync($"__import__('urllib.request').request.urlopen('http://localhost:{Ports.Http}{target}', b''){then}");

    private async Task ServeBothAsync(PythonEditor first, PythonEditor second)
    {
        await first.ServeAsync(Ports);

        // the module asks for two seconds only who has the ports, and a loaded machine may take longer for the first response
        await HealthAsync();
        await second.ServeAsync(Ports);
        Assert.Equal(0, second.Bridge);
        Assert.Equal([first.Id, second.Id], await SponsorsAsync());
    }

    private Task WaitForSponsorsAsync(params PythonEditor[] editors) => Eventually.TrueAsync(
        async () => (await SponsorsAsync()).SequenceEqual(editors.Select(editor => editor.Id)), "/healthz lists the editors that are left");
}
