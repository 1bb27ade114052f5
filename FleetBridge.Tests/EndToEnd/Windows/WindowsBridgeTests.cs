using System.Globalization;
using System.Text.RegularExpressions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Windows;

/// <summary>The bridge of the release for Windows: its wire, its ports, and how it ends.</summary>
public sealed class WindowsBridgeTests(WindowsFixture fixture, ITestOutputHelper output) : WindowsTest(fixture, output)
{
    /// <summary>The wire's table: what is asked, and with which status it is responded to.</summary>
    private static readonly (string Method, string Target, int Status)[] Table =
    [
        ("POST", "/probe/1/metadata", 200),
        ("POST", "/aws/1/metadata", 200),
        ("POST", "/probe_backend/1/metadata", 200),
        ("POST", "/probe/1/deployment/thing/check?text=gr%C3%B6%C3%9Fer%5Cc", 200),
        ("POST", "/probe/1/deployment/mischief/fail", 200),
        ("POST", "/nobody/1/metadata", 404),
        ("POST", "/", 400),
        ("POST", "/probe/1/..%5C..%5Cmetadata", 404),
        ("GET", "/probe/1/metadata", 405),
        ("DELETE", "/probe/1/metadata", 405),
    ];

    [Fact]
    public async Task Wire_is_as_on_linux()
    {
        await using var windows = await ServeWindowsAsync("--backends", Wine.PathOf(Repository.ProbeRoot));
        await using var linux = await ServingProcess.StartOnFreePortsAsync(Folder["linux"], "--backends", Repository.ProbeRoot);
        Assert.Equal(linux.Announcement.Select(member => member.Key), windows.Announcement.Select(member => member.Key));
        Assert.Equal(PathOf("state", "logs", "fleetbridge.log"), (string?)windows.Announcement["log_file"]);

        var health = await RawHttp.PostAsync(windows.HttpPort, "/healthz", "GET");
        Assert.Equal(200, health.Status);
        Assert.Equal((int)windows.Announcement["pid"]!, (int)health.Json["pid"]!);
        foreach (var (method, target, status) in Table)
        {
            var (here, there) = (await RawHttp.PostAsync(linux.HttpPort, target, method), await RawHttp.PostAsync(windows.HttpPort, target, method));
            Shown.WriteLine($"{method} {target} → {there.Status} {there.Text}");
            Assert.Equal((target, status), (target, there.Status));
            Assert.Equal(NamesOf(here), NamesOf(there));
            Assert.Equal(here.Text, there.Text);
        }
    }

    [Fact]
    public async Task Page_of_another_site_is_refused()
    {
        await using var serving = await ServeWindowsAsync();
        using var http = await RawHttp.ConnectAsync(serving.HttpPort);
        await http.SendAsync($"POST /aws/1/metadata HTTP/1.1\r\nHost: localhost:{serving.HttpPort}\r\nOrigin: http://example.com\r\nContent-Length: 0\r\n\r\n");
        var response = await http.ReadResponseAsync();
        Assert.Equal(403, response.Status);
        Assert.Contains("http://example.com", response.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_of_a_request_comes_before_its_response()
    {
        await using var serving = await ServeWindowsAsync("--backends", Wine.PathOf(Repository.ProbeRoot));
        using var socket = await RawWebSocket.ConnectAsync(serving.WebSocketPort);
        var response = await RawHttp.PostAsync(serving.HttpPort, "/probe/1/deployment/thing/log?text=gr%C3%B6%C3%9Fer&count=2");
        Assert.Equal("True", (string?)response.Json["Overall Result"]);
        Assert.Equal("größer 1", (string?)(await socket.ReadRecordAsync())["message"]);
        Assert.Equal("größer 2", (string?)(await socket.ReadRecordAsync())["message"]);
    }

    [Fact]
    public async Task Both_loopback_addresses_are_served()
    {
        Requires.IPv6Loopback();
        await using var serving = await ServeWindowsAsync();
        using var http = await RawHttp.ConnectAsync(serving.HttpPort, System.Net.IPAddress.IPv6Loopback);
        await http.SendAsync(RawHttp.EngineRequest(serving.HttpPort, "/aws/1/metadata"));
        Assert.Equal(200, (await http.ReadResponseAsync()).Status);
    }

    [Theory]
    [InlineData("--http-port", "http_port")]
    [InlineData("--websocket-port", "websocket_port")]
    public async Task Second_bridge_on_a_port_names_the_first_and_exits_with_6(string option, string port)
    {
        await using var serving = await ServeWindowsAsync();
        var other = option == "--http-port" ? "--websocket-port" : "--http-port";
        var second = await RunWindowsAsync(6, "serve", option, $"{serving.Announcement[port]}", other, "0");
        AssertRefused(second, 6, $"Port {serving.Announcement[port]}", $"(process {serving.Announcement["pid"]})");
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
    }

    [Fact]
    public async Task State_is_in_the_users_local_application_data()
    {
        await using var serving = await ServingProcess.AnnouncedAsync(Wine.Start(
            null, ["serve", "--json", "--http-port", "0", "--websocket-port", "0"]));
        Assert.EndsWith(@"\AppData\Local\FleetBridge\logs\fleetbridge.log", (string?)serving.Announcement["log_file"], StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Wine.LocalAppData, "FleetBridge", "logs", "fleetbridge.log")));
    }

