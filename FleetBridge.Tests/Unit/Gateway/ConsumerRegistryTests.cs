using System.Net;
using System.Text;
using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Topics;
using FleetBridge.Gateway.Wire;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Gateway;

public sealed class ConsumerRegistryTests
{
    private static readonly byte[] Note = Frames.Text(Encoding.ASCII.GetBytes("{\"note\":1}"));

    private readonly ConsumerRegistry _registry = new(new ConsumerLimits { InAll = 6, PerAddress = 5, PerUser = 3 }, new FakeTimeProvider());
    private readonly Dictionary<string, FakeConnection> _connections = [];

    [Fact]
    public async Task A_registered_consumer_is_greeted_with_who_it_is()
    {
        Add("ann", "a1");
        var hello = (await _connections["a1"].WaitAsync(1))[0];
        Assert.Equal("event", (string?)hello["type"]);
        Assert.Equal("hello", (string?)hello["payload"]!["topic"]);
        Assert.Equal("a1", (string?)hello["payload"]!["event"]!["session_id"]);
        Assert.Equal("ann", (string?)hello["payload"]!["event"]!["user_id"]);
        Assert.Equal("operator", (string?)hello["payload"]!["event"]!["role"]);
    }

    [Theory]
    [InlineData("one", "a2")]
    [InlineData("user", "a1 a2")]
    [InlineData("users", "a1 a2 b1")]
    [InlineData("all", "a1 a2 b1 c1")]
    public async Task A_message_reaches_whom_it_is_for_once_and_nobody_else(string whom, string expected)
    {
        Add("ann", "a1");
        Add("ann", "a2");
        Add("bob", "b1");
        Add("cid", "c1");
        var sent = whom switch
        {
            "one" => _registry.SendTo("a2", Note) ? 1 : 0,
            "user" => _registry.SendToUser("ann", Note),
            "users" => _registry.SendToUsers(["ann", "bob", "ann", "nobody"], Note),
            _ => _registry.SendToAll(Note),
        };
        var reached = expected.Split(' ');
        Assert.Equal(reached.Length, sent);
        foreach (var (id, connection) in _connections)
        {
            var messages = await connection.WaitAsync(reached.Contains(id) ? 2 : 1);
            Assert.Equal(reached.Contains(id) ? 1 : 0, messages.Count(message => message.ContainsKey("note")));
        }
    }

    [Fact]
    public async Task An_unregistered_consumer_gets_nothing_more_and_others_of_its_user_do()
    {
        var first = Add("ann", "a1");
        Add("ann", "a2");
        _registry.Unregister(first);
        _registry.Unregister(first);
        Assert.False(_registry.SendTo("a1", Note));
        Assert.Equal(1, _registry.SendToUser("ann", Note));
        await _connections["a2"].WaitAsync(2);
        Assert.Single(_registry.Of("ann"));
    }

    [Fact]
    public async Task A_user_is_closed_with_all_its_connections()
    {
        Add("ann", "a1");
        Add("ann", "a2");
        Add("bob", "b1");
        _registry.CloseUser("ann", CloseCode.Revoked, "revoked");
        foreach (var id in new[] { "a1", "a2" })
        {
            Assert.Equal(CloseCode.Revoked, (int)(await _connections[id].WaitAsync(2))[1]["close"]!);
        }

        Assert.Single(await _connections["b1"].WaitAsync(1));
    }

    [Fact]
    public void Limits_in_all_per_address_and_per_user_are_told_and_counted()
    {
        for (var number = 0; number < 5; number++)
        {
            Assert.Null(_registry.FindObjection(IPAddress.Loopback));
        }

        Assert.Contains("The address 127.0.0.1", _registry.FindObjection(IPAddress.Loopback));
        Assert.Null(_registry.FindObjection(IPAddress.IPv6Loopback));
        Assert.Contains("The gateway has 6 consumers", _registry.FindObjection(IPAddress.IPv6Loopback));
        _registry.Leave(IPAddress.Loopback);
        Assert.Null(_registry.FindObjection(IPAddress.Loopback));

        Add("ann", "a1");
        Add("ann", "a2");
        Add("ann", "a3");
        Assert.Contains("The user has 3", _registry.Register(FakeConnection.Consumer(new FakeConnection(), "ann")));
        Assert.Equal(3, _registry.Refused);
    }

    [Fact]
    public async Task Presence_tells_who_is_there_and_who_comes_and_goes()
    {
        Add("ann", "a1");
        var presence = PresenceTopic.Of(_registry, "e");
        var watcher = new FakeConnection();
        presence.Subscribe(FakeConnection.Consumer(watcher, "eve"), null, 0, (at, _, snapshot) => Frames.Text(
            Encoding.UTF8.GetBytes($"{{\"offset\":{at.Offset},\"snapshot\":{snapshot!.ToJsonString()}}}")));
        var bob = Add("bob", "b1");
        _registry.Unregister(bob);
        var messages = await watcher.WaitAsync(3);
        Assert.Equal("ann", (string?)messages[0]["snapshot"]![0]!["user_id"]);
        Assert.Equal(
            ["joined bob", "left bob"],
            messages.Skip(1).Select(message => $"{message["payload"]!["event"]!["state"]} {message["payload"]!["event"]!["user_id"]}"));
    }

    private Consumer Add(string user, string id)
    {
        var connection = _connections[id] = new FakeConnection();
        var consumer = FakeConnection.Consumer(connection, user, id: id);
        Assert.Null(_registry.Register(consumer));
        return consumer;
    }
}
