using FleetBridge.Backends;
using FleetBridge.Doctor;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Tests.Support;
using RabbitMQ.Client;

namespace FleetBridge.Tests.Functional.Gateway.Mesh;

/// <summary>A service whose queue grows with no consumer is named, with what to do.</summary>
[Collection(MeshCollection.Name)]
public sealed class MeshDoctorTests(MeshFixture fixture)
{
    private static readonly MeshKey Key = new("the key of the tests");

    [Fact]
    public async Task Queue_with_calls_and_no_consumer_is_named_with_its_count_and_a_remedy()
    {
        await fixture.RequireAsync();
        await using var connection = await new ConnectionFactory { Uri = new Uri(fixture.Broker.Url()) }
            .CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var bridge = await fixture.JoinAsync("one", new EchoService(), Key);
        await using var mesh = fixture.Member("gw", key: Key, change: options => options with { Known = ["deserted", "nowhere"] });
        mesh.Start();
        await mesh.ConnectedAsync(TestContext.Current.CancellationToken);
        await MeshTopology.DeclareSharedAsync(channel, "deserted", TestContext.Current.CancellationToken);
        try
        {
            Assert.Equal(CheckStatus.Warning, (await CheckAsync(mesh, "deserted")).State);
            for (var number = 0; number < 3; number++)
            {
                await mesh.CommandAsync(EchoService.Call("deserted", "x"), TestContext.Current.CancellationToken);
            }

            CheckResult? check = null;
            await Eventually.TrueAsync(async () => (check = await CheckAsync(mesh, "deserted")).State == CheckStatus.Failed, "the queue grows");
            await Eventually.TrueAsync(
                async () => (check = await CheckAsync(mesh, "deserted")).Message.Contains("3 calls wait", StringComparison.Ordinal), "all are there");

            Assert.Contains("nuropb-deserted-sq has no consumer", check!.Message, StringComparison.Ordinal);
            Assert.Contains("Start deserted", check.Remedy, StringComparison.Ordinal);
            Assert.Equal(CheckStatus.Warning, (await CheckAsync(mesh, "nowhere")).State);
            Assert.Equal(CheckStatus.Ok, (await CheckAsync(mesh, MeshName.Bridge)).State);
        }
        finally
        {
            await channel.QueueDeleteAsync(MeshProtocol.QueueOf("deserted"), cancellationToken: TestContext.Current.CancellationToken);
        }
    }

    private static async Task<CheckResult> CheckAsync(RabbitMqMesh mesh, string service) =>
        (await MeshChecks.RunAsync(mesh, "amqp://broker", TestContext.Current.CancellationToken)).Single(check => check.Name == $"mesh service {service}").Result;
}
