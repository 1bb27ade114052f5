using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Gateway.Calls;
using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Hosting;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Topics;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Gateway;

public sealed class MessageHandlerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeConnection _connection = new();
    private readonly ConsumerLimits _limits = new() { MessagesPerSecond = 2, Burst = 5, MostRefused = 3, Topics = 1 };
    private readonly AuditLog _audit;
    private readonly LocalTokens _tokens;
    private readonly MessageHandler _handler;

    public MessageHandlerTests()
    {
        _audit = new AuditLog(_folder["audit.log"], NullLogger.Instance, _clock);
        _tokens = new LocalTokens(_folder.Path, _clock);
        var registry = new ConsumerRegistry(_limits, _clock);
        var topics = new TopicTable();
        topics.Add(new StoredTopic("a", "e"));
        topics.Add(new StoredTopic("b", "e"));
        _handler = new MessageHandler(
            registry,
            topics,
            new CallTracker(new InProcessMesh(), _limits, "e", _audit, NullLogger.Instance, _clock),
            new TokenVerifier(_tokens, null, null, _clock),
            _limits,
            _audit,
            _clock);
    }

    public void Dispose()
    {
        _audit.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_flood_is_told_and_in_the_end_closed_with_come_back()
    {
        var consumer = FakeConnection.Consumer(_connection, limits: _limits, clock: _clock);
        for (var number = 0; number < 5 + 3 + 1; number++)
        {
            await SendAsync(consumer, "ping", []);
        }

        await consumer.Outbox.Ended;
        var words = _connection.Messages.Select(message => message["close"]?.ToString() ?? (string?)message["error"] ?? (string?)message["type"]);
        Assert.Equal("4013", words.Last());
        Assert.DoesNotContain("request", words);
    }

    [Fact]
    public async Task A_consumer_that_slows_down_is_heard_again()
    {
        var consumer = FakeConnection.Consumer(_connection, limits: _limits, clock: _clock);
        for (var number = 0; number < 7; number++)
        {
            await SendAsync(consumer, "ping", []);
        }

        Assert.Equal(2, (await _connection.WaitAsync(7)).Count(message => (string?)message["error"] == "rate_limited"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await SendAsync(consumer, "ping", []);
        Assert.Equal("pong", (string?)(await _connection.WaitAsync(8))[7]["type"]);
        Assert.False(consumer.Outbox.IsClosing);
    }

    [Fact]
    public async Task A_token_is_renewed_by_one_of_the_same_user_only()
    {
        _tokens.Make("ann", Role.Admin, TimeSpan.FromHours(1), out var own);
        _tokens.Make("bob", Role.Admin, null, out var others);
        var consumer = FakeConnection.Consumer(_connection, limits: _limits, clock: _clock);
        await SendAsync(consumer, "refresh", new JsonObject { ["token"] = others });
        await SendAsync(consumer, "refresh", new JsonObject { ["token"] = "x" });
        Assert.Equal(Role.Operator, consumer.Identity!.Role);
        await SendAsync(consumer, "refresh", new JsonObject { ["token"] = own });
        Assert.Equal(Role.Admin, consumer.Identity.Role);
        var messages = await _connection.WaitAsync(3);
        Assert.Equal(["bad_token", "bad_token", null], messages.Select(message => (string?)message["payload"]!["error"]?["error"]));
    }

    [Fact]
    public async Task Topics_of_a_consumer_are_bounded()
    {
        var consumer = FakeConnection.Consumer(_connection, limits: _limits, clock: _clock);
        await SendAsync(consumer, "subscribe", new JsonObject { ["topic"] = "a" });
        await SendAsync(consumer, "subscribe", new JsonObject { ["topic"] = "b" });
        await SendAsync(consumer, "unsubscribe", new JsonObject { ["topic"] = "a" });
        await SendAsync(consumer, "subscribe", new JsonObject { ["topic"] = "b" });
        var messages = await _connection.WaitAsync(4);
        Assert.Equal([null, "too_many", null, null], messages.Select(message => (string?)message["payload"]!["error"]?["error"]));
    }

    [Fact]
    public async Task Who_asked_what_and_how_it_ended_is_in_the_audit_log()
    {
        var consumer = FakeConnection.Consumer(_connection, limits: _limits, clock: _clock);
        await SendAsync(consumer, "request", new JsonObject { ["service"] = "none", ["method"] = "of-these" });
        Assert.Equal("not_found", (string?)(await _connection.WaitAsync(1))[0]["payload"]!["error"]!["error"]);
        _audit.Dispose();
        var line = JsonNode.Parse(Assert.Single(File.ReadAllLines(_folder["audit.log"])))!;
        Assert.Equal(("ann", "none", "of-these", "not_found"), ((string?)line["user_id"], (string?)line["service"], (string?)line["method"], (string?)line["end"]));
    }

    private ValueTask SendAsync(Consumer consumer, string type, JsonObject payload) => _handler.HandleAsync(
        consumer, Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["payload"] = payload }.ToJsonString()), CancellationToken.None);
}
