using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Gateway.Wire;
using FleetBridge.Tests.Support;
using static FleetBridge.Tests.Functional.Gateway.Mesh.EchoService;

namespace FleetBridge.Tests.Functional.Gateway.Mesh;

/// <summary>Ours and Python's, through a real broker, in both directions. The peer tells each difference from the wire.</summary>
[Collection(MeshCollection.Name)]
public sealed class MeshPeerTests(MeshFixture fixture)
{
    private static readonly MeshKey Key = new("the key of the tests");

    [Fact]
    public async Task Python_service_gets_calls_commands_and_events_as_the_wire_has_them()
    {
        await fixture.RequireAsync();
        await fixture.ServiceAsync();
        await using var mesh = await fixture.JoinAsync("caller", key: Key);

        Assert.Equal(
            """{"a": ["\u00e9", 1.5, null]}""", await ResultAsync(mesh, Call(MeshFixture.Orders, "echo", """{"value":{"a":["é",1.5,null]}}""")));
        await mesh.CommandAsync(Call(MeshFixture.Orders, "note", """{"n":1}"""), TestContext.Current.CancellationToken);
        Assert.Null(mesh.Publish("peer.events", """{"e":1}"""u8));
        var seen = new JsonObject();
        await Eventually.TrueAsync(
            async () =>
            {
                seen = JsonNode.Parse(await ResultAsync(mesh, Call(MeshFixture.Orders, "seen")))!.AsObject();
                return seen["events"]!.AsArray().Count > 0 && seen["commands"]!.AsArray().Count > 0;
            },
            "the command and the event arrive");

        Assert.Equal("[]", seen["differences"]!.ToJsonString());
        Assert.Equal("""[{"e":1}]""", seen["events"]!.ToJsonString());
        Assert.Equal("""[{"n":1}]""", seen["commands"]!.ToJsonString());
        Assert.Contains(MeshFixture.Orders, mesh.Services);
    }

