using System.Runtime.CompilerServices;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Workers;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Fleet.Workers;

public sealed class WorkerFleetTests : IAsyncLifetime
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
    public async Task A_new_server_is_placed_where_the_fewest_are_and_sent_there()
    {
        await GreetAsync("a");
        await GreetAsync("b");

        var first = await _fleet.CreateServerAsync(Game, null, Configuration);
        var second = await _fleet.CreateServerAsync(Game, null, Configuration);

        Assert.Equal(["a", "b"], [first.WorkerId, second.WorkerId]);
        Assert.Equal((DesiredState.Stopped, ServerState.Installing), (first.DesiredState, first.State));
        var sent = await _links.WaitAsync("b", LinkMessageType.DesiredChange, ServerJson.Default.DesiredServer);
        Assert.Equal((second.Id, "run", 1), (sent.Id, sent.Configuration.Executable, sent.ConfigurationVersion));
        Assert.Equal(FleetModel.DefaultFleetId, sent.GameLift!.FleetId);
        Assert.Equal(1, _fleet.GetWorker("a").Servers);
    }

    [Fact]
    public async Task A_worker_that_cannot_take_a_server_is_not_chosen_and_named_it_says_why()
    {
        await GreetAsync("frozen", isFrozen: true);
        await _fleet.RegisterWorkerAsync("silent", null, null, null);

        Assert.Equal("no_worker", await CodeAsync(_fleet.CreateServerAsync(Game, null, Configuration)));
        Assert.Equal("worker_frozen", await CodeAsync(_fleet.CreateServerAsync(Game, "frozen", Configuration)));
        Assert.Equal("unknown_worker", await CodeAsync(_fleet.CreateServerAsync(Game, "nobody", Configuration)));
        await GreetAsync("able");
        Assert.Equal("cannot_install", await CodeAsync(_fleet.CreateServerAsync(GameId.Parse("docker:game"), "able", Configuration)));
        Assert.Equal("able", (await _fleet.CreateServerAsync(Game, null, Configuration)).WorkerId);
    }

    [Fact]
    public async Task A_worker_that_is_silent_for_5_s_is_unknown_with_its_servers_and_a_beat_heals_it()
    {
        await GreetAsync("a");
        var server = await CreateAsync("a");
        Observe("a", new ObservedServer { Id = server.Id, State = ServerState.Ready, Pid = 7 });
        await HoldsAsync(() => _fleet.GetServer(server.Id).State == ServerState.Ready);

        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(WorkerState.Alive, _fleet.GetWorker("a").Status);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal((WorkerState.Unknown, ServerState.Unknown), (_fleet.GetWorker("a").Status, _fleet.GetServer(server.Id).State));

        _fleet.Beat("a", new WorkerHealth { CpuPercent = 12, Servers = [new ServerFigures(server.Id, 3, 4096)] });

        Assert.Equal((WorkerState.Alive, 12.0), (_fleet.GetWorker("a").Status, _fleet.GetWorker("a").CpuPercent));
        var healed = _fleet.GetServer(server.Id);
        Assert.Equal((ServerState.Ready, 7, 3.0, 4096L), (healed.State, healed.Pid, healed.CpuPercent, healed.MemoryBytes));
    }

    [Fact]
    public async Task A_command_is_stored_sent_delivered_and_has_the_first_outcome()
    {
        await GreetAsync("a");
        var server = await CreateAsync("a");

        var command = await _fleet.CommandAsync(server.Id, CommandType.Start, null, null);

        var sent = await _links.WaitAsync("a", LinkMessageType.Start, ServerJson.Default.WorkerCommand);
        Assert.Equal((command.Id, server.Id, _time.GetUtcNow().AddSeconds(60)), (sent.Id, sent.ServerId, sent.Deadline));
        Assert.Equal(DesiredState.Running, _fleet.GetServer(server.Id).DesiredState);
        await EndsAsync(server.Id, command.Id, CommandStatus.Delivered);

        // what should be comes before the command that wants it
        Assert.Equal([LinkMessageType.DesiredChange, LinkMessageType.Start], _links.Types("a").TakeLast(2));
        Outcome("a", command.Id, CommandStatus.Done);
        await EndsAsync(server.Id, command.Id, CommandStatus.Done);
        Outcome("a", command.Id, CommandStatus.Failed);
        await RoundTripAsync("a");
        Assert.Equal(CommandStatus.Done, _fleet.GetCommand(server.Id, command.Id).Status);
    }

    [Theory]
    [InlineData("Stop")]
    [InlineData("Kill")]
    public async Task A_stop_overtakes_and_cancels_a_start_that_was_not_sent(string type)
    {
        await GreetAsync("a");
        var server = await CreateAsync("a");
        _links.Disconnect("a");
        var start = await _fleet.CommandAsync(server.Id, CommandType.Start, null, null);

        var stop = await _fleet.CommandAsync(server.Id, Enum.Parse<CommandType>(type), null, null);

        var cancelled = _fleet.GetCommand(server.Id, start.Id);
        Assert.Equal(CommandStatus.Failed, cancelled.Status);
        Assert.Contains(stop.Id, cancelled.Error, StringComparison.Ordinal);
        Assert.Equal(DesiredState.Stopped, _fleet.GetServer(server.Id).DesiredState);
        await GreetAsync("a");
        await EndsAsync(server.Id, stop.Id, CommandStatus.Delivered);
        Assert.DoesNotContain(LinkMessageType.Start, _links.Types("a"));
    }

    [Fact]
    public async Task A_command_for_a_worker_that_is_away_expires_and_its_start_never_happens()
    {
        await GreetAsync("a");
        var server = await CreateAsync("a");
        _links.Disconnect("a");
        var start = await _fleet.CommandAsync(server.Id, CommandType.Start, null, null);

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(CommandStatus.Pending, _fleet.GetCommand(server.Id, start.Id).Status);
        await AdvanceUntilAsync(() => _fleet.GetCommand(server.Id, start.Id).Status == CommandStatus.Expired);

        Assert.Equal(DesiredState.Stopped, _fleet.GetServer(server.Id).DesiredState);
        await GreetAsync("a");
        Assert.DoesNotContain(LinkMessageType.Start, _links.Types("a"));
    }

    [Fact]
    public async Task A_command_waits_for_a_worker_that_comes_back_in_time()
    {
        await GreetAsync("a");
        var server = await CreateAsync("a");
        _links.Disconnect("a");
        var command = await _fleet.CommandAsync(server.Id, CommandType.Stdin, "say hello", 120);

        _time.Advance(TimeSpan.FromSeconds(100));
        await GreetAsync("a");

        var sent = await _links.WaitAsync("a", LinkMessageType.Stdin, ServerJson.Default.WorkerCommand);
        Assert.Equal((command.Id, "say hello"), (sent.Id, sent.Text));
    }

    [Fact]
    public async Task A_resumed_session_gets_nothing_twice_and_a_new_one_gets_everything()
    {
        await GreetAsync("a");
        var server = await CreateAsync("a");
        var command = await _fleet.CommandAsync(server.Id, CommandType.Start, null, null);
        await EndsAsync(server.Id, command.Id, CommandStatus.Delivered);

        _links.Disconnect("a");
        _links.Connect("a", isResumed: true);
        var second = await _fleet.CommandAsync(server.Id, CommandType.Stdin, "x", null);
        await EndsAsync(server.Id, second.Id, CommandStatus.Delivered);
        Assert.Single(_links.Types("a"), LinkMessageType.Start);
        Assert.Single(_links.Types("a"), LinkMessageType.Desired);

        await GreetAsync("a");
        await HoldsAsync(() => _links.Types("a").Count(type => type == LinkMessageType.Start) == 2);
        var all = _links.Sent("a", LinkMessageType.Desired, ServerJson.Default.DesiredServers);
        Assert.Equal([0, 1], all.Select(one => one.Servers.Count));
    }

    [Fact]
    public async Task A_freeze_is_said_at_once_kept_until_the_worker_says_it_and_survives_its_absence()
    {
        await GreetAsync("a");
        _links.Disconnect("a");

        Assert.Equal(WorkerState.Frozen, (await _fleet.FreezeAsync("a", true)).Status);

        await GreetAsync("a");
        await HoldsAsync(() => _links.Types("a").Contains(LinkMessageType.Freeze));
        _links.Hello("a", isFrozen: true);
        await HoldsAsync(() => _control.Read(model => model.Workers.Find("a")) is { IsFrozen: true, WantsFrozen: null });
        Assert.Equal(WorkerState.Frozen, _fleet.GetWorker("a").Status);
        Assert.Equal(WorkerState.Alive, (await _fleet.FreezeAsync("a", false)).Status);
        await HoldsAsync(() => _links.Types("a").Contains(LinkMessageType.Thaw));
    }

    [Fact]
    public async Task A_shutdown_is_asked_for_and_then_said()
    {
        await GreetAsync("a");

        await _fleet.ShutdownAsync("a");

        await HoldsAsync(() => _links.Types("a").Contains(LinkMessageType.Shutdown));
        _links.Say("a", LinkMessageType.Shutdown, new LogCancel(""), ServerJson.Default.LogCancel);
        await HoldsAsync(() => _fleet.GetWorker("a").Status == WorkerState.Shutdown);
        await GreetAsync("a");
        Assert.Equal(WorkerState.Alive, _fleet.GetWorker("a").Status);
    }

    [Fact]
    public async Task A_deleted_server_is_there_until_its_worker_says_that_it_is_gone()
    {
        await GreetAsync("a");
        var server = await CreateAsync("a");

        await _fleet.DeleteServerAsync(server.Id);

        await _links.WaitAsync("a", LinkMessageType.DesiredChange, ServerJson.Default.DesiredServer, one => one.IsDeleted);
        Assert.Equal(server.Id, _fleet.GetServer(server.Id).Id);
        Assert.Equal("server_deleted", await CodeAsync(_fleet.CommandAsync(server.Id, CommandType.Start, null, null)));
        Observe("a", new ObservedServer { Id = server.Id, State = ServerState.Stopped, IsGone = true });
        await HoldsAsync(() => _fleet.ListServers(null, null, PageRequest.Read(null, null)).Items.Count == 0);
        Assert.Equal("server_not_found", Assert.Throws<ServerException>(() => _fleet.GetServer(server.Id)).Code);
    }

    [Fact]
    public async Task A_worker_says_nothing_of_the_servers_of_another()
    {
        await GreetAsync("a");
        await GreetAsync("b");
        var server = await CreateAsync("a");
        var command = await _fleet.CommandAsync(server.Id, CommandType.Start, null, null);

        Observe("b", new ObservedServer { Id = server.Id, State = ServerState.Failed, Pid = 1 });
        Outcome("b", command.Id, CommandStatus.Failed);
        await RoundTripAsync("b");

        Assert.Equal(ServerState.Installing, _fleet.GetServer(server.Id).State);
        Assert.NotEqual(CommandStatus.Failed, _fleet.GetCommand(server.Id, command.Id).Status);
    }

    [Fact]
    public async Task A_changed_configuration_needs_a_restart_while_an_older_one_runs()
    {
        await GreetAsync("a");
        var server = await CreateAsync("a");
        Observe("a", new ObservedServer { Id = server.Id, State = ServerState.Ready, Pid = 7, ConfigurationVersion = 1 });
        await HoldsAsync(() => _fleet.GetServer(server.Id).Pid == 7);
        Assert.False(_fleet.GetServer(server.Id).RestartNeeded);

        var changed = await _fleet.ConfigureServerAsync(server.Id, Configuration with { Arguments = ["-x"] });

        Assert.True(changed.RestartNeeded);
        Observe("a", new ObservedServer { Id = server.Id, State = ServerState.Ready, Pid = 8, ConfigurationVersion = 2 });
        await HoldsAsync(() => _fleet.GetServer(server.Id) is { Pid: 8, RestartNeeded: false });
    }

    [Fact]
    public async Task Ten_thousand_health_reports_change_nothing_that_is_stored()
    {
        await GreetAsync("a");
        var server = await CreateAsync("a");
        Observe("a", new ObservedServer { Id = server.Id, State = ServerState.Ready, Pid = 7 });
        await HoldsAsync(() => _fleet.GetServer(server.Id).Pid == 7);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var changes = _control.Changes(stop.Token);
        for (var i = 0; i < 10_000; i++)
        {
            _links.Say(
                "a", LinkMessageType.Health, new WorkerHealth { Servers = [new ServerFigures(server.Id, i, i)] }, ServerJson.Default.WorkerHealth);
        }

        Observe("a", new ObservedServer { Id = server.Id, State = ServerState.Ready, Pid = 7, CpuPercent = 50 });
        await HoldsAsync(() => _fleet.Presence.FiguresOf(server.Id)?.CpuPercent == 50);
        var after = await CreateAsync("a");

        await foreach (var change in changes)
        {
            Assert.Equal(after.Id, Assert.IsType<PlacedServer>(change.After).ServerId);
            break;
        }
    }

    [Fact]
    public async Task A_server_that_speaks_GameLift_is_ready_by_its_ProcessReady_and_its_worker_is_told()
    {
        await GreetAsync("a");
        var server = await CreateAsync("a");
        Observe("a", new ObservedServer { Id = server.Id, State = ServerState.Ready, Pid = 7, ProcessId = "process-1" });
        await HoldsAsync(() => _fleet.GetServer(server.Id).State == ServerState.Ready);
        var gameLift = (await _links.WaitAsync("a", LinkMessageType.DesiredChange, ServerJson.Default.DesiredServer)).GameLift!;

        var link = await _control.ConnectAsync(
            new ServerIdentity
            {
                ProcessId = "process-1",
                FleetId = gameLift.FleetId,
                ComputeName = gameLift.ComputeName,
                AuthToken = gameLift.AuthToken,
            },
            _ => { });
        Assert.True(link.Connection.IsKnownToken);
        Assert.Equal(ServerState.Starting, _fleet.GetServer(server.Id).State);
        await _links.WaitAsync("a", LinkMessageType.SdkHealth, ServerJson.Default.SdkHealth, one => !one.IsHealthy);

        await _control.ChangeAsync(model => model.ActivateServerProcess(
            new ServerActivation { ProcessId = "process-1", ConnectionNumber = link.Connection.Number, Port = 7777 }));

        await _links.WaitAsync("a", LinkMessageType.SdkHealth, ServerJson.Default.SdkHealth, one => one.IsHealthy);
        Assert.Equal(ServerState.Ready, _fleet.GetServer(server.Id).State);
        Observe("a", new ObservedServer { Id = server.Id, State = ServerState.Stopped, ExitCode = 1 });
        await HoldsAsync(() => _control.Read(model => model.FindProcess("process-1")) is { State: ServerProcessState.Ended });
    }

    [Fact]
    public async Task A_list_comes_in_parts()
    {
        await GreetAsync("a");
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await CreateAsync("a")).Id);
        }

        var first = _fleet.ListServers(null, null, PageRequest.Read("2", null));
        var second = _fleet.ListServers(null, null, PageRequest.Read("2", first.Next));
        var third = _fleet.ListServers("a", "folder:/srv/game", PageRequest.Read("2", second.Next));

        Assert.Equal(ids, first.Items.Concat(second.Items).Concat(third.Items).Select(server => server.Id));
        Assert.Null(third.Next);
        Assert.Empty(_fleet.ListServers("b", null, PageRequest.Read(null, null)).Items);
    }

    private async Task GreetAsync(string workerId, bool isFrozen = false)
    {
        var before = _links.Sent(workerId, LinkMessageType.Desired, ServerJson.Default.DesiredServers).Count;
        _links.Greet(
            workerId,
            isFrozen,
            [.. _control.Read(model => model.PlacedServers.All.ToList()).Where(server => server.WorkerId == workerId)
                .Select(server => new ObservedServer { Id = server.ServerId, State = ServerState.Stopped })]);
        await HoldsAsync(
            () => _links.Sent(workerId, LinkMessageType.Desired, ServerJson.Default.DesiredServers).Count > before);
    }

    private Task<ServerObject> CreateAsync(string workerId) => _fleet.CreateServerAsync(Game, workerId, Configuration);

    private void Observe(string workerId, ObservedServer observed) =>
        _links.Say(workerId, LinkMessageType.Observed, observed, ServerJson.Default.ObservedServer);

    private void Outcome(string workerId, string commandId, CommandStatus status) => _links.Say(
        workerId,
        LinkMessageType.Outcome,
        new CommandOutcome { Id = commandId, Status = status, EndedAt = _time.GetUtcNow() },
        ServerJson.Default.CommandOutcome);

    private Task EndsAsync(string serverId, string commandId, CommandStatus status) =>
        HoldsAsync(() => _fleet.GetCommand(serverId, commandId).Status == status);

    /// <summary>Waits until everything that a worker has said before is handled.</summary>
    private async Task RoundTripAsync(string workerId)
    {
        var server = await CreateAsync(workerId).ConfigureAwait(true);
        Observe(workerId, new ObservedServer { Id = server.Id, State = ServerState.Stopped, Reason = "round trip" });
        await HoldsAsync(() => _fleet.GetServer(server.Id).Reason is not null);
    }

    private async Task AdvanceUntilAsync(Func<bool> condition) => await HoldsAsync(() =>
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });

    private static Task HoldsAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Eventually.TrueAsync(condition, what);

    private static async Task<string> CodeAsync(Task task) => (await Assert.ThrowsAsync<ServerException>(() => task)).Code;
}
