using System.Net;
using System.Net.Sockets;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

public sealed class RequestCommandTests(ITestOutputHelper output) : CliTest
{
    [Fact]
    public async Task Request_in_this_process_prints_the_response()
    {
        var result = await RunAsync("request", "aws/1/config", "--set", "prefix=nightly", "--set", "fleet_name=a=b c");
        Assert.Equal(0, result.Code);
        Assert.Equal("True", (string?)result.Json["Overall Result"]);
        Assert.Equal("nightly-build", (string?)result.Json["server_package_name"]);
        Assert.Equal("a=b c", (string?)result.Json["fleet_name"]);
    }

    [Theory]
    [InlineData("http://localhost:8000/aws_backend/1/config?prefix=\"q\"&region_name=eu-west-1")]
    [InlineData("/aws/1/config?prefix=q&region_name=eu-west-1")]
    [InlineData("aws/1/config?prefix=q&region_name=eu-west-1&prefix=later")]
    public async Task Whole_url_or_target_is_read_with_its_query(string request)
    {
        var result = await RunAsync("request", request);
        Assert.Equal(0, result.Code);
        Assert.Equal("q", (string?)result.Json["prefix"]);
        Assert.Equal("eu-west-1", (string?)result.Json["region_name"]);
    }

    [Fact]
    public async Task Named_settings_come_before_the_query_and_the_query_before_the_project()
    {
        var result = await RunAsync(
            "request", "aws/1/config?region_name=eu-west-1&fleet_name=query", "--project", Repository.SampleGame,
            "--set", "fleet_name=set", "--set", "fleet_launch_path=");
        Assert.Equal("set", (string?)result.Json["fleet_name"]);
        Assert.Equal("eu-west-1", (string?)result.Json["region_name"]);
        Assert.Equal("sample", (string?)result.Json["prefix"]);
        Assert.Equal(Repository.SampleGame, (string?)result.Json["project_root"]);
        Assert.Null(result.Json["fleet_launch_path"]);
    }

    [Fact]
    public async Task Packaged_build_of_the_sample_is_ready()
    {
        var result = await RunAsync("request", "aws/1/deployment/packaged_build/check", "--project", Repository.SampleGame);
        Assert.Equal(0, result.Code);
        Assert.Equal("True", (string?)result.Json["Overall Result"]);
    }

    [Theory]
    [InlineData(null, "Packaged")]
    [InlineData("../Other", "../Other")]
    [InlineData("./a/..", "")]
    public async Task Relative_package_folder_counts_from_the_project_wherever_the_command_runs(string? set, string folder)
    {
        var away = Directory.CreateDirectory(Folder["far", "away"]).FullName;
        Directory.CreateDirectory(Folder["My Game", "Config"]);
        File.WriteAllText(
            Folder["My Game", "Config", "DefaultEditor.ini"],
            "[/Script/FleeteratorGameLiftStarterEditor.GameLiftStarterSettings]\nServerPackageRoot=Packaged\n");
        string[] settings = set is null ? [] : ["--set", $"server_package_root={set}"];
        await using var program = FleetBridgeProcess.Start(
            State, ["request", "aws/1/deployment/packaged_build/check", "--project", "../../My Game", .. settings], folder: away);
        var root = (string?)(await program.WaitAsync()).Json["Details"]!["Package Root"];
        Assert.Equal(Path.GetFullPath(Path.Combine(Folder["My Game"], folder)), Path.TrimEndingDirectorySeparator(root!));
    }

    [Fact]
    public async Task Request_with_a_url_goes_to_the_running_bridge()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var address = $"http://localhost:{bridge.HttpPort}";
        string text = "größe \"quoted\" C:\\game\\ & more+ 100%";
        var result = await RunAsync("request", "probe/1/deployment/thing/check", "--set", $"text={text}", "--url", address);
        Assert.Equal(0, result.Code);
        Assert.Equal(text, (string?)result.Json["Details"]!["text"]);

