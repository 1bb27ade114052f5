using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

public sealed class LogsCommandTests(ITestOutputHelper output) : CliTest
{
    [Fact]
    public async Task Log_of_a_running_bridge_is_followed_until_an_interrupt()
    {
        Requires.Unix();
        await using var bridge = await TestBridge.StartAsync(output);
        await using var logs = Start("logs", "--websocket-port", $"{bridge.WebSocketPort}");
        await SayAsync(bridge, "größe");
        await logs.WaitForAsync(program => program.Output.Contains("probe größe 1\n", StringComparison.Ordinal), "the record is shown");
        Assert.Matches(@"(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO     probe größe 1$", logs.Output);
        await bridge.PostAsync("/probe/1/deployment/mischief/fail");
        await logs.WaitForAsync(program => program.Output.Contains("Fix it.", StringComparison.Ordinal), "the error is shown");
        Assert.DoesNotContain('\e', logs.Output);
        logs.Signal(FleetBridgeProcess.Interrupt);
        var result = await logs.WaitAsync();
        Assert.Equal((0, ""), (result.Code, result.Error));
    }

    [Fact]
    public async Task Reader_that_has_enough_ends_it_without_a_further_record()
    {
        Requires.Unix();
        await using var bridge = await TestBridge.StartAsync(output);
        await SayAsync(bridge, "first");
        var result = await Shell.RunAsync(State, $"$A logs --websocket-port {bridge.WebSocketPort} | head -n 1; echo ${{PIPESTATUS[0]}}");
        Assert.Equal("0", result.Output.Split('\n')[1]);
        Assert.Equal("", result.Error);
    }

    [Fact]
    public async Task Records_for_programs_are_those_of_the_socket()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        await using var logs = Start("logs", "--json", "--websocket-port", $"{bridge.WebSocketPort}");
        await SayAsync(bridge, "one");
        await SayAsync(bridge, "two");
        await logs.WaitForAsync(program => program.Output.Contains("two 1", StringComparison.Ordinal), "both are shown");
        var records = logs.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject());
        Assert.All(records, record => Assert.Equal(["time", "name", "level", "message"], record.Select(member => member.Key)));
        Assert.Equal(["one 1", "two 1"], records.Where(record => (string?)record["name"] == "probe").Select(record => (string?)record["message"]));
    }

    [Fact]
    public async Task Port_may_come_from_the_variable()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        await using var logs = FleetBridgeProcess.Start(
            State, ["logs"], new Dictionary<string, string> { ["FLEETBRIDGE_WEBSOCKET_PORT"] = $"{bridge.WebSocketPort}" });
        await SayAsync(bridge, "heard");
        await logs.WaitForAsync(program => program.Output.Contains("heard 1", StringComparison.Ordinal), "the record is shown");
    }

    [Fact]
    public async Task Bridge_that_restarts_on_its_port_is_followed_again()
    {
        Requires.Unix();
        string[] args = ["--backends", Repository.ProbeRoot];
        var first = await ServingProcess.StartOnFreePortsAsync(State, args);
        await using var logs = FleetBridgeProcess.Start(
            Folder["other"], ["logs", "--wait", "25", "--websocket-port", $"{first.WebSocketPort}"]);
        await using (first)
        {
            await RawHttp.PostAsync(first.HttpPort, "/probe/1/deployment/thing/log?text=before");
            await logs.WaitForAsync(program => program.Output.Contains("before 1", StringComparison.Ordinal), "the first bridge is followed");
            first.Process.Signal(FleetBridgeProcess.Terminate);
            Assert.Equal(0, (await first.Process.WaitAsync()).Code);
        }

        await logs.WaitForAsync(program => program.Error.Contains("was lost; reconnecting", StringComparison.Ordinal), "the loss is reported");
        await using var second = await ServingProcess.StartAsync(
            State, ["--http-port", $"{first.HttpPort}", "--websocket-port", $"{first.WebSocketPort}", .. args]);
        await RawHttp.PostAsync(second.HttpPort, "/probe/1/deployment/thing/log?text=after");
        await logs.WaitForAsync(program => program.Output.Contains("after 1", StringComparison.Ordinal), "the second bridge is followed");
        Assert.Contains("The bridge has stopped.", logs.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Place_of_another_client_is_waited_for()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var editor = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await using var logs = Start("logs", "--wait", "25", "--websocket-port", $"{bridge.WebSocketPort}");
        await logs.WaitForAsync(program => program.Error.Contains("another client", StringComparison.Ordinal), "the refusal is reported");
        editor.Http.Reset();
        await SayAsync(bridge, "now");
        await logs.WaitForAsync(program => program.Output.Contains("now 1", StringComparison.Ordinal), "it gets in");
    }

    [Fact]
    public async Task Place_that_does_not_become_free_is_given_up()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var editor = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        AssertRefused(
            await RunAsync("logs", "--wait", "0.5", "--websocket-port", $"{bridge.WebSocketPort}"), 3, "another client");
    }

    [Fact]
    public async Task Port_on_which_nobody_listens_is_given_up()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        AssertRefused(await RunAsync("logs", "--wait", "0.5", "--websocket-port", $"{port}"), 3, $"ws://localhost:{port}/");
    }

    [Fact]
    public async Task Port_on_which_something_else_says_nothing_is_given_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        AssertRefused(await RunAsync("logs", "--wait", "0.5", "--websocket-port", $"{port}"), 3, "does not respond");
    }

    [Fact]
    public async Task Port_of_the_requests_is_given_up()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        AssertRefused(await RunAsync("logs", "--wait", "0", "--websocket-port", $"{bridge.HttpPort}"), 3, $"{bridge.HttpPort}");
    }

    [Theory]
    [InlineData("--wait", "-1")]
    [InlineData("--wait", "NaN")]
    [InlineData("--wait", "1e300")]
    [InlineData("--wait", "soon")]
    [InlineData("--websocket-port", "0")]
    [InlineData("--websocket-port", "70000")]
    public async Task Value_that_cannot_be_used_is_refused(string option, string value) =>
        AssertRefused(await RunAsync("logs", option, value), 2, "See 'fleetbridge logs --help'.");

    private static async Task SayAsync(TestBridge bridge, string text) =>
        await bridge.PostAsync($"/probe/1/deployment/thing/log?text={Uri.EscapeDataString(text)}");
}
