using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Gateway;

/// <summary>docs/schemas/gateway.schema.json beside the messages that are really sent, and beside the examples of docs/gateway.md.</summary>
public sealed partial class SchemaTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private readonly JsonSchema _schema = JsonSchema.Read(Path.Combine(Repository.Root, "docs", "schemas", "gateway.schema.json"));

    [Fact]
    public async Task Every_message_that_the_gateway_sends_is_described()
    {
        var seen = new Dictionary<string, List<JsonObject>>();
        using var consumer = await GatewayConsumer.ConnectAsync(shared.Bridge.GatewayPort, shared.Admin);
        await ReadAsync("event");
        foreach (var topic in new[] { "log", "deployments", "servers", "sessions", "presence", "absent" })
        {
            await SendAsync("subscribe", new JsonObject { ["topic"] = topic, ["since"] = null, ["last"] = 5, ["id"] = $"s-{topic}", ["trace_id"] = 1 });
            await ReadAsync("response");
        }

        await SendAsync("subscribe", new JsonObject { ["topic"] = "log", ["since"] = new JsonObject { ["epoch"] = "gone", ["offset"] = 3 } });
        await ReadAsync("response");
        foreach (var (service, method) in new[]
        {
            ("bridge", "probe/1/deployment/thing/check"), ("bridge", "probe/1/deployment/mischief/fail"), ("bridge", "backends"), ("bridge", "nothing"),
            ("log", "range"), ("log", "nuropb_describe"), ("fleet", "servers"), ("gateway", "state"), ("gateway", "tokens"), ("absent", "absent"),
        })
        {
            await SendAsync("request", new JsonObject
            {
                ["id"] = $"{service}.{method}",
                ["service"] = service,
                ["method"] = method,
                ["params"] = new JsonObject(),
                ["trace_id"] = new JsonObject(),
                ["ttl"] = 5_000,
            });
            await ReadAsync("response");
        }

        await SendAsync("request", new JsonObject
        {
            ["id"] = "slow",
            ["service"] = "bridge",
            ["method"] = "probe/1/deployment/thing/create",
            ["ttl"] = 200,
            ["params"] = new JsonObject { ["gate"] = shared.Bridge.Folder["schema-gate"], ["prefix"] = "schema" },
        });
        await SendAsync("cancel", new JsonObject { ["id"] = "absent" });
        while ((string?)(await ReadAsync("response"))["payload"]!["error"]?["error"] != "still_running")
        {
        }

        await File.WriteAllTextAsync(shared.Bridge.Folder["schema-gate"], "");
        await SendAsync("refresh", new JsonObject { ["token"] = "none" });
        await ReadAsync("response");
        await SendAsync("refresh", new JsonObject { ["token"] = shared.Admin, ["id"] = "r" });
        await ReadAsync("response");
        await SendAsync("unsubscribe", new JsonObject { ["topic"] = "log", ["id"] = "u" });
        await ReadAsync("response");
        await SendAsync("ping", []);
        await ReadAsync("pong");
        await consumer.SendRawAsync("{"u8.ToArray());
        await ReadAsync("error");
        await consumer.SendRawAsync("""{"type":"unheard","payload":{}}"""u8.ToArray());
        await ReadAsync("error");
        Assert.Superset(new HashSet<string> { "event", "response", "pong", "error" }, seen.Keys.ToHashSet());
        foreach (var (type, messages) in seen)
        {
            Assert.All(messages, message => Assert.True(_schema.Check(message) is [], $"{type}: {string.Join("\n", _schema.Check(message))}\n{message.ToJsonString()}"));
        }

        Task SendAsync(string type, JsonObject payload)
        {
            var message = new JsonObject { ["type"] = type, ["payload"] = payload.DeepClone() };
            Assert.True(_schema.Check(message) is [], $"{string.Join("\n", _schema.Check(message))}\n{message.ToJsonString()}");
            return consumer.SendAsync(type, payload);
        }

        async Task<JsonObject> ReadAsync(string type)
        {
            while (await consumer.ReadAsync() is { } message)
            {
                var kind = (string?)message["type"] ?? "";
                (seen.TryGetValue(kind, out var same) ? same : seen[kind] = []).Add(message);
                if (kind == type)
                {
                    return message;
                }
            }

            throw new InvalidOperationException($"The connection ended before a message of the type {type}: {consumer.CloseCode}");
        }
    }

    [Fact]
    public async Task Progress_is_described()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await OwnGateway.StartAsync(folder.Path);
        using var consumer = await GatewayConsumer.GreetedAsync(gateway.Port, gateway.NewToken());
        await consumer.SendAsync("request", new JsonObject { ["id"] = "p", ["service"] = "bridge", ["method"] = "any/1/step", ["trace_id"] = "t" });
        var messages = new List<JsonObject>();
        do
        {
            messages.Add((await consumer.ReadAsync())!);
        }
        while ((string?)messages[^1]["type"] != "response");

        Assert.Equal(["progress", "progress", "response"], messages.Select(message => (string?)message["type"]));
        Assert.All(messages, message => Assert.Equal([], _schema.Check(message)));
    }

    [Fact]
    public void Every_example_of_the_page_is_a_message()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "gateway.md"));
        var examples = Example().Matches(text).Select(match => match.Value).ToList();
        Assert.True(examples.Count >= 8, $"There are {examples.Count} examples.");
        Assert.All(examples, example => Assert.Equal([], _schema.Check(JsonNode.Parse(example.Replace("…", "x", StringComparison.Ordinal)))));
    }

    [Theory]
    [InlineData("""{"type":"request","payload":{"service":"bridge"}}""")]
    [InlineData("""{"type":"request","payload":{"service":"bridge","method":"m","ttl":0}}""")]
    [InlineData("""{"type":"response","payload":{"result":1,"error":null}}""")]
    [InlineData("""{"type":"response","payload":{"trace_id":null,"result":1,"error":"no"}}""")]
    [InlineData("""{"type":"event","payload":{"topic":"log","offset":0,"event":1}}""")]
    [InlineData("""{"type":"event","payload":{"topic":"log","event":1,"more":1}}""")]
    [InlineData("""{"type":"unheard","payload":{}}""")]
    [InlineData("[]")]
    public void What_is_no_message_does_not_pass(string json) => Assert.NotEmpty(_schema.Check(JsonNode.Parse(json)));

    [GeneratedRegex("""^\{"type":".*\}$|(?<=`)\{"type":"[^`]*\}(?=`)""", RegexOptions.Multiline)]
    private static partial Regex Example();
}
