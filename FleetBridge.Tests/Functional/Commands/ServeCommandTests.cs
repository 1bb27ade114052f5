using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

public sealed class ServeCommandTests : CliTest
{
    /// <summary>What "a few seconds" may be on a loaded machine.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    [Fact]
    public Task Interrupt_ends_it_with_success()
    {
        Requires.Unix();
        return SignalEndsItAsync(FleetBridgeProcess.Interrupt);
    }

    [Fact]
    public Task Terminate_ends_it_with_success()
    {
        Requires.Unix();
        return SignalEndsItAsync(FleetBridgeProcess.Terminate);
    }

    [Theory]
    [InlineData(FleetBridgeProcess.Interrupt)]
    [InlineData(FleetBridgeProcess.Terminate)]
    public async Task Signal_right_after_the_announcement_ends_it_with_its_clean_up(int signal)
    {
        Requires.Unix();
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State);
        serving.Process.Signal(signal);
        Assert.Equal(0, (await serving.Process.WaitAsync()).Code);
        AssertOnlyLogsAreLeft();
        Assert.Contains("The bridge has stopped.", File.ReadAllText((string)serving.Announcement["log_file"]!), StringComparison.Ordinal);
    }

    private async Task SignalEndsItAsync(int signal)
    {
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State);
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
        using var socket = await RawWebSocket.ConnectAsync(serving.WebSocketPort);
        var watch = Stopwatch.StartNew();
        serving.Process.Signal(signal);
        var result = await serving.Process.WaitAsync();
        Assert.Equal(0, result.Code);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, EndLimit);
        Assert.Equal("", result.Error);
        Assert.Equal("The bridge has stopped.", (string?)(await socket.ReadRecordAsync())["message"]);
        AssertOnlyLogsAreLeft();
        Assert.Contains("The bridge has stopped.", File.ReadAllText((string)serving.Announcement["log_file"]!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Announcement_for_a_person_has_the_ports_and_the_log_file()
    {
        Requires.Unix();
        await using var serving = Start("serve", "--http-port", "0", "--websocket-port", "0");
        await serving.WaitForAsync(program => program.Output.Contains("Ctrl-C", StringComparison.Ordinal), "it announces itself");
        Assert.Matches("requests  http://localhost:[1-9][0-9]+/", serving.Output);
        Assert.Matches("log       ws://localhost:[1-9][0-9]+", serving.Output);
        Assert.Contains(Path.Combine(State, "logs", "fleetbridge.log"), serving.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Announcement_for_programs_is_one_line_of_json()
    {
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State);
        Assert.Equal(
            ["name", "version", "http_port", "websocket_port", "pid", "log_file", "gateway_port", "page"],
            serving.Announcement.Select(member => member.Key));
        Assert.Equal("FleetBridge", (string?)serving.Announcement["name"]);
        Assert.NotEqual(serving.HttpPort, serving.WebSocketPort);
        var health = await RawHttp.PostAsync(serving.HttpPort, "/healthz", "GET");
        Assert.Equal("FleetBridge", (string?)health.Json["name"]);
        Assert.True(File.Exists((string?)serving.Announcement["log_file"]));
    }

    [Fact]
    public async Task Log_file_of_any_name_is_announced_as_it_is()
    {
        Requires.Unix();
        var file = Folder["an \"odd\\name\" über.log"];
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State, "--log-file", file);
        Assert.Equal(file, (string?)serving.Announcement["log_file"]);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task Variables_say_what_options_do_not()
    {
        await using var serving = await ServingProcess.StartAsync(State, [], new Dictionary<string, string>
        {
            ["FLEETBRIDGE_HTTP_PORT"] = "0",
            ["FLEETBRIDGE_WEBSOCKET_PORT"] = "0",
            ["FLEETBRIDGE_BACKENDS"] = Repository.ProbeRoot + Path.PathSeparator + Repository.HelloRoot,
            ["FLEETBRIDGE_LOG_FILE"] = Folder["elsewhere", "my.log"],
            ["FLEETBRIDGE_LOG_LEVEL"] = "error",
        });
        Assert.Equal(Folder["elsewhere", "my.log"], (string?)serving.Announcement["log_file"]);
        foreach (var backend in new[] { "probe", "hello", "aws" })
        {
            Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, $"/{backend}/1/metadata")).Status);
        }

        // The level: the first record is not the INFO of the one request but the ERROR of the other.
        using var socket = await RawWebSocket.ConnectAsync(serving.WebSocketPort);
        await RawHttp.PostAsync(serving.HttpPort, "/probe/1/deployment/thing/log?text=quiet");
        await RawHttp.PostAsync(serving.HttpPort, "/probe/1/deployment/mischief/fail");
        Assert.Equal("ERROR", (string?)(await socket.ReadRecordAsync())["level"]);
    }

    [Fact]
    public async Task Options_come_before_variables()
    {
        using var taken = Listen();
        await using var serving = await ServingProcess.StartAsync(
            State,
            ["--http-port", "0", "--websocket-port=0", "--log-file", Folder["option.log"], "--backends", Repository.HelloRoot],
            new Dictionary<string, string>
            {
                ["FLEETBRIDGE_HTTP_PORT"] = PortOf(taken),
                ["FLEETBRIDGE_WEBSOCKET_PORT"] = PortOf(taken),
                ["FLEETBRIDGE_LOG_FILE"] = Folder["variable.log"],
                ["FLEETBRIDGE_BACKENDS"] = Repository.ProbeRoot,
            });
        Assert.Equal(Folder["option.log"], (string?)serving.Announcement["log_file"]);
        Assert.False(File.Exists(Folder["variable.log"]));
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/hello/1/metadata")).Status);
        Assert.Equal(404, (await RawHttp.PostAsync(serving.HttpPort, "/probe/1/metadata")).Status);
    }

    [Fact]
    public async Task Blank_variables_count_as_absent()
    {
        await using var serving = await ServingProcess.StartAsync(
            State,
            ["--http-port", "0", "--websocket-port", "0"],
            new[] { "HTTP_PORT", "WEBSOCKET_PORT", "BACKENDS", "LOG_FILE", "LOG_LEVEL", "BACKEND" }
                .ToDictionary(name => "FLEETBRIDGE_" + name, _ => ""));
        Assert.Equal(Path.Combine(State, "logs", "fleetbridge.log"), (string?)serving.Announcement["log_file"]);
    }

    [Theory]
    [InlineData("--http-port", "--websocket-port")]
    [InlineData("--websocket-port", "--http-port")]
    public async Task Port_that_is_taken_is_named(string option, string other)
    {
        using var taken = Listen();
        var result = await RunAsync("serve", option, PortOf(taken), other, "0");
        AssertRefused(result, 6, PortOf(taken), "--http-port", "--websocket-port");
        Assert.Equal("", result.Output);
        AssertOnlyLogsAreLeft();
    }

    [Theory]
    [InlineData("--http-port", "65536")]
    [InlineData("--http-port", "-1")]
    [InlineData("--websocket-port", "http")]
    [InlineData("--log-level", "loud")]
    public async Task Value_that_cannot_be_used_is_named(string option, string value)
    {
        var result = await RunAsync("serve", option, value);
        AssertRefused(result, 2, $"'{value}'", "See 'fleetbridge serve --help'.");
        Assert.Equal("", result.Output.Trim());
    }

    [Theory]
    [InlineData("FLEETBRIDGE_HTTP_PORT", "eighty")]
    [InlineData("FLEETBRIDGE_LOG_LEVEL", "loud")]
    public async Task Variable_that_cannot_be_used_is_named(string variable, string value) =>
        AssertRefused(await RunAsync(new Dictionary<string, string> { [variable] = value }, "serve"), 2, $"'{value}'");

    [Fact]
    public async Task First_request_is_answered_and_the_bridge_goes_on()
    {
        await using var serving = await ServingProcess.StartOnFreePortsAsync(
            State,
            "--project", Path.Combine(Repository.SampleGame, "SampleGame.uproject"),
            "--request", "aws/1/deployment/packaged_build/check");
        await serving.Process.WaitForAsync(
            process => process.Output.TrimEnd().EndsWith("\n}", StringComparison.Ordinal), "the answer is printed");
        var answer = JsonNode.Parse(serving.Process.Output[serving.Process.Output.IndexOf('\n', StringComparison.Ordinal)..])!;
        Assert.Equal("True", (string?)answer["Overall Result"]);
        Assert.EndsWith("SampleGameServer.exe", (string?)answer["Details"]!["Executable"], StringComparison.Ordinal);
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
        Assert.False(serving.Process.HasExited);
    }

    [Fact]
    public async Task Project_without_a_request_is_served()
    {
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State, "--project", Repository.SampleGame);
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
    }

    [Fact]
    public async Task Log_file_that_cannot_be_written_is_told_and_the_bridge_serves()
    {
        File.WriteAllText(Folder["file"], "");
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State, "--log-file", Folder["file", "bridge.log"]);
        Assert.Null(serving.Announcement["log_file"]);
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
        using var socket = await RawWebSocket.ConnectAsync(serving.WebSocketPort);
        var record = await socket.ReadRecordAsync();
        Assert.Equal("WARNING", (string?)record["level"]);
        Assert.Contains("bridge.log", (string?)record["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backends_folder_that_is_empty_is_told_and_one_that_is_not_is_not()
    {
        Directory.CreateDirectory(Folder["empty"]);
        await using var serving = await ServingProcess.StartOnFreePortsAsync(
            State, "--backends", Folder["empty"], "--backends", Repository.HelloRoot + Path.DirectorySeparatorChar);
        await serving.Process.WaitForAsync(
            process => process.Error.Contains('\n', StringComparison.Ordinal), "the folder is told");
        Assert.Contains(Folder["empty"], Assert.Single(serving.Process.Error.Split('\n')[..^1]), StringComparison.Ordinal);
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/hello/1/metadata")).Status);
    }

    [Fact]
    public async Task Backend_with_broken_metadata_is_told_and_the_others_serve()
    {
        Folder.CopyOf(Path.Combine(Repository.AwsRoot, "aws", "1"), "backends", "broken", "1");
        File.WriteAllText(Folder["backends", "broken", "1", "metadata.json"], "{\n  \"Fleet Type\": oops\n}");
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State, "--backends", Folder["backends"]);
        await serving.Process.WaitForAsync(
            process => process.Error.Contains("metadata.json", StringComparison.Ordinal), "the problem is told");
        Assert.Contains("broken/1", serving.Process.Error, StringComparison.Ordinal);
        Assert.Contains("line 2", serving.Process.Error, StringComparison.Ordinal);
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
        Assert.Equal("False", (string?)(await RawHttp.PostAsync(serving.HttpPort, "/broken/1/metadata")).Json["Overall Result"]);
    }

    [Fact]
    public async Task State_folder_that_cannot_be_written_is_done_without()
    {
        File.WriteAllText(Folder["file"], "");
        Directory.CreateDirectory(Folder["temporary"]);
        await using var serving = await ServingProcess.StartAsync(
            Folder["file", "state"],
            ["--http-port", "0", "--websocket-port", "0"],
            new Dictionary<string, string> { ["TMPDIR"] = Folder["temporary"], ["TMP"] = Folder["temporary"] });
        Assert.Null(serving.Announcement["log_file"]);
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);
        if (!OperatingSystem.IsWindows())
        {
            serving.Process.Signal(FleetBridgeProcess.Terminate);
            Assert.Equal(0, (await serving.Process.WaitAsync()).Code);
            Assert.Empty(Directory.EnumerateDirectories(Folder["temporary"], "fleetbridge-*"));
        }
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static string PortOf(TcpListener listener) => $"{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}";

    private void AssertOnlyLogsAreLeft()
    {
        Assert.All(
            Directory.Exists(State) ? Directory.EnumerateFiles(State, "*", SearchOption.AllDirectories) : [],
            file => Assert.StartsWith(Path.Combine(State, "logs"), file, StringComparison.Ordinal));
        Assert.Empty(Directory.Exists(Path.Combine(State, "generations"))
            ? Directory.EnumerateFileSystemEntries(Path.Combine(State, "generations"))
            : []);
    }
}
