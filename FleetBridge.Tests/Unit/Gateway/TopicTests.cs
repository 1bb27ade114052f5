using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Logs;
using FleetBridge.Gateway.Topics;
using FleetBridge.Gateway.Wire;
using Serilog.Events;

namespace FleetBridge.Tests.Unit.Gateway;

public sealed class TopicTests
{
    private readonly StoredTopic _topic = new("t", "e1", kept: 10);
    private readonly FakeConnection _connection = new();

    [Theory]
    [InlineData(5, null, 0L, true, 6)]
    [InlineData(5, "e1", 5L, true, 6)]
    [InlineData(5, "e1", 2L, true, 3)]
    [InlineData(5, "e1", 0L, true, 1)]
    [InlineData(15, "e1", 5L, true, 6)]
    [InlineData(15, "e1", 4L, false, 16)]
    [InlineData(15, "e1", 99L, false, 16)]
    [InlineData(15, "other", 14L, false, 16)]
    public async Task A_consumer_gets_all_that_it_missed_in_order_or_is_told_that_it_cannot(
        int published, string? epoch, long offset, bool recovered, long first)
    {
        Publish(published);
        Subscribe(epoch is null ? null : new Position(epoch, offset));
        Publish(2);
        var messages = await _connection.WaitAsync((int)(published + 2 - first + 1) + 1);
        Assert.Equal(recovered, (bool)messages[0]["recovered"]!);
        Assert.Equal(published, (long)messages[0]["offset"]!);
        var got = messages.Skip(1).Select(message => (long)message["payload"]!["offset"]!);
        Assert.Equal(Enumerable.Range((int)first, (int)(published + 2 - first + 1)).Select(number => (long)number), got);
    }

    [Theory]
    [InlineData(5, 3, 3)]
    [InlineData(5, 99, 5)]
    [InlineData(15, 99, 10)]
    [InlineData(15, -1, 0)]
    public async Task History_is_given_where_it_is_asked_for(int published, int last, int expected)
    {
        Publish(published);
        Subscribe(null, last);
        Publish(1);
        var messages = await _connection.WaitAsync(expected + 2);
        Assert.Equal(published - expected + 1, (long)messages[1]["payload"]!["offset"]!);
        Assert.Equal(expected + 2, messages.Count);
    }

    [Fact]
    public async Task A_replay_does_not_count_as_unsent_and_what_is_published_meanwhile_comes_after_it()
    {
        var topic = new StoredTopic("t", "e1");
        var large = Encoding.ASCII.GetBytes($"\"{new string('x', 10_000)}\"");
        for (var number = 0; number < 500; number++)
        {
            topic.Publish(large);
        }

        _connection.Hold();
        var consumer = FakeConnection.Consumer(_connection);
        topic.Subscribe(consumer, new Position("e1", 0), 0, Respond);
        topic.Publish(large);
        Assert.False(consumer.Outbox.IsClosing);
        _connection.Release();
        var messages = await _connection.WaitAsync(502);
        Assert.Equal(Enumerable.Range(1, 501).Select(number => (long)number), messages.Skip(1).Select(message => (long)message["payload"]!["offset"]!));
    }

    [Fact]
    public async Task A_replay_that_falls_behind_the_history_is_closed_and_never_a_part()
    {
        var topic = new StoredTopic("t", "e1", kept: 10);
        var large = Encoding.ASCII.GetBytes($"\"{new string('x', 100_000)}\"");
        for (var number = 0; number < 10; number++)
        {
            topic.Publish(large);
        }

        _connection.Hold();
        topic.Subscribe(FakeConnection.Consumer(_connection), new Position("e1", 0), 0, Respond);
        for (var number = 0; number < 20; number++)
        {
            topic.Publish(large);
        }

        _connection.Release();
        var messages = await _connection.WaitAsync(2);
        Assert.Equal(CloseCode.Slow, (int)messages[^1]["close"]!);
    }