        var whole = await RunAsync("request", "--url", $"{address}/probe_backend/1/deployment/thing_check?text=\"a%20b\"&prefix=x");
        Assert.Equal(0, whole.Code);
        Assert.Equal("a b", (string?)whole.Json["Details"]!["text"]);
        Assert.Equal("x", (string?)whole.Json["Details"]!["prefix"]);
    }

    [Theory]
    [InlineData("probe/1/deployment/mischief/fail", 1)]
    [InlineData("probe/1/deployment/mischief/throw", 1)]
    [InlineData("probe/1/deployment/thing/check?nonsense=1", 4)]
    [InlineData("probe/1/deployment/thing/nonsense", 5)]
    [InlineData("probe/2/metadata", 5)]
    [InlineData("nonsense/1/metadata", 5)]
    [InlineData("probe/1", 2)]
    public async Task Exit_code_is_the_same_in_this_process_and_from_a_bridge(string request, int code)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var here = await RunAsync("request", request, "--backends", Repository.ProbeRoot);
        var there = await RunAsync("request", request, "--url", $"http://127.0.0.1:{bridge.HttpPort}");
        Assert.Equal((code, code), (here.Code, there.Code));
        Assert.NotNull((string?)here.Json["Error"]);
        Assert.NotNull((string?)there.Json["Error"]);
    }

    [Theory]
    [InlineData("aws", "aws")]
    [InlineData("aws/1/config", "--set", "prefix")]
    [InlineData("aws/1/config", "--set", "=x")]
    [InlineData("aws/1/config", "--url", "localhost:1")]
    [InlineData("aws/1/config", "--url", "ftp://localhost")]
    [InlineData("aws/1/config", "--url", "")]
    [InlineData("aws/1/config", "--project", "")]
    [InlineData("aws/1/config", "--project", "/no/such.uproject")]
    [InlineData("aws/1/config", "--nonsense")]
    [InlineData("")]
    public async Task Bad_form_is_a_usage_error(params string[] args) => AssertRefused(await RunAsync(["request", .. args]), 2);

    [Fact]
    public async Task No_request_at_all_is_a_usage_error() => AssertRefused(await RunAsync("request"), 2, "--url");

    [Fact]
    public async Task Missing_bridge_at_the_address_is_reported()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)closed.LocalEndpoint).Port}";
        closed.Stop();
        AssertRefused(await RunAsync("request", "aws/1/config", "--url", address), 3, address, "fleetbridge serve");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "not a FleetBridge")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"status\":\"ok\"}", "not a FleetBridge")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "not a FleetBridge")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n{\"Overall Result\": true}", "not a FleetBridge")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://example.org/\r\nContent-Length: 0\r\n\r\n", "not a FleetBridge")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", "was lost")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n \r\n", "was lost")]
    [InlineData("", "No bridge is running")]
    public async Task Another_program_at_the_address_is_reported(string response, string report)
    {
        await using var stranger = CannedServer.Start(response);
        foreach (var command in new string[][] { ["request", "aws/1/config"], ["backends"] })
        {
            AssertRefused(await RunAsync([.. command, "--url", stranger.Address]), 3, stranger.Address, report);
        }
    }

    [Fact]
    public async Task Log_goes_to_the_error_stream_so_that_the_output_is_json()
    {
        var result = await RunAsync(
            "request", "probe/1/deployment/thing/log?text=spoken", "--backends", Repository.ProbeRoot);
        Assert.Equal("True", (string?)result.Json["Overall Result"]);
        Assert.Contains("spoken 1", result.Error, StringComparison.Ordinal);
        var quiet = await RunAsync(
            "request", "probe/1/deployment/thing/log?text=spoken", "--backends", Repository.ProbeRoot, "--log-level", "warning");
        Assert.Equal("", quiet.Error);
    }

    [Fact]
    public async Task Interrupt_cancels_the_operation_and_leaves_nothing()
    {
        Requires.Unix();
        await using var program = Start(
            "request", $"probe/1/deployment/thing/create?gate={Folder["gate"]}&mark={Folder["mark"]}&done={Folder["done"]}",
            "--backends", Repository.ProbeRoot);
        await program.WaitForAsync(_ => File.Exists(Folder["mark"]), "the operation has begun");
        program.Signal(FleetBridgeProcess.Interrupt);
        AssertRefused(await program.WaitAsync(), 130, "Cancelled");
        Assert.Equal("cancelled", File.ReadAllText(Folder["done"]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(State, "generations")));
    }
}