    [Fact]
    public async Task End_of_its_input_ends_it()
    {
        await using var serving = await ServeWindowsAsync("--stop-with-input");
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
        Assert.False(serving.Process.HasExited);
        serving.Process.EndInput();
        await AssertEndedAsync(serving.Process);
    }

    [Fact]
    public async Task Copies_that_windows_holds_at_its_end_are_swept_by_the_next()
    {
        for (var i = 0; i < 2; i++)
        {
            await using var serving = await ServeWindowsAsync("--stop-with-input");
            Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
            await Eventually.TrueAsync(
                () => Directory.GetDirectories(Folder["state", "generations"]).Length == 1, "only its own copies are there");
            serving.Process.EndInput();
            await AssertEndedAsync(serving.Process);
        }
    }

    [Fact]
    public async Task End_of_its_parent_ends_it()
    {
        await using var parent = Wine.Start(Folder["parent"], ["serve", "--json", "--http-port", "0", "--websocket-port", "0"]);
        var editor = await ServingProcess.AnnouncedAsync(parent);
        await using var serving = await ServeWindowsAsync("--parent-pid", $"{editor.Announcement["pid"]}");
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
        Assert.False(serving.Process.HasExited);
        parent.Signal(FleetBridgeProcess.Kill);
        await AssertEndedAsync(serving.Process);
        Assert.Contains($"The editor (process {editor.Announcement["pid"]}) has ended.", ReadLog(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupt_in_its_console_ends_it()
    {
        Requires.File("/usr/bin/script", "bsdutils");
        await using var terminal = Wine.StartInTerminal(State, "serve", "--http-port", "0", "--websocket-port", "0", "--gateway-port", "0");
        await terminal.WaitForAsync(program => program.Output.Contains("Press Ctrl-C to stop.", StringComparison.Ordinal), "it announces itself");
        Assert.Contains("/<backend>/<version>/…", terminal.Output, StringComparison.Ordinal);
        var port = int.Parse(Regex.Match(terminal.Output, "http://localhost:([0-9]+)/<backend>").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Equal(200, (await RawHttp.PostAsync(port, "/aws/1/metadata")).Status);
        await terminal.WriteAsync("\u0003");
        await AssertEndedAsync(terminal);
    }

    private async Task AssertEndedAsync(FleetBridgeProcess program)
    {
        var result = await program.WaitAsync();
        Assert.True(result.Code == 0, $"exit code {result.Code}\n{result.Output}{result.Error}\n{ReadLog()}");
        Assert.Contains("The bridge has stopped.", ReadLog(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> NamesOf(RawResponse response) => response.Headers.Select(header => header.Key).Order(StringComparer.Ordinal);

    private string ReadLog() => File.ReadAllText(Folder["state", "logs", "fleetbridge.log"]);
}
