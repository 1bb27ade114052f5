using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Unreal;

/// <summary>The bridge, asked with the engine's own libraries.</summary>
public sealed partial class EngineClientTests(EngineClient client, ITestOutputHelper output) : IClassFixture<EngineClient>
{
    [Fact]
    public async Task Requests_with_raw_quotes_are_answered_on_one_connection()
    {
        Requires.EngineClient();
        await using var bridge = await TestBridge.StartAsync(output);
        var replies = await client.PostAsync(
            bridge.HttpPort,
            TimeSpan.Zero,
            "/probe_backend/1/metadata",
            "/probe_backend/1/deployment/thing/check?prefix=my&text=\"C%3A%5CMy%20Game%5C%7Bserver%7D\"",
            "/probe/1/deployment/thing_check?text=\"C:\\game\\{[x]}|^`\"&prefix=q",
            "/probe/1/nothing/of/that/kind");
        Assert.Equal([200, 200, 200, 404], replies.Select(reply => reply.Status));

        // localhost may be tried on ::1 first: what counts is that there is no further one
        Assert.Equal([0, 0, 0], replies.Skip(1).Select(reply => reply.NewConnections));
        Assert.Equal("Probe", (string?)replies[0].Json["Details"]!["Fleet Type"]);
        Assert.Equal("C:\\My Game\\{server}", (string?)replies[1].Json["Details"]!["text"]);
        Assert.Equal("my", (string?)replies[1].Json["Details"]!["prefix"]);
        Assert.Equal("C:\\game\\{[x]}|^`", (string?)replies[2].Json["Details"]!["text"]);
        Assert.Equal("False", (string?)replies[3].Json["Overall Result"]);
    }

    [Fact]
    public async Task Operation_that_takes_long_survives_a_client_that_gives_up_when_it_is_quiet()
    {
        Requires.EngineClient();

        // what the bridge sends every five seconds comes every second, and the client is quick to give up as well
        await using var bridge = await TestBridge.StartAsync(output, clock: new FastClock(5));
        var files = new ProbeFiles(bridge.Folder);
        var asked = client.PostAsync(
            bridge.HttpPort,
            TimeSpan.FromSeconds(3),
            $"/probe/1/deployment/thing/create?{files.Query}",
            "/probe/1/deployment/thing/check");
        await files.WaitUntilBegunAsync();

        // the operation's length is what is tested
        await Task.WhenAny(asked, Task.Delay(TimeSpan.FromSeconds(7)));
        Assert.False(asked.IsCompleted, "the client has given up");
        files.OpenGate();
        var replies = await asked;
        Assert.Equal([200, 200], replies.Select(reply => reply.Status));
        Assert.All(replies, reply => Assert.Equal("True", (string?)reply.Json["Overall Result"]));
        Assert.Equal(0, replies[1].NewConnections);
        Assert.InRange(replies[0].LongestSilence, TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:{0}")]
    public async Task Log_is_read_with_and_without_a_port_in_the_host(string host)
    {
        Requires.EngineClient();
        const int Records = 50;
        await using var bridge = await TestBridge.StartAsync(output);
        var following = client.FollowAsync(
            bridge.WebSocketPort,
            string.Format(System.Globalization.CultureInfo.InvariantCulture, host, bridge.WebSocketPort),
            Records);
        var (status, _) = await bridge.PostAsync($"/probe/1/deployment/thing/log?text=Gr%C3%B6%C3%9Fe&count={Records + 10}");
        Assert.Equal(200, status);
        var lines = await following;
        Assert.Equal("open", lines[0]);
        Assert.InRange(lines.Length - 1, Records, Records + 10);
        Assert.All(lines[1..], line => Assert.Matches(Record(), line));
        Assert.Contains(lines[1..], line => (string?)JsonNode.Parse(line)!["message"] == "Größe 1");

        // it has gone without a close frame: the next editor is welcome
        var next = client.FollowAsync(bridge.WebSocketPort, "localhost", 1);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=next");
        Assert.Equal("open", (await next)[0]);
    }

    [Fact]
    public async Task Second_client_is_refused_while_the_first_one_reads()
    {
        Requires.EngineClient();
        await using var bridge = await TestBridge.StartAsync(output);
        using var first = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        var second = await client.FollowAsync(bridge.WebSocketPort, "localhost", 1);
        Assert.StartsWith("error", Assert.Single(second), StringComparison.Ordinal);
    }

    /// <summary>A record, to the byte: ASCII only, in this order.</summary>
    [GeneratedRegex("""^\{"time": ?"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}", ?"name": ?"[ -~]+", ?"level": ?"(DEBUG|INFO|WARNING|ERROR|CRITICAL)", ?"message": ?"[ -~]*"\}$""")]
    private static partial Regex Record();
}
