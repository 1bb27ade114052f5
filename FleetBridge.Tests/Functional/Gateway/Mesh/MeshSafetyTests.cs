using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;
using FleetBridge.Tests.Support;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using static FleetBridge.Tests.Functional.Gateway.Mesh.EchoService;

namespace FleetBridge.Tests.Functional.Gateway.Mesh;

/// <summary>What a process that ended has changed can be asked for, and what somebody has recorded does not run again.</summary>
[Collection(MeshCollection.Name)]
public sealed class MeshSafetyTests(MeshFixture fixture) : IDisposable
{
    private static readonly MeshKey Key = new("the key of the tests");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Signed_call_that_was_recorded_does_not_run_again()
    {
        await fixture.RequireAsync();
        var service = new EchoService();
        service.Release.SetResult();
        await using var bridge = await fixture.JoinAsync("one", service, Key);
        await using var connection = await new ConnectionFactory { Uri = new Uri(fixture.Broker.Url()) }
            .CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        var responses = new ConcurrentQueue<string>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            responses.Enqueue(Encoding.UTF8.GetString(delivery.Body.Span));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(MeshProtocol.DirectReplyTo, autoAck: true, consumer, TestContext.Current.CancellationToken);
        var id = Guid.NewGuid().ToString("N");
        var parameters = JsonElement.Parse("{}");
        var token = Key.Sign(
            new Identity("ann", "Ann", Role.Operator), id, new CallBody("fleetbridge.one", Change, parameters, default), TimeProvider.System.GetUtcNow().AddMinutes(1));
        var body = MessageBody.Call(
            MessageKind.Request, id, null, "fleetbridge.one", Change, parameters, json => json.WriteString("Authorization", $"Bearer {token}"));

        for (var time = 1; time <= 3; time++)
        {
            await channel.BasicPublishAsync(
                MeshProtocol.RpcExchange, "fleetbridge.one", mandatory: true, MessageProperties.Make(MessageKind.Request, id, null, TimeSpan.FromMinutes(1)), body,
                TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => responses.Count == time, "it is answered");
        }

        Assert.Equal(1, service.Changes);
        Assert.All(responses.Skip(1), one => Assert.Contains(WireError.BadToken, one, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Outcomes_of_a_bridge_that_was_killed_are_told_by_the_next_one()
    {
        await fixture.RequireAsync();
        var (done, running) = (Call("fleetbridge.one", Change), Call("fleetbridge.one", Change, ttl: TimeSpan.FromMinutes(10)));
        await using var gateway = await fixture.JoinAsync("gw", key: Key);
        var (finishing, hanging) = (new EchoService(), new EchoService());
        finishing.Release.SetResult();
        using (var journal = OutcomeJournal.Open(_folder["outcomes"]))
        {
            await using (await JoinAsync(finishing, journal))
            {
                Assert.Equal("1", await ResultAsync(gateway, done));
            }

            await using (await JoinAsync(hanging, journal))
            {
                var interrupted = ErrorAsync(gateway, running);
                await Eventually.TrueAsync(() => hanging.Waiting == 1, "the change runs");
                journal.Dispose();
                _ = interrupted;
            }
        }

        using var next = OutcomeJournal.Open(_folder["outcomes"]);
        await using var bridge = await JoinAsync(new EchoService(), next);

        Assert.Equal("1", await ResultAsync(gateway, OutcomeOf(done)));
        var error = await ErrorAsync(gateway, OutcomeOf(running));
        Assert.Equal(WireError.Interrupted, error.Error);
        Assert.Contains(Change, error.Description, StringComparison.Ordinal);
        Assert.Equal(WireError.NotFound, (await ErrorAsync(gateway, OutcomeOf(running) with { Caller = new Identity("bob", "Bob", Role.Operator) })).Error);
        Assert.Equal(WireError.NotFound, (await ErrorAsync(gateway, OutcomeOf(Call("fleetbridge.one", Change)))).Error);
        hanging.Release.SetResult();
    }

    [Fact]
    public async Task Outcome_of_a_call_whose_gateway_was_killed_is_told_to_another_one()
    {
        await fixture.RequireAsync();
        var service = new EchoService();
        await using var bridge = await fixture.JoinAsync("one", service, Key);
        var change = Call("fleetbridge.one", Change, ttl: TimeSpan.FromMinutes(10));
        await using (var killed = await fixture.JoinAsync("gw", key: Key))
        {
            var lost = ErrorAsync(killed, change);
            await Eventually.TrueAsync(() => service.Waiting == 1, "the change runs");
            await killed.DisposeAsync();
            Assert.True((await lost).Retryable);
        }

        await using var other = await fixture.JoinAsync("gw2", key: Key);
        service.Release.SetResult();

        Assert.Equal("1", await ResultAsync(other, OutcomeOf(change)));
    }

    private static MeshCall OutcomeOf(MeshCall call) => Call("fleetbridge.one", BridgeService.Outcome, $$"""{"call":"{{call.Id}}"}""");

    private async Task<RabbitMqMesh> JoinAsync(EchoService service, OutcomeJournal journal)
    {
        var mesh = fixture.Member("one", service, Key, change: options => options with { Journal = journal });
        mesh.Start();
        await mesh.ConnectedAsync(TestContext.Current.CancellationToken);
        return mesh;
    }
}
