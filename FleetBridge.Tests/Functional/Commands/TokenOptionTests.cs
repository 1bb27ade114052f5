using FleetBridge.Core.Client;
using FleetBridge.Core.Security;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary><c>--token-file</c>: the bridge that wants a token, and the commands that have it.</summary>
public sealed class TokenOptionTests : CliTest
{
    private const string Variable = "FLEETBRIDGE_TOKEN_FILE";

    [Fact]
    public async Task Bridge_makes_the_file_and_the_commands_get_in_with_it()
    {
        Requires.Unix();
        var file = Folder["secrets", "token"];
        await using var serving = await ServingProcess.StartOnFreePortsAsync(
            State, "--token-file", file, "--backends", Repository.HelloRoot, "--request", "hello/1/metadata", "--gateway-port", "off");
        await serving.Process.WaitForAsync(
            process => process.Output.Contains("Overall Result", StringComparison.Ordinal), "its own request is answered");
        Assert.Contains("\"True\"", serving.Process.Output, StringComparison.Ordinal);
        Assert.Equal(401, (await RawHttp.PostAsync(serving.HttpPort, "/hello/1/metadata")).Status);

        var url = $"http://localhost:{serving.HttpPort}";
        AssertRefused(await RunAsync("backends", "--url", url), 3, "--token-file", Variable);
        AssertRefused(await RunAsync("request", "hello/1/metadata", "--url", url), 3, "--token-file");
        Assert.Contains("hello", (await RunAsync("backends", "--url", url, "--token-file", file)).Output, StringComparison.Ordinal);
        var variable = new Dictionary<string, string> { [Variable] = file };
        foreach (var args in new[] { ["request", "hello/1/metadata"], new[] { "config", "--backend", "hello/1" } })
        {
            var asked = await RunAsync(variable, [.. args, "--url", url]);
            Assert.True(asked.Code == 0, asked.Output + asked.Error);
        }

        AssertRefused(
            await RunAsync("logs", "--wait", "0", "--websocket-port", $"{serving.WebSocketPort}"), 3, "--token-file");
        await using var logs = Start("logs", "--websocket-port", $"{serving.WebSocketPort}", "--token-file", file);
        await logs.WaitForAsync(program => program.Output.Length > 0, "the log is followed");

        serving.Process.Signal(FleetBridgeProcess.Terminate);
        var ended = await serving.Process.WaitAsync();
        var token = (await File.ReadAllTextAsync(file)).Trim();
        foreach (var text in new[] { ended.Output, ended.Error, logs.Output, await File.ReadAllTextAsync((string)serving.Announcement["log_file"]!) })
        {
            Assert.DoesNotContain(token, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Variable_stands_for_the_option_and_a_blank_one_for_nothing()
    {
        foreach (var (value, status) in new[] { (Folder["token"], 401), ("", 200), (" ", 200) })
        {
            await using var serving = await ServingProcess.StartAsync(
                State,
                ["--http-port", "0", "--websocket-port", "0"],
                new Dictionary<string, string> { [Variable] = value });
            Assert.Equal(status, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
        }
    }

    [Fact]
    public async Task Second_bridge_is_told_who_holds_the_port_without_the_token()
    {
        Requires.Unix();
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State, "--token-file", Folder["token"]);
        var second = await RunAsync("serve", "--http-port", $"{serving.HttpPort}", "--websocket-port", "0", "--token-file", Folder["other"]);
        AssertRefused(second, 6, "FleetBridge", (string)serving.Announcement["version"]!);
        Assert.False(File.Exists(Folder["other"]));
    }

    [Fact]
    public async Task File_that_cannot_be_used_is_a_usage_error()
    {
        File.WriteAllText(Folder["blank"], "\n");
        AssertRefused(await RunAsync("serve", "--http-port", "0", "--websocket-port", "0", "--token-file", Folder["blank"]), 2, Folder["blank"]);
        var none = Folder["none"];
        AssertRefused(await RunAsync("backends", "--url", "http://localhost:1", "--token-file", none), 2, none);
        AssertRefused(await RunAsync("logs", "--token-file", none), 2, none);
        Assert.False(File.Exists(none));
        if (!OperatingSystem.IsWindows())
        {
            File.WriteAllText(Folder["open"], "0123456789abcdef0123");
            File.SetUnixFileMode(Folder["open"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
            AssertRefused(
                await RunAsync("serve", "--http-port", "0", "--websocket-port", "0", "--token-file", Folder["open"]), 2, "chmod 600");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public async Task Blank_option_does_not_leave_the_bridge_open(string value) => AssertRefused(
        await RunAsync("serve", "--http-port", "0", "--websocket-port", "0", "--token-file", value), 2, "--token-file must not be empty");

    [Theory]
    [InlineData("http://localhost:8000", true)]
    [InlineData("http://127.0.0.1:8000", true)]
    [InlineData("http://[::1]:8000", true)]
    [InlineData("http://192.0.2.1:8000", false)]
    [InlineData("http://localhost.example.com", false)]
    public void Token_is_sent_to_this_machine_only(string address, bool expected)
    {
        using var bridge = new RemoteBridge(new Uri(address), new AccessToken("0123456789abcdef"));
        Assert.Equal(expected, bridge.SendsToken);
    }
}
