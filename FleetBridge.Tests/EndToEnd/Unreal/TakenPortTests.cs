using System.Net;
using System.Net.Sockets;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Unreal;

/// <summary>What the module does when somebody is there before it.</summary>
public sealed class TakenPortTests : ModuleTest
{
    [Fact]
    public async Task Running_bridge_is_used_and_not_stopped()
    {
        Requires.Unix();
        Requires.Python();
        await using var serving = await ServeAsync(Ports);
        await using var editor = StartEditor();
        var reply = await editor.StartServersAsync(Ports);
        Assert.Equal(("200", null), (reply.Value, reply.Error));
        Assert.Contains($"(process {serving.Process.Id}) is already running.", reply.Printed, StringComparison.Ordinal);
        Assert.Equal(0, editor.Bridge);
        Assert.Equal([editor.Id], await SponsorsAsync());
        await editor.RunAsync("fleet_bridge.stop_servers()");
        Assert.Empty(await SponsorsAsync());
        editor.Kill();
        Assert.Equal(200, (await RawHttp.PostAsync(Ports.Http, "/probe/1/metadata")).Status);
    }

    [Fact]
    public async Task Running_bridge_with_a_token_is_used_by_who_has_it_and_named_to_who_has_another()
    {
        Requires.Unix();
        Requires.Python();
        var (right, wrong) = (Folder["right.token"], Folder["wrong.token"]);
        await using var serving = await ServingProcess.StartAsync(
            Folder["state"],
            ["--http-port", $"{Ports.Http}", "--websocket-port", $"{Ports.WebSocket}", "--token-file", right]);
        await File.WriteAllTextAsync(wrong, "another-token-of-32-letters-0123");
        await using var owner = StartEditor(("FLEETBRIDGE_TOKEN_FILE", right));
        var reply = await owner.StartServersAsync(Ports);
        Assert.Equal(("200", null), (reply.Value, reply.Error));
        await using var other = StartEditor(("FLEETBRIDGE_TOKEN_FILE", wrong));
        await AssertRaisesAsync(other, "requires a different token from the one in FLEETBRIDGE_TOKEN_FILE");
    }

    [Fact]
    public async Task Editor_stops_only_its_own()
    {
        Requires.Unix();
        Requires.Python();
        await using var first = StartEditor();
        await using var second = StartEditor();
        await first.ServeAsync(Ports);
        await second.ServeAsync((FreePorts.Take(), FreePorts.Take()));
        var bridge = second.Bridge;
        await second.RunAsync("fleet_bridge.stop_servers()");
        Assert.True(FleetBridgeProcess.IsGone(bridge));
        Assert.Equal(first.Bridge, (int?)(await HealthAsync())["pid"]);
    }

