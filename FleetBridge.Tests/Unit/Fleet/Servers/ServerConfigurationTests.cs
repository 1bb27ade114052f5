using System.Text.Json;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Tests.Unit.Fleet.Servers;

public sealed class ServerConfigurationTests
{
    private static readonly GameId Folder = GameId.Parse("folder:/srv/game");

    [Fact]
    public void An_absent_member_has_its_default()
    {
        var read = Read("""{"executable":"run.sh"}""");

        Assert.Empty(ServerConfigurationRules.Check(read, Folder));
        Assert.Equal(("SIGTERM", 30.0, null), (read.Stop.Signal, read.Stop.TimeoutSeconds, read.Stop.Command));
        Assert.Equal((null, 5.0, 3), (read.Health.Type, read.Health.IntervalSeconds, read.Health.Failures));
        Assert.Equal(RestartPolicy.Always, read.Restart.Policy);
        Assert.Empty(read.Arguments);
    }

    [Fact]
    public void Everything_is_read_and_written_in_snake_case()
    {
        const string Json = """
            {"executable":"bin/run","arguments":["-a","ü"],"environment":{"A":"b=c"},"ports":{"game":7777,"query":0},
            "stop":{"command":"quit","signal":"SIGINT","timeout_seconds":0.5},
            "health":{"type":"http","port":8080,"path":"/ok","pattern":null,"interval_seconds":1,"failures":2},
            "restart":{"policy":"on_crash"},"data":["saves"],"log_cap_bytes":67108864}
            """;

        var read = Read(Json);

        Assert.Empty(ServerConfigurationRules.Check(read, Folder));
        var written = JsonSerializer.Serialize(read, ServerJson.Default.ServerConfiguration);
        Assert.True(
            System.Text.Json.Nodes.JsonNode.DeepEquals(
                System.Text.Json.Nodes.JsonNode.Parse(Json), System.Text.Json.Nodes.JsonNode.Parse(written)),
            written);
    }

    [Theory]
    [InlineData("""{}""", "$.configuration.executable")]
    [InlineData("""{"executable":""}""", "$.configuration.executable")]
    [InlineData("""{"executable":"/bin/sh"}""", "$.configuration.executable")]
    [InlineData("""{"executable":"C:\\run.exe"}""", "$.configuration.executable")]
    [InlineData("""{"executable":"a/../../b"}""", "$.configuration.executable")]
    [InlineData("""{"executable":"a\u0000b"}""", "$.configuration.executable")]
    [InlineData("""{"executable":"a","arguments":["x",null]}""", "$.configuration.arguments[1]")]
    [InlineData("""{"executable":"a","arguments":["\u0000"]}""", "$.configuration.arguments[0]")]
    [InlineData("""{"executable":"a","arguments":null}""", "$.configuration.arguments")]
    [InlineData("""{"executable":"a","environment":{"A=B":"c"}}""", "$.configuration.environment['A=B']")]
    [InlineData("""{"executable":"a","environment":{"":"c"}}""", "$.configuration.environment['']")]
    [InlineData("""{"executable":"a","environment":{"A":null}}""", "$.configuration.environment.A")]
    [InlineData("""{"executable":"a","environment":{"A":"\u0000"}}""", "$.configuration.environment.A")]
    [InlineData("""{"executable":"a","ports":{"game":65536}}""", "$.configuration.ports.game")]
    [InlineData("""{"executable":"a","ports":{"game":7777,"query":7777}}""", "$.configuration.ports.query")]
    [InlineData("""{"executable":"a","stop":{"signal":"SIGNOPE"}}""", "$.configuration.stop.signal")]
    [InlineData("""{"executable":"a","stop":{"signal":null}}""", "$.configuration.stop.signal")]
    [InlineData("""{"executable":"a","stop":{"command":"a\nb"}}""", "$.configuration.stop.command")]
    [InlineData("""{"executable":"a","stop":{"timeout_seconds":-1}}""", "$.configuration.stop.timeout_seconds")]
    [InlineData("""{"executable":"a","stop":null}""", "$.configuration.stop")]
    [InlineData("""{"executable":"a","health":{"type":"log"}}""", "$.configuration.health.pattern")]
    [InlineData("""{"executable":"a","health":{"type":"log","pattern":"("}}""", "$.configuration.health.pattern")]
    [InlineData("""{"executable":"a","health":{"type":"log","pattern":"(a)\\1"}}""", "$.configuration.health.pattern")]
    [InlineData("""{"executable":"a","health":{"port":0}}""", "$.configuration.health.port")]
    [InlineData("""{"executable":"a","health":{"interval_seconds":0}}""", "$.configuration.health.interval_seconds")]
    [InlineData("""{"executable":"a","restart":null}""", "$.configuration.restart")]
    [InlineData("""{"executable":"a","data":["../x"]}""", "$.configuration.data[0]")]
    [InlineData("""{"executable":"a","log_cap_bytes":1}""", "$.configuration.log_cap_bytes")]
    [InlineData("""{"executable":"a","port_range":"7787-7777"}""", "$.configuration.port_range")]
    [InlineData("""{"executable":"a","restart":{"limit":-1}}""", "$.configuration.restart.limit")]
    [InlineData("""{"executable":"a","in_place":true,"data":["saves"]}""", "$.configuration.in_place")]
    [InlineData("""{"executable":"a","container":{}}""", "$.configuration.container")]
    public void What_is_wrong_is_named_by_its_path(string json, string path) =>
        Assert.Contains(ServerConfigurationRules.Check(Read(json), Folder), problem => problem.Path == path);

    [Fact]
    public void A_container_has_a_program_of_its_own() =>
        Assert.Empty(ServerConfigurationRules.Check(Read("""{"container":{"memory_bytes":134217728}}"""), GameId.Parse("docker:game")));

    [Fact]
    public void Half_a_character_is_no_text() => Assert.Equal(
        "$.configuration.arguments[0]",
        Assert.Single(ServerConfigurationRules.Check(
            new ServerConfiguration { Executable = "a", Arguments = ["a\ud800"] }, Folder)).Path);

    private static ServerConfiguration Read(string json) => JsonSerializer.Deserialize(json, ServerJson.Default.ServerConfiguration)!;
}
