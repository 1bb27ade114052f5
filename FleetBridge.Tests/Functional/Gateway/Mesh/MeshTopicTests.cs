using System.Collections.Concurrent;
using System.Text;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Gateway.Topics;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Gateway.Mesh;

/// <summary>Topics of one machine at the gateway of another one.</summary>
[Collection(MeshCollection.Name)]
public sealed class MeshTopicTests(MeshFixture fixture)
{
    [Theory]
    [InlineData(MeshTopics.Deployments)]
    [InlineData(MeshTopics.Servers)]
    public async Task Events_of_a_machine_reach_the_gateway_that_listens(string name)
    {
        await fixture.RequireAsync();
        await using var machine = await fixture.JoinAsync("one");
        await using var gateway = await fixture.JoinAsync("gw");
        using var forwarder = new MeshForwarder(machine, "one", TimeProvider.System);
        var local = new StoredTopic("local", "epoch");
        forwarder.Add(name, local);
        using var topic = new MeshTopic(name, "epoch", gateway, TimeProvider.System);
        var got = new ConcurrentQueue<string>();
        using var listening = topic.Listen(json => got.Enqueue(Encoding.UTF8.GetString(json.Span)));

        await Eventually.TrueAsync(
            () =>
            {
                local.Publish("""{"a":1}"""u8.ToArray());
                return !got.IsEmpty;
            },
            "the event arrives");

        Assert.All(got, one => Assert.Equal("""{"machine":"one","event":{"a":1}}""", one));
    }

    [Fact]
    public async Task Topic_on_demand_is_silent_while_nobody_listens()
    {
        await fixture.RequireAsync();
        await using var machine = await fixture.JoinAsync("one");
        using var forwarder = new MeshForwarder(machine, "one", TimeProvider.System);
        var local = new StoredTopic("local", "epoch");
        forwarder.Add(MeshTopics.Servers, local);
        await Eventually.TrueAsync(() => machine.PublishedEvents > 0, "the discovery is published");
        var before = machine.PublishedEvents;

        for (var number = 0; number < 100; number++)
        {
            local.Publish("1"u8.ToArray());
        }

        Assert.Equal(before, machine.PublishedEvents);
    }

    [Fact]
    public async Task Joined_mesh_prefers_what_is_here_and_lists_both()
    {
        await fixture.RequireAsync();
        await fixture.ServiceAsync();
        await using var beyond = await fixture.JoinAsync("gw");
        var mesh = new JoinedMesh(new InProcessMesh(new EchoService()), beyond);

        var here = await mesh.CallAsync(EchoService.Call("echo", "echo", """{"value":1}"""), TestContext.Current.CancellationToken);
        var there = await mesh.CallAsync(EchoService.Call(MeshFixture.Orders, "echo", """{"value":2}"""), TestContext.Current.CancellationToken);

        Assert.Equal("1 2", $"{Encoding.UTF8.GetString(here.Span)} {Encoding.UTF8.GetString(there.Span)}");
        Assert.Equal(["echo", MeshFixture.Orders], mesh.Services);
    }
}