    [Fact]
    public async Task Whoever_comes_while_events_are_published_gets_each_once_from_its_position()
    {
        const int Published = 500;
        var topic = new StoredTopic("t", "e1");
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var publishing = Task.Run(async () =>
        {
            for (var number = 0; number < Published; number++)
            {
                topic.Publish("1"u8.ToArray());
                started.TrySetResult();
                await Task.Yield();
            }
        });
        await started.Task;
        var connections = Enumerable.Range(0, 40).Select(_ => new FakeConnection()).ToList();
        foreach (var (number, connection) in connections.Index())
        {
            topic.Subscribe(FakeConnection.Consumer(connection), null, number % 2 == 0 ? 0 : 5, Respond);
            await Task.Yield();
        }

        await publishing;
        foreach (var (number, connection) in connections.Index())
        {
            var at = (long)(await connection.WaitAsync(1))[0]["offset"]!;
            var first = number % 2 == 0 ? at + 1 : Math.Max(1, at - 4);
            var messages = await connection.WaitAsync((int)(Published - first + 2));
            Assert.Equal(
                Enumerable.Range((int)first, (int)(Published - first + 1)), messages.Skip(1).Select(message => (int)message["payload"]!["offset"]!));
        }
    }

    [Fact]
    public async Task Events_that_come_fast_share_their_writes()
    {
        const int Published = 200;
        var topic = new StoredTopic("t", "e1");
        topic.Subscribe(FakeConnection.Consumer(_connection), null, 0, Respond);
        await _connection.WaitAsync(1);
        _connection.Hold();
        for (var number = 0; number < Published; number++)
        {
            topic.Publish("1"u8.ToArray());
        }

        _connection.Release();
        Assert.Equal(Published + 1, (await _connection.WaitAsync(Published + 1)).Count);
        Assert.InRange(_connection.Writes, 2, 10);
    }

    [Fact]
    public async Task Who_has_left_gets_nothing_more_and_who_subscribes_twice_gets_each_once()
    {
        var left = new FakeConnection();
        var gone = FakeConnection.Consumer(left);
        _topic.Subscribe(gone, null, 0, Respond);
        var twice = FakeConnection.Consumer(_connection);
        _topic.Subscribe(twice, null, 0, Respond);
        _topic.Subscribe(twice, null, 0, Respond);
        _topic.Unsubscribe(gone);
        Publish(1);
        Assert.Equal(3, (await _connection.WaitAsync(3)).Count);
        Assert.Single(await left.WaitAsync(1));
        Assert.Equal(1, _topic.Subscribers);
    }

    [Fact]
    public async Task The_log_is_a_topic_whose_offsets_are_the_records_numbers()
    {
        var ring = new LogRing(new LogBound(100, 1024 * 1024), TimeProvider.System);
        using var log = new LogTopic(ring, "e1");
        for (var number = 1; number <= 120; number++)
        {
            ring.Add(Record(number));
        }

        log.Subscribe(FakeConnection.Consumer(_connection), null, 3, Respond);
        ring.Add(Record(121));
        ring.Add(Record(122));
        var messages = await _connection.WaitAsync(6);
        Assert.Equal(120, (long)messages[0]["offset"]!);
        Assert.Equal([118, 119, 120, 121, 122], messages.Skip(1).Select(message => (int)message["payload"]!["offset"]!));
        Assert.Equal("number 122", (string?)messages[^1]["payload"]!["event"]!["message"]);

        var late = new FakeConnection();
        log.Subscribe(FakeConnection.Consumer(late), new Position("e1", 20), 0, Respond);
        Assert.False((bool)(await late.WaitAsync(1))[0]["recovered"]!);
    }

    private static LogRecord Record(int number) => new(new DateTime(2026, 1, 1), LogEventLevel.Information, "n", $"number {number}");

    private static byte[] Respond(Position at, bool recovered, JsonNode? snapshot) =>
        Frames.Text(Encoding.ASCII.GetBytes($"{{\"offset\":{at.Offset},\"recovered\":{(recovered ? "true" : "false")}}}"));

    private void Subscribe(Position? since, long last = 0) => _topic.Subscribe(FakeConnection.Consumer(_connection), since, last, Respond);

    private void Publish(int count)
    {
        for (var number = 0; number < count; number++)
        {
            _topic.Publish(new JsonObject { ["n"] = number });
        }
    }
}