    [Fact]
    public async Task Editors_that_start_at_the_same_moment_share_one_bridge()
    {
        Requires.Unix();
        Requires.Python();
        await using var first = StartEditor();
        await using var second = StartEditor();
        await Task.WhenAll(first.RunAsync("1"), second.RunAsync("1"));
        await Task.WhenAll(first.ServeAsync(Ports), second.ServeAsync(Ports));
        Assert.Single(new[] { first.Bridge, second.Bridge }, bridge => bridge != 0);
        Assert.Equal(Math.Max(first.Bridge, second.Bridge), (int?)(await HealthAsync())["pid"]);
        Assert.Equal(new[] { first.Id, second.Id }.Order(), (await SponsorsAsync()).Order());

        // before either is waited for: the bridge ends with both
        first.Kill();
        second.Kill();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silent_stranger_is_named_by_its_port(bool onHttp)
    {
        Requires.Unix();
        Requires.Python();
        var port = onHttp ? Ports.Http : Ports.WebSocket;
        using var stranger = new TcpListener(IPAddress.Loopback, port);
        stranger.Start();
        await using var editor = StartEditor();
        await AssertRaisesAsync(editor, $"Port {port} is in use by another program, which is not FleetBridge", "Stop it");
    }

    [Theory]
    [InlineData(true, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData(false, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")]
    [InlineData(true, "HTTP/1.1 200 OK\r\n\r\n{\"name\": \"Somebody\"}")]
    [InlineData(true, "HTTP/1.1 200 OK\r\n\r\n[1]")]
    [InlineData(false, "\0\u0001\u00ff")]
    public async Task Stranger_that_answers_is_named_by_its_port(bool onHttp, string answer)
    {
        Requires.Unix();
        Requires.Python();
        await using var stranger = CannedServer.Start(answer);
        await using var editor = StartEditor();
        var (http, webSocket) = onHttp ? (stranger.Port, Ports.WebSocket) : (Ports.Http, stranger.Port);
        var reply = await editor.StartServersAsync((http, webSocket));
        Assert.Contains($"Port {stranger.Port} is in use by another program", reply.Error, StringComparison.Ordinal);
        Assert.InRange(reply.Time, TimeSpan.Zero, CallLimit);
        Assert.Equal(0, editor.Bridge);
    }

    [Fact]
    public async Task Stranger_on_the_other_loopback_address_is_named_by_the_program()
    {
        Requires.Unix();
        Requires.Python();
        Requires.IPv6Loopback();
        using var stranger = new TcpListener(IPAddress.IPv6Loopback, Ports.Http);
        stranger.Start();
        await using var editor = StartEditor();
        await AssertRaisesAsync(editor, $"Port {Ports.Http} on ::1 is in use by another program");
    }

    [Fact]
    public async Task Port_that_nobody_serves_and_that_cannot_be_had_is_told()
    {
        Requires.Unix();
        Requires.Python();
        // bound, and never listening: as in a range that the system has reserved
        await using var editor = StartEditor();
        await editor.RunAsync($"held = __import__('socket').socket(); held.bind(('127.0.0.1', {Ports.WebSocket}))");
        await AssertRaisesAsync(editor, $"Port {Ports.WebSocket} cannot be used on this machine");
    }

    [Fact]
    public async Task Older_bridge_on_both_ports_is_used_as_it_is()
    {
        Requires.Unix();
        Requires.Python();
        var json = "";
        await using var http = CannedServer.StartBridge(target => target == "/healthz" ? json : null);
        await using var webSocket = CannedServer.StartBridge(target => target == "/healthz" ? json : null);
        json = Health(http.Port, webSocket.Port);
        await using var editor = StartEditor();
        var reply = await editor.StartServersAsync((http.Port, webSocket.Port));
        Assert.Equal(("200", null), (reply.Value, reply.Error));
        Assert.Contains("FleetBridge 0.0.1 (process 4711) is already running.", reply.Printed, StringComparison.Ordinal);
        Assert.Equal(0, editor.Bridge);
    }

    [Fact]
    public async Task Bridge_that_never_ends_stopping_is_given_up()
    {
        Requires.Unix();
        Requires.Python();
        var json = "";
        await using var http = CannedServer.StartBridge(_ => json);
        await using var webSocket = CannedServer.StartBridge(_ => json);
        json = Health(http.Port, webSocket.Port, ", \"stopping\": true");
        await using var editor = StartEditor();
        var reply = await editor.StartServersAsync((http.Port, webSocket.Port));
        Assert.Contains("FleetBridge 0.0.1 (process 4711), of an earlier session, is still cleaning up. Wait half a minute", reply.Error, StringComparison.Ordinal);
        Assert.InRange(reply.Time, TimeSpan.FromSeconds(4), CallLimit);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bridge_on_one_of_the_ports_is_named_with_its_ports(bool onHttp)
    {
        Requires.Unix();
        Requires.Python();
        var other = FreePorts.Take();
        await using var serving = await ServeAsync(onHttp ? (Ports.Http, other) : (other, Ports.WebSocket));
        await using var editor = StartEditor();
        await AssertRaisesAsync(editor, $"(process {serving.Process.Id})", $"{other}", $"not {Ports.Http} and {Ports.WebSocket}", "Stop it");
    }

    [Fact]
    public async Task Two_bridges_on_the_ports_are_told()
    {
        Requires.Unix();
        Requires.Python();
        await using var http = await ServeAsync((Ports.Http, FreePorts.Take()));
        await using var webSocket = await ServeAsync((FreePorts.Take(), Ports.WebSocket));
        await using var editor = StartEditor();
        await AssertRaisesAsync(editor, $"(process {http.Process.Id})", "Stop it");
    }

    [Fact]
    public async Task Bridge_with_the_ports_the_other_way_round_is_told()
    {
        Requires.Unix();
        Requires.Python();
        await using var serving = await ServeAsync((Ports.WebSocket, Ports.Http));
        await using var editor = StartEditor();
        await AssertRaisesAsync(editor, $"is running on ports {Ports.WebSocket} and {Ports.Http}");
    }

    [Fact]
    public async Task One_port_for_both_is_refused()
    {
        Requires.Unix();
        Requires.Python();
        await using var editor = StartEditor();
        var reply = await editor.StartServersAsync((Ports.Http, Ports.Http));
        Assert.Contains("need different ports", reply.Error, StringComparison.Ordinal);
    }

    private static string Health(int http, int webSocket, string more = "") =>
        $$"""{"name": "FleetBridge", "version": "0.0.1", "pid": 4711, "http_port": {{http}}, "websocket_port": {{webSocket}}{{more}}}""";

    private Task<ServingProcess> ServeAsync((int Http, int WebSocket) ports) => ServingProcess.StartAsync(
        Folder["state"],
        ["--http-port", $"{ports.Http}", "--websocket-port", $"{ports.WebSocket}", "--backends", Repository.ProbeRoot]);
}
