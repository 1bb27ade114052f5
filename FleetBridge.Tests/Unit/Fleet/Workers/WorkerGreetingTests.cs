using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Joining;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Workers;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Fleet.Workers;

/// <summary>Between a worker's connection and its hello.</summary>
public sealed class WorkerGreetingTests : IAsyncLifetime
{
    private static readonly GameId Game = GameId.Parse("folder:/srv/game");
    private static readonly ServerConfiguration Configuration = new() { Executable = "run" };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeLinks _links = new();
    private FleetControl _control = null!;
    private WorkerFleet _fleet = null!;

    public async ValueTask InitializeAsync()
    {
        _control = await FleetControl.OpenAsync(
            new FleetControlOptions(), () => null, NullLogger.Instance, _time, TestContext.Current.CancellationToken);
        _fleet = new WorkerFleet(_control, _links, 9443, NullLogger.Instance, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _fleet.DisposeAsync();
        await _control.DisposeAsync();
    }

    [Fact]
    public async Task A_worker_is_not_alive_before_it_has_said_what_it_can_install_and_a_new_server_waits_for_that()
    {
        _links.Connect("a");
        _links.Say("a", LinkMessageType.Health, new WorkerHealth(), ServerJson.Default.WorkerHealth);
        var waiting = _fleet.CreateServerAsync(Game, null, Configuration);
        Assert.False(waiting.IsCompleted);
        Assert.DoesNotContain(_fleet.ListWorkers(PageRequest.Read(null, null)).Items, worker => worker.Status == WorkerState.Alive);

        _links.Hello("a", isFrozen: false);
        Assert.Equal("a", (await waiting).WorkerId);
        Assert.Equal(WorkerState.Alive, _fleet.GetWorker("a").Status);
    }

    [Fact]
    public async Task A_new_server_waits_for_a_worker_that_has_just_registered_but_not_forever()
    {
        await _fleet.RegisterWorkerAsync("a", null, null, null, new JoinRequest(new string('s', 32), null, NeedsToken: false));
        var waiting = _fleet.CreateServerAsync(Game, null, Configuration);
        Assert.False(waiting.IsCompleted);
        _links.Greet("a");
        Assert.Equal("a", (await waiting).WorkerId);

        await _fleet.RegisterWorkerAsync("b", null, null, null, new JoinRequest(new string('s', 32), null, NeedsToken: false));
        var container = _fleet.CreateServerAsync(GameId.Parse("docker:game"), null, Configuration);
        Assert.False(container.IsCompleted);
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return container.IsCompleted;
            },
            "the wait has an end");
        Assert.Equal("no_worker", (await Assert.ThrowsAsync<ServerException>(() => container)).Code);
    }

    [Fact]
    public async Task A_worker_that_is_named_before_its_hello_gets_the_server()
    {
        await _fleet.RegisterWorkerAsync("a", null, null, null);
        var server = await _fleet.CreateServerAsync(Game, "a", Configuration);
        _links.Greet("a");
        var sent = await _links.WaitAsync("a", LinkMessageType.Desired, ServerJson.Default.DesiredServers);
        Assert.Equal(server.Id, Assert.Single(sent.Servers).Id);
    }
}
