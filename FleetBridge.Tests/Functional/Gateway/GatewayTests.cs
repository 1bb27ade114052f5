using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Gateway.Client;
using FleetBridge.Gateway.Rights;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Gateway;

public sealed class GatewayTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private int Port => shared.Bridge.GatewayPort;

    [Fact]
    public async Task The_gateway_is_made_for_the_first_consumer_and_greets_it()
    {
        Assert.False(shared.WasMadeEarly);
        using var consumer = await GatewayConsumer.ConnectAsync(Port, shared.Operator);
        var hello = (await consumer.ReadAsync())!["payload"]!["event"]!;
        Assert.Equal(("olga", "olga", "operator"), ((string?)hello["user_id"], (string?)hello["username"], (string?)hello["role"]));
        Assert.True(shared.Bridge.Server.Gateway!.IsMade);
    }

    [Theory]
    [InlineData("probe/1/metadata", "/probe/1/metadata")]
    [InlineData("probe/1/config", "/probe/1/config")]
    [InlineData("probe/1/resources", "/probe/1/resources")]
    [InlineData("probe/1/deployment/thing/check", "/probe/1/deployment/thing/check?text=x")]
    [InlineData("probe_backend/1/deployment/thing_check?text=x", "/probe/1/deployment/thing/check?text=x")]
    [InlineData("probe/1/deployment/mischief/fail", "/probe/1/deployment/mischief/fail")]
    [InlineData("probe/1/deployment/mischief/throw", "/probe/1/deployment/mischief/throw")]
    public async Task A_request_has_the_JSON_that_the_editor_gets(string method, string target)
    {
        using var consumer = await GatewayConsumer.GreetedAsync(Port, shared.Viewer);
        var response = await consumer.CallAsync("bridge", method, target.EndsWith("text=x", StringComparison.Ordinal) ? new JsonObject { ["text"] = "x" } : []);
        Assert.Null(response["error"]);
        Assert.Equal((await shared.Bridge.PostAsync(target)).Json.ToJsonString(), response["result"]!.ToJsonString());
    }

    [Theory]
    [InlineData("probe/1/deployment/thing/delete")]
    [InlineData("probe/1/deployment/thing_delete")]
    [InlineData("probe/1//deployment///thing/delete")]
    [InlineData("probe_backend/1/deployment/thing_delete?x=check")]
    [InlineData("probe/1/deployment/thing%5Fdelete")]
    [InlineData("probe/1/%64eployment/thing/delete#/check")]
    public async Task A_delete_is_an_admins_however_it_is_spelled(string method)
    {
        foreach (var token in new[] { shared.Viewer, shared.Operator })
        {
            using var consumer = await GatewayConsumer.GreetedAsync(Port, token);
            var error = (await consumer.CallAsync("bridge", method, new JsonObject { ["gate"] = shared.Bridge.Folder["never"] }))["error"];

            // a spelling that the bridge does not know runs nothing, and needs no right
            Assert.Contains((string?)error?["error"], (string[])["forbidden", "not_found"]);
            Assert.True((string?)error!["error"] == "forbidden" || method.Contains('#', StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_change_outlives_its_time_and_its_consumer_and_its_outcome_can_be_asked_for()
    {
        var (gate, done) = (shared.Bridge.Folder["gate"], shared.Bridge.Folder["done"]);
        string call;
        using (var consumer = await GatewayConsumer.GreetedAsync(Port, shared.Operator))
        {
            var error = await consumer.CallAsync(
                "bridge", "probe/1/deployment/thing/create", new JsonObject { ["gate"] = gate, ["done"] = done, ["prefix"] = "outlives" }, ttl: 300);
            Assert.Equal("still_running", (string?)error["error"]!["error"]);
            call = (string)error["call"]!;
        }

        using var later = await GatewayConsumer.GreetedAsync(Port, shared.Operator);
        await later.SendAsync("request", new JsonObject
        {
            ["id"] = "o",
            ["service"] = "bridge",
            ["method"] = "outcome",
            ["params"] = new JsonObject { ["call"] = call },
        });
        await File.WriteAllTextAsync(gate, "");
        var outcome = await later.ReadAsync("response");
        Assert.Equal("True", (string?)outcome["result"]!["Overall Result"]);
        Assert.Equal("completed", await File.ReadAllTextAsync(done));
    }

    [Fact]
    public async Task A_read_is_cancelled_with_its_call()
    {
        var (mark, done) = (shared.Bridge.Folder["read-mark"], shared.Bridge.Folder["read-done"]);
        using var consumer = await GatewayConsumer.GreetedAsync(Port, shared.Viewer);
        await consumer.SendAsync("request", new JsonObject
        {
            ["id"] = "w",
            ["service"] = "bridge",
            ["method"] = "probe/1/deployment/thing/wait",
            ["params"] = new JsonObject { ["gate"] = shared.Bridge.Folder["never"], ["mark"] = mark, ["done"] = done },
        });
        await Eventually.TrueAsync(() => File.Exists(mark), "the operation begins");
        await consumer.SendAsync("cancel", new JsonObject { ["id"] = "w" });
        Assert.Equal("cancelled", (string?)(await consumer.ReadAsync("response"))["error"]!["error"]);
        await Eventually.TrueAsync(() => File.Exists(done) && new FileInfo(done).Length > 0, "the operation ends");
        Assert.Equal("cancelled", await File.ReadAllTextAsync(done));
    }

    [Fact]
    public async Task The_log_is_followed_by_many_beside_the_editor_in_order_and_from_any_position()
    {
        using var editor = await RawWebSocket.ConnectAsync(shared.Bridge.WebSocketPort);
        using var first = await GatewayConsumer.GreetedAsync(Port, shared.Viewer);
        using var second = await GatewayConsumer.GreetedAsync(Port, shared.Viewer);
        foreach (var consumer in new[] { first, second })
        {
            await consumer.SendAsync("subscribe", new JsonObject { ["topic"] = "log", ["since"] = null });
            Assert.True((bool)(await consumer.ReadAsync("response"))["result"]!["recovered"]!);
        }

        using var caller = await GatewayConsumer.GreetedAsync(Port, shared.Viewer);
        await caller.CallAsync("bridge", "probe/1/deployment/thing/log", new JsonObject { ["text"] = "many", ["count"] = "300" });
        JsonNode? middle = null;
        foreach (var consumer in new[] { first, second })
        {
            var offset = 0L;
            for (var number = 1; number <= 300;)
            {
                var payload = await consumer.ReadAsync("event");
                Assert.True(offset == 0 || (long)payload["offset"]! == offset + 1);
                offset = (long)payload["offset"]!;
                if ((string?)payload["event"]!["message"] == $"many {number}")
                {
                    middle = ++number == 150 ? payload.DeepClone() : middle;
                }
            }
        }

        await first.SendAsync("subscribe", new JsonObject
        {
            ["topic"] = "log",
            ["since"] = new JsonObject { ["epoch"] = (string?)middle!["epoch"], ["offset"] = (long)middle["offset"]! },
        });
        Assert.True((bool)(await first.ReadAsync("response"))["result"]!["recovered"]!);
        Assert.Equal("many 150", (string?)(await first.ReadAsync("event"))["event"]!["message"]);
    }

    [Fact]
    public async Task Two_users_with_several_connections_are_told_apart_and_a_revoked_token_closes_its_own()
    {
        var (anns, bobs) = (shared.New("ann", Role.Viewer), shared.New("bob", Role.Viewer));
        using var ann1 = await GatewayConsumer.GreetedAsync(Port, anns);
        using var ann2 = await GatewayConsumer.GreetedAsync(Port, anns);
        using var bob1 = await GatewayConsumer.GreetedAsync(Port, bobs);
        await bob1.SendAsync("subscribe", new JsonObject { ["topic"] = "presence" });
        var there = (await bob1.ReadAsync("response"))["result"]!["snapshot"]!.AsArray();
        Assert.Contains(there, user => (string?)user!["user_id"] == "ann" && (int)user["connections"]! == 2);

        // as another process does it
        Assert.True(new LocalTokens(shared.Bridge.Folder["state"], TimeProvider.System).Revoke(anns.Split('_')[1]));
        Assert.Equal(4503, await ann1.ReadToEndAsync());
        Assert.Equal(4503, await ann2.ReadToEndAsync());
        Assert.Equal(
            ["ann left", "ann left"],
            (string[])[Words(await bob1.ReadAsync("event")), Words(await bob1.ReadAsync("event"))]);
        Assert.NotNull((await bob1.CallAsync("log", "range"))["result"]);
        using var refused = await GatewayConsumer.ConnectAsync(Port, anns);
        Assert.Equal(401, refused.Status);

        static string Words(JsonNode payload) => $"{payload["event"]!["user_id"]} {payload["event"]!["state"]}";
    }

    [Fact]
    public async Task What_operations_do_is_told_whoever_has_asked_for_them()
    {
        using var consumer = await GatewayConsumer.GreetedAsync(Port, shared.Viewer);
        await consumer.SendAsync("subscribe", new JsonObject { ["topic"] = "deployments" });
        await consumer.ReadAsync("response");
        await shared.Bridge.PostAsync("/probe/1/deployment/thing/check?prefix=told");
        foreach (var state in new[] { "running", "ended" })
        {
            JsonNode told;
            do
            {
                told = (await consumer.ReadAsync("event"))["event"]!;
            }
            while ((string?)told["prefix"] != "told");

            Assert.Equal(
                (state, "probe/1", "deployment/thing", "check"),
                ((string?)told["state"], (string?)told["backend"], (string?)told["resource"], (string?)told["operation"]));
        }
    }

    [Theory]
    [InlineData("bridge", "probe/1/deployment/thing/check")]
    [InlineData("log", "read")]
    [InlineData("fleet", "servers")]
    [InlineData("gateway", "state")]
    public async Task A_service_describes_itself(string service, string method)
    {
        using var consumer = await GatewayConsumer.GreetedAsync(Port, shared.Viewer);
        var result = (await consumer.CallAsync(service, "nuropb_describe"))["result"]!;
        Assert.Equal(service, (string?)result["service_name"]);
        Assert.True(method.Contains('/', StringComparison.Ordinal) || result["methods"]![method] is not null);
        Assert.All(result["methods"]!.AsObject(), one => Assert.IsType<JsonArray>(one.Value!["parameters"]!["properties"]));
    }

    [Fact]
    public async Task Calls_with_equal_trace_ids_lead_each_response_to_its_consumer()
    {
        var wrong = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 20), async (user, _) =>
        {
            using var consumer = await GatewayConsumer.GreetedAsync(Port, shared.Viewer);
            for (var number = 0; number < 20; number++)
            {
                await consumer.SendAsync("request", new JsonObject
                {
                    ["service"] = "bridge",
                    ["method"] = "probe/1/deployment/thing/check",
                    ["params"] = new JsonObject { ["text"] = $"{user}-{number}" },
                    ["trace_id"] = "same",
                });
            }

            var texts = new HashSet<string>();
            for (var number = 0; number < 20; number++)
            {
                texts.Add((string)(await consumer.ReadAsync("response"))["result"]!["Details"]!["text"]!);
            }

            wrong += texts.SetEquals(Enumerable.Range(0, 20).Select(number => $"{user}-{number}")) ? 0 : 1;
        });
        Assert.Equal(0, wrong);
    }

    [Fact]
    public async Task The_client_calls_listens_and_is_told_why_not()
    {
        await using var client = await GatewayClient.ConnectAsync(new GatewayClientOptions
        {
            Address = new Uri($"http://localhost:{Port}"),
            Token = _ => ValueTask.FromResult(shared.Viewer),
        });
        Assert.Equal("vera", (await client.Session).Username);
        var result = await client.CallAsync("bridge", "probe/1/deployment/thing/check", new JsonObject { ["text"] = "é" });
        Assert.Equal("é", result.GetProperty("Details").GetProperty("text").GetString());
        var exception = await Assert.ThrowsAsync<GatewayException>(() => client.CallAsync("bridge", "probe/1/deployment/thing/create"));
        Assert.Equal("forbidden", exception.Code);

        await client.CallAsync("bridge", "probe/1/deployment/thing/log", new JsonObject { ["text"] = "client", ["count"] = "3" });
        var seen = new List<string>();
        await foreach (var happened in client.SubscribeAsync("log", last: 100))
        {
            if (happened.Kind == GatewayEventKind.Event && happened.Value.GetProperty("message").GetString() is { } text
                && text.StartsWith("client ", StringComparison.Ordinal))
            {
                seen.Add(text);
                if (seen.Count == 3)
                {
                    break;
                }
            }
        }

        Assert.Equal(["client 1", "client 2", "client 3"], seen);
        Assert.Equal(JsonValueKind.Object, (await client.CallAsync("gateway", "state")).ValueKind);
    }

    [Fact]
    public async Task Consumers_are_told_to_come_back_when_the_gateway_stops()
    {
        await using var bridge = await TestBridge.StartAsync(roots: [Repository.ProbeRoot], withGateway: true);
        new LocalTokens(bridge.Folder["state"], TimeProvider.System).Make("ann", Role.Viewer, null, out var token);
        using var consumer = await GatewayConsumer.GreetedAsync(bridge.GatewayPort, token);
        var reading = consumer.ReadToEndAsync();
        await bridge.StopAsync();
        Assert.Equal(4001, await reading);
    }
}