    [Fact]
    public async Task Context_says_who_asks_and_nothing_else()
    {
        await fixture.RequireAsync();
        await fixture.ServiceAsync();
        await using var mesh = await fixture.JoinAsync("caller");

        var context = JsonNode.Parse(await ResultAsync(mesh, Call(MeshFixture.Orders, "context")))!.AsObject();

        Assert.Equal(["call", "trace_id", "user_id"], context.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal("ann", context["user_id"]!.ToString());
    }

    [Fact]
    public async Task First_response_of_a_failing_service_counts_and_the_second_is_dropped()
    {
        await fixture.RequireAsync();
        await fixture.ServiceAsync();
        await using var mesh = await fixture.JoinAsync("caller");

        var error = await ErrorAsync(mesh, Call(MeshFixture.Orders, "fail"));

        Assert.Equal("NuropbException", error.Error);
        Assert.Contains("ValueError", error.Description, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => mesh.LateResponses == 1, "the double is counted");
        Assert.Equal("1", await ResultAsync(mesh, Call(MeshFixture.Orders, "echo", """{"value":1}""")));
    }

    [Fact]
    public async Task Late_response_is_dropped_and_the_call_has_ended_at_its_deadline()
    {
        await fixture.RequireAsync();
        await fixture.ServiceAsync();
        await using var mesh = await fixture.JoinAsync("caller");

        var error = await ErrorAsync(mesh, Call(MeshFixture.Orders, "slow", """{"seconds":1}""", TimeSpan.FromMilliseconds(200)));

        Assert.Equal(WireError.Timeout, error.Error);
        Assert.Equal(0, mesh.Pending);
        await Eventually.TrueAsync(() => mesh.LateResponses == 1, "the late one is counted");
    }

    [Fact]
    public async Task Event_of_a_Python_service_arrives_with_the_id_of_the_call_that_led_to_it()
    {
        await fixture.RequireAsync();
        await fixture.ServiceAsync();
        await using var mesh = await fixture.JoinAsync("caller");
        var happened = new ConcurrentQueue<MeshEvent>();
        using var listening = mesh.Subscribe("orders.*", happened.Enqueue);

        await Eventually.TrueAsync(
            async () =>
            {
                await ResultAsync(mesh, Call(MeshFixture.Orders, "publish", """{"topic":"orders.added","event":[1]}"""));
                return !happened.IsEmpty;
            },
            "the event arrives");

        Assert.True(happened.TryDequeue(out var first));
        Assert.Equal(("orders.added", "[1]", 32), (first.Topic, first.Event.GetRawText(), first.CorrelationId.Length));
    }

    [Theory]
    [InlineData("nested")]
    [InlineData("number")]
    public async Task What_would_leave_a_Python_service_deaf_is_refused_before_it_is_sent(string kind)
    {
        await fixture.RequireAsync();
        await fixture.ServiceAsync();
        await using var mesh = await fixture.JoinAsync("caller");
        var value = kind == "nested" ? new string('[', 63) + new string(']', 63) : new string('9', 301);

        Assert.Equal(WireError.BadParams, (await ErrorAsync(mesh, Call(MeshFixture.Orders, "echo", "{\"value\":" + value + "}"))).Error);
        Assert.NotNull(mesh.Publish("peer.events", System.Text.Encoding.ASCII.GetBytes(new string('[', 64) + new string(']', 64))));
        Assert.Equal("2", await ResultAsync(mesh, Call(MeshFixture.Orders, "echo", """{"value":2}""")));
    }

    [Fact]
    public async Task Call_to_a_service_that_is_not_there_comes_back_at_once()
    {
        await fixture.RequireAsync();
        await using var mesh = await fixture.JoinAsync("caller");

        var error = await ErrorAsync(mesh, Call("nobody", "x", ttl: TimeSpan.FromMinutes(5)));

        Assert.Equal((WireError.Unavailable, true), (error.Error, error.Retryable));
        Assert.Contains("nobody", error.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Python_client_is_answered_as_the_wire_has_it()
    {
        await fixture.RequireAsync();
        var service = new EchoService();
        await using var mesh = await fixture.JoinAsync("one", service, Key);

        var described = await fixture.AskAsync(new JsonObject { ["service"] = "fleetbridge.one", ["method"] = "nuropb_describe" });
        var refused = await fixture.AskAsync(new JsonObject { ["service"] = "fleetbridge", ["method"] = "echo" });
        var gone = await fixture.AskAsync(new JsonObject { ["service"] = "fleetbridge.two", ["method"] = "echo" });

        Assert.Equal("[]", described["differences"]!.ToJsonString());
        var result = described["body"]!["result"]!;
        Assert.Equal("fleetbridge.one", result["service_name"]!.ToString());
        Assert.Equal("value", result["methods"]!["echo"]!["parameters"]!["properties"]![0]![0]!.ToString());
        Assert.Equal("trace", described["body"]!["trace_id"]!.ToString());
        Assert.Equal("{}", described["body"]!["context"]!.ToJsonString());
        Assert.Equal("[]", refused["differences"]!.ToJsonString());
        Assert.Equal(WireError.BadToken, refused["body"]!["error"]!["error"]!.ToString());
        Assert.Equal("312", gone["returned"]!.ToString());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"service":"fleetbridge.one"}""")]
    public async Task Message_that_cannot_be_understood_is_answered_and_the_service_goes_on(string raw)
    {
        await fixture.RequireAsync();
        await using var mesh = await fixture.JoinAsync("one", new EchoService(), Key);

        var response = await fixture.AskAsync(new JsonObject { ["service"] = "fleetbridge.one", ["raw"] = raw });
        var protocol = await fixture.AskAsync(new JsonObject
        {
            ["service"] = "fleetbridge.one",
            ["raw"] = "{}",
            ["headers"] = new JsonObject { ["nuropb_protocol"] = "9" },
        });

        Assert.Equal(WireError.BadMessage, response["body"]!["error"]!["error"]!.ToString());
        Assert.Contains("nuropb_protocol", protocol["body"]!["error"]!["description"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, mesh.Undecodable);
        var described = await fixture.AskAsync(new JsonObject { ["service"] = "fleetbridge.one", ["method"] = "nuropb_describe" });
        Assert.NotNull(described["body"]!["result"]);
    }
}
