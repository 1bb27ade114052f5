using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Commands;

/// <summary><c>metadata</c>, <c>config</c> and <c>backends</c>.</summary>
public sealed class ShowingCommandsTests(ITestOutputHelper output) : CliTest
{
    [Fact]
    public async Task Metadata_is_shown_as_a_table_without_its_tags()
    {
        var result = await RunAsync("metadata");
        Assert.Equal(0, result.Code);
        Assert.Contains("Amazon GameLift", result.Output, StringComparison.Ordinal);
        Assert.Contains("/deployment/rest_api/delete", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("</>", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_as_json_is_what_the_editor_gets()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        var url = $"http://localhost:{bridge.HttpPort}";
        var (_, editor) = await bridge.PostAsync("/hello/1/metadata");
        foreach (var where in new[] { ["--url", url], new[] { "--backends", Repository.HelloRoot } })
        {
            var result = await RunAsync(["metadata", "--backend", "hello/1", "--json", .. where]);
            Assert.Equal(0, result.Code);
            Assert.True(JsonNode.DeepEquals(editor, result.Json));
        }
    }

    [Fact]
    public async Task Config_is_filled_in_from_options_and_the_project()
    {
        var words = await RunAsync("config", "--project", Repository.SampleGame, "--region-name", "eu-west-1");
        Assert.Equal(0, words.Code);
        Assert.Contains("server_package_name: sample-build", words.Lines);
        Assert.Contains("region_name: eu-west-1", words.Lines);
        var json = await RunAsync("config", "--prefix", "p", "--json");
        Assert.Equal("p-fleet", (string?)json.Json["fleet_name"]);
        Assert.Equal(37, json.Json.Count);
    }

    [Fact]
    public async Task Config_of_a_running_bridge_takes_the_same_options()
    {
        await using var bridge = await TestBridge.StartAsync(output, [Repository.AwsRoot]);
        var result = await RunAsync("config", "--prefix", "p", "--json", "--url", $"http://localhost:{bridge.HttpPort}");
        Assert.Equal("p-fleet", (string?)result.Json["fleet_name"]);
    }

    [Fact]
    public async Task Config_that_cannot_be_used_says_all_that_is_wrong()
    {
        var result = await RunAsync("config", "--prefix", "P", "--fleet-inbound-port", "0");
        Assert.Equal(4, result.Code);
        Assert.Contains("prefix 'P'", result.Output, StringComparison.Ordinal);
        Assert.Contains("fleet_inbound_port '0'", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backends_are_listed_with_their_state()
    {
        Directory.CreateDirectory(Folder["backends", "broken", "1"]);
        File.WriteAllText(Folder["backends", "broken", "1", "note.txt"], "no assembly here");
        string[] roots = ["--backends", Repository.HelloRoot, "--backends", Folder["backends"]];
        var table = await RunAsync(["backends", .. roots]);
        Assert.Equal(1, table.Code);
        Assert.Contains("aws (aws_backend)", table.Output, StringComparison.Ordinal);
        Assert.Contains("Failed", table.Output, StringComparison.Ordinal);
        Assert.Single(table.Error.Split('\n'), line => line.Contains("broken/1 cannot be loaded: There is no assembly in", StringComparison.Ordinal));

        var json = await RunAsync(["backends", "--json", .. roots]);
        Assert.Equal(1, json.Code);
        var all = JsonNode.Parse(json.Output)!.AsArray();
        Assert.Equal(["aws", "broken", "hello", "local"], all.Select(backend => (string?)backend!["name"]));
        Assert.Equal([1, 0, 1, 1], all.Select(backend => (int)backend!["generation"]!));
        Assert.Equal(["Serving", "Failed", "Serving", "Serving"], all.Select(backend => (string?)backend!["state"]));
        Assert.Equal(Path.Combine(Repository.HelloRoot, "hello", "1"), (string?)all[2]!["path"]);
    }

    [Fact]
    public async Task Backends_of_a_running_bridge_are_listed()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        await bridge.Server.BackendsLoaded;
        var result = await RunAsync("backends", "--json", "--url", $"http://localhost:{bridge.HttpPort}");
        Assert.Equal(0, result.Code);
        Assert.Equal(["hello", "probe"], JsonNode.Parse(result.Output)!.AsArray().Select(backend => (string?)backend!["name"]));
    }

    [Fact]
    public async Task Folder_without_backends_is_reported()
    {
        var result = await RunAsync("backends", "--backends", Folder["nowhere"]);
        Assert.Equal(0, result.Code);
        Assert.Contains(Folder["nowhere"], result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metadata")]
    [InlineData("config")]
    public async Task Backend_that_is_not_installed_has_its_own_exit_code(string command) =>
        Assert.Equal(5, (await RunAsync(command, "--backend", "nope/1")).Code);

    [Fact]
    public async Task Nothing_but_the_log_is_left_in_the_state_folder()
    {
        await RunAsync("metadata");
        Assert.Equal([Path.Combine(State, "logs", "fleetbridge.log")], Directory.EnumerateFiles(State, "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(State, "generations")));
    }

    [Fact]
    public async Task Log_file_is_the_named_one()
    {
        await RunAsync("check", "packaged_build", "--log-file", Folder["my logs", "größe.log"]);
        Assert.Contains("packaged_build", File.ReadAllText(Folder["my logs", "größe.log"]), StringComparison.Ordinal);
    }
}
