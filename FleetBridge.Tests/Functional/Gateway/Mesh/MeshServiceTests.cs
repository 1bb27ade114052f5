using System.Collections.Concurrent;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;
using FleetBridge.Tests.Support;
using static FleetBridge.Tests.Functional.Gateway.Mesh.EchoService;

namespace FleetBridge.Tests.Functional.Gateway.Mesh;

/// <summary>Ours on several machines: who asks, who is there, and what happens when one of them ends.</summary>
[Collection(MeshCollection.Name)]
public sealed class MeshServiceTests(MeshFixture fixture)
{
    private static readonly MeshKey Key = new("the key of the tests");

    [Fact]
    public async Task Signed_call_has_the_consumers_user_and_role()
    {
        await fixture.RequireAsync();
        await using var bridge = await fixture.JoinAsync("one", new EchoService(), Key);
        await using var gateway = await fixture.JoinAsync("gw", key: Key);

        Assert.Equal("\"ann viewer\"", await ResultAsync(gateway, Call("fleetbridge.one", "who", role: Role.Viewer)));
        Assert.Equal("\"ann admin\"", await ResultAsync(gateway, Call("fleetbridge", "who", role: Role.Admin)));
    }

    [Fact]
    public async Task Right_is_checked_by_the_service()
    {
        await fixture.RequireAsync();
        var service = new EchoService();
        await using var bridge = await fixture.JoinAsync("one", service, Key);
        await using var gateway = await fixture.JoinAsync("gw", key: Key);
        await using var stranger = await fixture.JoinAsync("gw2", key: new MeshKey("another key"));
        await using var nobody = await fixture.JoinAsync("gw3");

        Assert.Equal(WireError.Forbidden, (await ErrorAsync(gateway, Call("fleetbridge.one", Change, role: Role.Viewer))).Error);
        Assert.Equal(WireError.BadToken, (await ErrorAsync(stranger, Call("fleetbridge.one", "echo", role: Role.Admin))).Error);
        Assert.Equal(WireError.BadToken, (await ErrorAsync(nobody, Call("fleetbridge.one", "echo", role: Role.Admin))).Error);
        Assert.Equal(0, service.Changes);
    }

