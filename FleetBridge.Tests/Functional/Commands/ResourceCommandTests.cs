using System.Collections.Concurrent;
using System.Runtime.Versioning;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

public sealed class ResourceCommandTests(ITestOutputHelper output) : CliTest
{
    private static readonly string[] InOrder = ["packaged_build", "uploaded_build", "fleet", "user_pool", "lambdas", "rest_api", "session_api"];

    [Fact]
    public async Task One_resource_is_shown_in_words()
    {
        var result = await RunAsync("check", "packaged_build", "--project", Repository.SampleGame);
        Assert.Equal(0, result.Code);
        Assert.Equal("True", result.Lines[0]);
        Assert.Contains("SampleGameServer.exe", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_are_checked_in_dependency_order()
    {
        var result = await RunAsync("check", "all", "--project", Repository.SampleGame, "--json");
        Assert.Equal(1, result.Code);
        Assert.Equal(InOrder, result.Json.Select(member => member.Key));
        Assert.Equal(
            ["True", "False", "False", "False", "False", "False", "False"],
            result.Json.Select(member => (string?)member.Value!["Overall Result"]));
    }

    [Fact]
    public async Task All_are_shown_in_a_table()
    {
        var result = await RunAsync("check", "all", "--project", Repository.SampleGame);
        Assert.Equal(1, result.Code);
        Assert.Equal(InOrder, result.Rows.Select(row => row[0]));
        Assert.Equal(["True", "False", "False", "False", "False", "False", "False"], result.Rows.Select(row => row[1]));
        Assert.Contains("There is no AWS profile 'default'", result.Words, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Output);
    }

    [Fact]
    public async Task Several_are_taken_in_dependency_order_whatever_theirs()
    {
        var result = await RunAsync("check", "rest_api", "fleet", "packaged_build", "fleet", "--json");
        Assert.Equal(["packaged_build", "fleet", "rest_api"], result.Json.Select(member => member.Key));
    }

    [Fact]
    public async Task Another_backend_is_named_with_its_folder()
    {
        string[] hello = ["--backend", "hello/1", "--backends", Repository.HelloRoot];
        var check = await RunAsync(["check", "greeting", .. hello]);
        Assert.Equal((1, "False"), (check.Code, check.Lines[0]));
        var create = await RunAsync(["create", "all", "--prefix", "Unreal", .. hello]);
        Assert.Equal(0, create.Code);
        Assert.Contains("Hello, Unreal!", create.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backend_is_named_by_variables_too()
    {
        var result = await RunAsync(
            new Dictionary<string, string> { ["FLEETBRIDGE_BACKEND"] = "hello/1", ["FLEETBRIDGE_BACKENDS"] = Repository.HelloRoot },
            "create", "greeting", "--json");
        Assert.Equal("Hello, world!", (string?)result.Json["greeting"]!["Details"]!["Greeting"]);
    }

    [Fact]
    public async Task Running_bridge_is_asked_for_backends_that_this_program_does_not_have()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        string[] there = ["--backend", "probe/1", "--url", $"http://localhost:{bridge.HttpPort}"];
        var check = await RunAsync(["check", "all", "--text", "said", "--prefix", "x", .. there]);
        Assert.Equal(0, check.Code);
        Assert.Contains("text: said", check.Output, StringComparison.Ordinal);
        File.WriteAllText(Folder["gate"], "");
        var create = await RunAsync(["create", "thing", "--gate", Folder["gate"], "--json", .. there]);
        Assert.Equal("True", (string?)create.Json["thing"]!["Overall Result"]);
        AssertRefused(await RunAsync(["check", "fleet", .. there]), 5, "thing");
    }

    [Fact]
    public async Task Setting_called_like_an_option_of_the_program_is_no_option()
    {
        await using var bridge = CannedServer.StartBridge(target => target.Split('?')[0] switch
        {
            "/aws/1/config" => """{"Overall Result": "True", "prefix": "p", "url": "x", "json": null, "help": "x"}""",
            "/aws/1/resources" => """
                {"Overall Result": "True", "Details": {"Resources": [
                {"Name": "thing", "Path": "a/thing", "Operations": ["check"], "Depends On": []}]}}
                """,
            "/aws/1/a/thing/check" => """{"Overall Result": "True"}""",
            _ => null,
        });
        var result = await RunAsync("check", "all", "--prefix", "q", "--json", "--url", bridge.Address);
        Assert.Equal(0, result.Code);
        Assert.Equal("True", (string?)result.Json["thing"]!["Overall Result"]);
    }

    [Fact]
    public async Task Bridge_without_resources_is_read_by_its_metadata_and_asked_one_by_one()
    {
        var made = new ConcurrentQueue<string>();
        await using var bridge = CannedServer.StartBridge(target =>
        {
            made.Enqueue(target);
            return target switch
            {
                "/aws/1/config" => """{"Overall Result": "True", "prefix": "p"}""",
                "/aws/1/metadata" => """
                    {"Overall Result": "True", "Details": {"Components": [
                    {"Name": "One", "Description": "", "Requests": [{"Name": "Check", "RequestPath": "/a/one_check"}, {"Name": "Create", "RequestPath": "/a/one_create"}]},
                    {"Name": "Two", "Description": "", "Requests": [{"Name": "Check", "RequestPath": "/a/two/check"}, {"Name": "Create", "RequestPath": "/a/two/create"}]}]}}
                    """,
                "/aws/1/a/one/create" => """{"Overall Result": "False", "Error": "No."}""",
                _ => null,
            };
        });
        var result = await RunAsync("create", "all", "--url", bridge.Address);
        Assert.Equal(1, result.Code);
        Assert.Equal([["one", "False", "No."], ["two", "skipped", "Skipped, because one failed."]], result.Rows);
        // a gateway would say at /healthz that it is one
        Assert.Equal(["/aws/1/config", "/aws/1/resources", "/aws/1/metadata", "/aws/1/a/one/create"], made.Where(target => target != "/healthz"));
    }

    [Fact]
    public async Task Running_bridge_that_lacks_the_backend_is_reported()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var result = await RunAsync("check", "all", "--url", $"http://localhost:{bridge.HttpPort}");
        AssertRefused(result, 5, "There is no backend 'aws'", "probe");
    }

    [Fact]
    public async Task Options_come_before_the_project()
    {
        var result = await RunAsync(
            "check", "packaged_build", "--json", "--project", Repository.SampleGame, "--server-package-root", Folder["none"]);
        Assert.Equal(1, result.Code);
        Assert.Equal(
            $"The package folder {Folder["none"]} does not exist.",
            (string?)result.Json["packaged_build"]!["Details"]!["Problems"]![0]);
    }

    [Fact]
    public async Task Settings_that_cannot_be_used_have_their_own_exit_code()
    {
        var result = await RunAsync("check", "fleet", "--prefix", "Not A Prefix");
        Assert.Equal((4, "Invalid Settings"), (result.Code, result.Lines[0]));
    }

    [Theory]
    [InlineData(5, "There is no resource nonsense. Resources with check: packaged_build", "check", "fleet", "nonsense")]
    [InlineData(5, "packaged_build has no create", "create", "packaged_build")]
    [InlineData(5, "nope/1", "check", "all", "--backend", "nope/1")]
    [InlineData(2, "'nope'", "check", "all", "--backend", "nope")]
    [InlineData(2, "no such.uproject", "check", "all", "--project", "no such.uproject")]
    [InlineData(2, "resource", "check")]
    [InlineData(2, "--frefix", "check", "all", "--frefix", "x")]
    [InlineData(3, "http://127.0.0.1:1/", "check", "all", "--url", "http://127.0.0.1:1")]
    public async Task What_cannot_be_used_is_named(int code, string told, params string[] args) =>
        AssertRefused(await RunAsync(args), code, told);

    [Fact]
    public async Task Backend_that_cannot_be_loaded_is_reported_and_help_is_still_given()
    {
        Folder.CopyOf(Path.Combine(Repository.AwsRoot, "aws", "1"), "backends", "broken", "1");
        File.WriteAllText(Folder["backends", "broken", "1", "metadata.json"], "{");
        string[] broken = ["check", "all", "--backend", "broken/1", "--backends", Folder["backends"]];
        AssertRefused(await RunAsync(broken), 5, "broken/1", "metadata.json");
        Assert.Equal(5, (await RunAsync("request", "broken/1/config", "--backends", Folder["backends"])).Code);
        await using var bridge = await TestBridge.StartAsync(output, [Folder["backends"]]);
        var url = $"http://localhost:{bridge.HttpPort}";
        AssertRefused(await RunAsync("check", "all", "--backend", "broken/1", "--url", url), 5, "broken/1", "metadata.json");
        Assert.Equal(5, (await RunAsync("request", "broken/1/config", "--url", url)).Code);
        var help = await RunAsync([.. broken, "--help"]);
        Assert.Equal(0, help.Code);
        Assert.Contains("Examples:", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task Browse_opens_the_page_on_the_desktop()
    {
        Requires.Linux();
        var desktop = Directory.CreateDirectory(Folder["desktop"]).FullName;
        File.WriteAllText(Path.Combine(desktop, "xdg-open"), $"#!/bin/sh\necho \"$1\" > '{Folder["opening"]}'\nmv '{Folder["opening"]}' '{Folder["opened"]}'\n");
        File.SetUnixFileMode(Path.Combine(desktop, "xdg-open"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var result = await RunAsync(
            new Dictionary<string, string> { ["PATH"] = $"{desktop}:{Environment.GetEnvironmentVariable("PATH")}" },
            "browse", "fleet", "--region-name", "eu-west-1");
        Assert.Equal(0, result.Code);
        await Eventually.TrueAsync(() => File.Exists(Folder["opened"]), "the page is opened");
        var address = "https://eu-west-1.console.aws.amazon.com/gamelift/fleets?region=eu-west-1";
        Assert.Equal(address, File.ReadAllText(Folder["opened"]).Trim());
        Assert.Contains(address, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Browse_without_a_desktop_fails_and_shows_the_address()
    {
        Requires.Unix();
        var result = await RunAsync(new Dictionary<string, string> { ["PATH"] = Folder.Path }, "browse", "fleet", "rest_api", "--json");
        Assert.Equal(1, result.Code);
        Assert.All(result.Json, member => Assert.Contains("https://us-west-2.console", member.Value!["Error"]!.GetValue<string>(), StringComparison.Ordinal));
    }
}
