using System.Collections.Concurrent;
using System.Text;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Tests.Support;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace FleetBridge.Tests.Functional.Gateway.Mesh;

/// <summary>Events that wait together: one message for ours, and each by itself for nuropb's services.</summary>
[Collection(MeshCollection.Name)]
public sealed class MeshBatchTests(MeshFixture fixture)
{
    private const int Events = 1_000;
    private const string Topic = "fleetbridge.batches";

    [Fact]
    public async Task Events_that_wait_together_reach_ours_once_in_few_messages_and_others_one_by_one()
    {
        await fixture.RequireAsync();
        await using var ours = fixture.Member("two");
        var got = new ConcurrentQueue<(string Id, int Number)>();
        using var listening = ours.Subscribe(Topic, happened => got.Enqueue((happened.CorrelationId, happened.Event.GetInt32())));
        ours.Start();
        await ours.ConnectedAsync(TestContext.Current.CancellationToken);
        await using var connection = await new ConnectionFactory { Uri = new Uri(fixture.Broker.Url()) }
            .CreateConnectionAsync(TestContext.Current.CancellationToken);
        var others = await ListenAsync(connection, MeshProtocol.EventsExchange);
        var messages = await ListenAsync(connection, MeshProtocol.BatchExchange);
        await using var publisher = fixture.Member("one");
        for (var number = 1; number <= Events; number++)
        {
            Assert.Null(publisher.Publish(Topic, Encoding.ASCII.GetBytes($"{number}")));
        }

        publisher.Start();

        await Eventually.TrueAsync(() => got.LastOrDefault().Number == Events && others.Count == Events, "the last one arrives");
        Assert.Equal(Enumerable.Range(1, Events), got.Select(one => one.Number));
        Assert.Equal(got, others.Select(body => (MessageBody.ReadEvent(body)!.CorrelationId, MessageBody.ReadEvent(body)!.Event.GetInt32())));
        Assert.InRange(messages.Count, 1, Events / 10);
        Assert.Equal((0, 0), (ours.MissedEvents, ours.Undecodable));
    }

    [Fact]
    public async Task User_who_may_not_declare_the_exchange_of_batches_publishes_and_listens_one_by_one()
    {
        await fixture.RequireAsync();
        await using var free = await fixture.JoinAsync("one", vhost: "other");
        await fixture.Broker.ControlAsync("set_permissions", "-p", "other", "test", "^(nuropb-|amq[.]gen-)", ".*", ".*");
        try
        {
            await using var bound = await fixture.JoinAsync("two", vhost: "other");
            await AssertArriveAsync(free, bound);
            await AssertArriveAsync(bound, free);
        }
        finally
        {
            await fixture.Broker.ControlAsync("set_permissions", "-p", "other", "test", ".*", ".*", ".*");
        }
    }

    [Fact]
    public async Task Batch_that_is_none_is_counted_and_the_next_event_arrives()
    {
        await fixture.RequireAsync();
        await using var ours = await fixture.JoinAsync("two");
        await using var publisher = await fixture.JoinAsync("one");
        var got = new ConcurrentQueue<int>();
        using var listening = ours.Subscribe(Topic, happened => got.Enqueue(happened.Event.GetInt32()));
        await using var connection = await new ConnectionFactory { Uri = new Uri(fixture.Broker.Url()) }
            .CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(
            async () =>
            {
                await channel.BasicPublishAsync(
                    MeshProtocol.BatchExchange, Topic, mandatory: false, MessageProperties.MakeEvent("1", isBatched: true), "{}"u8.ToArray(),
                    TestContext.Current.CancellationToken);
                return ours.Undecodable > 0;
            },
            "it is counted");
        publisher.Publish(Topic, "7"u8);

        await Eventually.TrueAsync(() => got.Contains(7), "the next one arrives");
    }

    private static async Task<ConcurrentQueue<byte[]>> ListenAsync(IConnection connection, string exchange)
    {
        var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        var queue = (await channel.QueueDeclareAsync(cancellationToken: TestContext.Current.CancellationToken)).QueueName;
        await channel.QueueBindAsync(queue, exchange, Topic, cancellationToken: TestContext.Current.CancellationToken);
        var got = new ConcurrentQueue<byte[]>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivered) =>
        {
            got.Enqueue(delivered.Body.ToArray());
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer, TestContext.Current.CancellationToken);
        return got;
    }

    private static async Task AssertArriveAsync(RabbitMqMesh publisher, RabbitMqMesh listener)
    {
        var got = new ConcurrentQueue<int>();
        using var listening = listener.Subscribe(Topic, happened => got.Enqueue(happened.Event.GetInt32()));
        await Eventually.TrueAsync(
            () =>
            {
                publisher.Publish(Topic, "0"u8);
                return !got.IsEmpty;
            },
            "it listens");
        for (var number = 1; number <= Events; number++)
        {
            publisher.Publish(Topic, Encoding.ASCII.GetBytes($"{number}"));
        }

        await Eventually.TrueAsync(() => got.LastOrDefault() == Events, "the last one arrives");
        Assert.Equal(Enumerable.Range(1, Events), got.Where(number => number > 0));
        Assert.Equal(0, listener.MissedEvents);
    }
}