    [Fact]
    public async Task Result_that_no_client_could_decode_is_an_error()
    {
        await fixture.RequireAsync();
        await using var bridge = await fixture.JoinAsync("one", new EchoService(), Key);
        await using var gateway = await fixture.JoinAsync("gw", key: Key);

        Assert.Contains("nested", (await ErrorAsync(gateway, Call("fleetbridge.one", "nested"))).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Machines_announce_themselves_to_who_comes_and_say_when_they_leave()
    {
        await fixture.RequireAsync();
        await using var gateway = await fixture.JoinAsync("gw", key: Key);
        var one = await fixture.JoinAsync("one", new EchoService(), Key);
        await using var two = await fixture.JoinAsync("two", new EchoService(), Key);
        await Eventually.TrueAsync(() => gateway.Services.Count == 3, "both are announced");
        Assert.Equal(["fleetbridge", "fleetbridge.one", "fleetbridge.two"], gateway.Services);

        await using var late = await fixture.JoinAsync("late", key: Key);
        await Eventually.TrueAsync(() => late.Services.Count == 3, "both are announced to who comes later");

        await one.DisposeAsync();
        await Eventually.TrueAsync(() => !gateway.Services.Contains("fleetbridge.one"), "the one that left is gone");
        Assert.Equal(WireError.Unavailable, (await ErrorAsync(gateway, Call("fleetbridge.one", "echo"))).Error);
        Assert.Equal("5", await ResultAsync(gateway, Call("fleetbridge", "echo", """{"value":5}""")));
    }

    [Fact]
    public async Task Second_process_of_a_machines_name_is_refused()
    {
        await fixture.RequireAsync();
        await using var one = await fixture.JoinAsync("one", new EchoService(), Key);
        await using var second = fixture.Member("one", new EchoService(), Key);

        second.Start();
        var refusal = await Assert.ThrowsAsync<MeshRefusedException>(() => second.ConnectedAsync(TestContext.Current.CancellationToken));

        Assert.Contains("--mesh-name", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outcome_of_a_change_that_outlived_its_call_can_be_asked_for()
    {
        await fixture.RequireAsync();
        var service = new EchoService();
        await using var bridge = await fixture.JoinAsync("one", service, Key);
        await using var gateway = await fixture.JoinAsync("gw", key: Key);
        await using var other = await fixture.JoinAsync("gw2", key: Key);
        var change = Call("fleetbridge", Change, ttl: TimeSpan.FromMilliseconds(500));

        Assert.Equal(WireError.Timeout, (await ErrorAsync(gateway, change)).Error);
        service.Release.SetResult();

        Assert.Equal("1", await ResultAsync(other, Call("fleetbridge.one", BridgeService.Outcome, $$"""{"call":"{{change.Id}}"}""")));
        Assert.Equal(1, service.Changes);
    }

    [Fact]
    public async Task Bridge_that_ends_during_a_call_is_told_to_the_caller_before_its_deadline()
    {
        await fixture.RequireAsync();
        var service = new EchoService();
        var bridge = await fixture.JoinAsync("one", service, Key);
        await using var gateway = await fixture.JoinAsync("gw", key: Key);
        var calls = new[] { Call("fleetbridge.one", "wait"), Call("fleetbridge.one", Change) }
            .Select(call => ErrorAsync(gateway, call with { Ttl = TimeSpan.FromMinutes(10) })).ToList();
        await Eventually.TrueAsync(() => service.Waiting == 2, "both calls run");

        await bridge.DisposeAsync();

        foreach (var call in calls)
        {
            Assert.Equal(WireError.Interrupted, (await call).Error);
        }
    }

    [Fact]
    public async Task Call_of_any_bridge_that_ended_runs_on_another_one_if_it_reads_and_never_twice_if_it_changes()
    {
        await fixture.RequireAsync();
        var first = new EchoService();
        var one = await fixture.JoinAsync("one", first, Key);
        await using var gateway = await fixture.JoinAsync("gw", key: Key);
        var reads = ResultAsync(gateway, Call("fleetbridge", "wait"));
        var changes = ErrorAsync(gateway, Call("fleetbridge", Change));
        await Eventually.TrueAsync(() => first.Waiting == 2, "both calls run");
        var second = new EchoService();
        second.Release.SetResult();
        await using var two = await fixture.JoinAsync("two", second, Key);

        await one.DisposeAsync();

        Assert.Equal("true", await reads);
        Assert.Equal(WireError.Interrupted, (await changes).Error);
        Assert.Equal(0, second.Changes);
        first.Release.SetResult();
    }

    [Fact]
    public async Task Events_arrive_in_order_at_all_that_listen()
    {
        await fixture.RequireAsync();
        await using var publisher = await fixture.JoinAsync("one");
        await using var first = await fixture.JoinAsync("two");
        await using var second = await fixture.JoinAsync("three");
        var got = new[] { new ConcurrentQueue<int>(), new ConcurrentQueue<int>() };
        using var a = first.Subscribe("fleetbridge.log", happened => got[0].Enqueue(happened.Event.GetInt32()));
        using var b = second.Subscribe("fleetbridge.#", happened =>
        {
            if (happened.Topic == "fleetbridge.log")
            {
                got[1].Enqueue(happened.Event.GetInt32());
            }
        });
        await Eventually.TrueAsync(
            () =>
            {
                publisher.Publish("fleetbridge.log", "0"u8);
                return got.All(one => !one.IsEmpty);
            },
            "both listen");

        for (var number = 1; number <= 2_000; number++)
        {
            Assert.Null(publisher.Publish("fleetbridge.log", System.Text.Encoding.ASCII.GetBytes($"{number}")));
        }

        await Eventually.TrueAsync(() => got.All(one => one.LastOrDefault() == 2_000), "the last one arrives");
        foreach (var one in got)
        {
            Assert.Equal(Enumerable.Range(1, 2_000), one.Where(number => number > 0));
        }

        Assert.Equal((0, 0), (publisher.DroppedEvents, first.MissedEvents));
    }
}
