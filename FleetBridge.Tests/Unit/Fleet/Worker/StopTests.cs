using FleetBridge.Fleet.Servers;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Fleet.Worker;

public sealed class StopTests : WorkerTest
{
    [Theory]
    [InlineData("quit", "quit", nameof(StopStep.Command), "quit")]
    [InlineData(null, "SIGTERM", nameof(StopStep.Signal), "SIGTERM")]
    [InlineData("quit", "SIGTERM", nameof(StopStep.Signal), "quit SIGTERM")]
    [InlineData("quit", "nothing", nameof(StopStep.Kill), "quit SIGTERM kill")]
    public async Task Stop_goes_down_the_ladder_and_records_the_step_that_worked(string? command, string endsAt, string step, string heard)
    {
        Runner.Prepare = server => server.EndsAt = endsAt;
        await AddAsync(Configuration(command));
        await StartAsync();
        var stop = RunAsync(CommandType.Stop);
        await PassAsync(TimeSpan.FromSeconds(1), () => stop.IsCompleted, "the stop ends");

        Assert.Equal(CommandStatus.Done, (await stop).Status);
        Assert.Equal(heard, string.Join(' ', Runner.Last.Heard));
        Assert.Equal((ServerState.Stopped, (StopStep?)Enum.Parse<StopStep>(step), 0), (Server.State, Server.StoppedBy, Server.Restarts));
        Assert.True(Runner.Last.IsForgotten);
    }

    [Fact]
    public async Task Step_has_its_whole_time()
    {
        Runner.Prepare = server => server.EndsAt = "SIGTERM";
        await AddAsync(Configuration("quit"));
        await StartAsync();
        var stop = RunAsync(CommandType.Stop);
        await Eventually.TrueAsync(() => Runner.Last.Heard.Count == 1, "the command is written");
        await StateAsync(ServerState.Stopping);
        Clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(["quit"], Runner.Last.Heard);
        await PassAsync(TimeSpan.FromSeconds(0.2), () => stop.IsCompleted, "the stop ends");
        Assert.Equal(["quit", "SIGTERM"], Runner.Last.Heard);
    }

    [Fact]
    public async Task Kill_overtakes_a_stop()
    {
        Runner.Prepare = server => server.EndsAt = null;
        await AddAsync(Configuration("quit"));
        await StartAsync();
        var stop = RunAsync(CommandType.Stop);
        await Eventually.TrueAsync(() => Runner.Last.Heard.Count == 1, "the command is written");
        var kill = await RunAsync(CommandType.Kill);

        Assert.Equal((CommandStatus.Done, CommandStatus.Done), ((await stop).Status, kill.Status));
        Assert.Equal(["quit", "kill"], Runner.Last.Heard);
        Assert.Equal((ServerState.Stopped, StopStep.Kill, "SIGKILL"), (Server.State, Server.StoppedBy, Server.Signal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_right_behind_a_stop_is_a_new_run_and_both_are_done(bool isWishSentFirst)
    {
        Runner.Prepare = server => server.EndsAt = "quit";
        await AddAsync(Configuration("quit"));
        await StartAsync();
        for (var round = 1; round <= 20; round++)
        {
            // most of these starts come before anybody has looked at the stop
            var stop = RunAsync(CommandType.Stop);
            if (isWishSentFirst)
            {
                await Core.ChangeDesiredAsync(Core.Desired.Single() with { DesiredState = DesiredState.Running });
            }

            var outcomes = await Task.WhenAll(stop, RunAsync(CommandType.Start)).WaitAsync(TimeSpan.FromSeconds(30));
            Assert.All(outcomes, outcome => Assert.Equal(CommandStatus.Done, outcome.Status));
            Assert.Equal(round + 1, Runner.Starts);
        }
    }

    [Fact]
    public async Task Stop_cancels_a_start_that_waits_for_its_install()
    {
        var gate = new TaskCompletionSource();
        Installer.Gate = gate.Task;
        await Core.ChangeDesiredAsync(Desired());
        await StateAsync(ServerState.Installing);
        var start = RunAsync(CommandType.Start);
        var stop = await RunAsync(CommandType.Stop);

        Assert.Equal(CommandStatus.Done, stop.Status);
        Assert.Equal((CommandStatus.Failed, "It was cancelled by a stop."), ((await start).Status, (await start).Error));
        gate.SetResult();
        await StateAsync(ServerState.Stopped);
        Assert.Equal(0, Runner.Starts);
    }

    [Fact]
    public async Task Stop_cancels_a_start_that_is_under_way()
    {
        await AddAsync();
        Runner.Gate = new TaskCompletionSource().Task;
        var start = RunAsync(CommandType.Start);
        await Eventually.TrueAsync(() => Runner.Starts == 1, "the start is under way");
        Assert.Equal(CommandStatus.Done, (await RunAsync(CommandType.Stop)).Status);
        Assert.Equal(CommandStatus.Failed, (await start).Status);
        Assert.Equal(ServerState.Stopped, Server.State);
    }

    [Fact]
    public async Task Start_after_a_stop_waits_for_its_end()
    {
        Runner.Prepare = server => server.EndsAt = null;
        await AddAsync();
        await StartAsync();
        var first = Runner.Last;
        var stop = RunAsync(CommandType.Stop);
        await StateAsync(ServerState.Stopping);
        var start = RunAsync(CommandType.Start);
        first.End();

        Assert.Equal((CommandStatus.Done, CommandStatus.Done), ((await stop).Status, (await start).Status));
        Assert.Equal((2, 0, ServerState.Ready), (Runner.Runs.Count, Server.Restarts, Server.State));
    }

    [Fact]
    public async Task Restart_ends_one_run_and_begins_another()
    {
        await AddAsync();
        await StartAsync();
        var outcome = await RunAsync(CommandType.Restart);
        Assert.Equal((CommandStatus.Done, 2, 0), (outcome.Status, Runner.Runs.Count, Server.Restarts));
        Assert.Contains("restarted on request", Server.Reason, StringComparison.Ordinal);
        Assert.Equal(StopStep.Signal, Server.StoppedBy);
    }

    [Theory]
    [InlineData(nameof(CommandType.Stop), nameof(ServerState.Stopped), 1)]
    [InlineData(nameof(CommandType.Restart), nameof(ServerState.Ready), 2)]
    public async Task Server_that_ends_by_a_stop_while_there_is_no_worker_has_not_crashed(string type, string state, int runs)
    {
        Runner.Prepare = server => server.EndsAt = null;
        await AddAsync(Configuration("quit"));
        await StartAsync();
        var first = Runner.Last;
        _ = RunAsync(Enum.Parse<CommandType>(type));
        await Eventually.TrueAsync(() => first.HasHeard("quit"), "the command is written");
        await RestartWorkerAsync(between: () => first.End());

        await Eventually.TrueAsync(() => first.IsForgotten, "its end is known");
        await StateAsync(Enum.Parse<ServerState>(state));
        Assert.Equal((StopStep.Command, 0, runs), (Server.StoppedBy, Server.Restarts, Runner.Runs.Count));
        Assert.EndsWith("on request. It exited with code 0.", Server.Reason, StringComparison.Ordinal);
        Assert.True(Core.Observed.Single().Ends[0].WasAsked);
    }

    [Fact]
    public async Task Stop_of_what_does_not_run_is_done_at_once()
    {
        await AddAsync();
        Assert.Equal(CommandStatus.Done, (await RunAsync(CommandType.Stop)).Status);
        Assert.Equal(CommandStatus.Done, (await RunAsync(CommandType.Kill)).Status);
    }

    [Fact]
    public async Task Shutdown_stops_servers_and_the_next_worker_starts_them()
    {
        await AddAsync();
        await StartAsync();
        await Core.ShutdownAsync();
        Assert.Equal((ServerState.Stopped, StopStep.Signal), (Server.State, Server.StoppedBy));
        await RestartWorkerAsync();
        await StateAsync(ServerState.Ready);
        Assert.Equal(2, Runner.Runs.Count);
    }

    [Fact]
    public async Task Server_that_comes_while_the_worker_shuts_down_is_started_by_the_next_worker()
    {
        await AddAsync();
        await StartAsync();
        await Core.ShutdownAsync();
        await Core.ChangeDesiredAsync(Desired() with { Id = "late", DesiredState = DesiredState.Running });
        var start = await Core.RunAsync(
            new WorkerCommand { Id = "start", ServerId = "late", Type = CommandType.Start, Deadline = Clock.GetUtcNow().AddSeconds(60) },
            TestContext.Current.CancellationToken);
        Assert.Equal((CommandStatus.Failed, "The worker ends."), (start.Status, start.Error));
        Assert.Single(Runner.Runs);
        await RestartWorkerAsync();
        await Eventually.TrueAsync(() => Runner.Runs.Select(run => run.ServerId).Count(id => id == "late") == 1, "it runs");
    }

    [Fact]
    public async Task Deleted_server_is_stopped_and_nothing_is_left()
    {
        await AddAsync();
        await StartAsync();
        var changes = Core.Changes(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await Core.ChangeDesiredAsync(Desired(isDeleted: true));
        do
        {
            Assert.True(await changes.MoveNextAsync());
        }
        while (!changes.Current.IsGone);

        Assert.Equal(["SIGTERM"], Runner.Last.Heard);
        Assert.False(Directory.Exists(Path.Combine(DataFolder, "servers", Id)));
    }

    [Fact]
    public async Task Server_that_the_host_does_not_know_stays_as_it_is_and_can_be_stopped_and_deleted()
    {
        await AddAsync();
        await StartAsync();
        await Core.SetDesiredAsync([]);
        await RestartWorkerAsync();
        await Core.SetDesiredAsync([]);
        await StateAsync(ServerState.Ready);
        Assert.Equal((1, 1), (Runner.Runs.Count, Installer.Installs));
        Assert.Empty(Runner.Last.Heard);

        Runner.Last.End(code: 3);
        await PassAsync(TimeSpan.FromSeconds(1), () => Runner.Runs.Count == 2, "it is kept alive");
        await StateAsync(ServerState.Ready);
        Assert.Equal(CommandStatus.Done, (await RunAsync(CommandType.Stop)).Status);
        await Core.ChangeDesiredAsync(Core.Desired.Single() with { IsDeleted = true });
        await Eventually.TrueAsync(() => Core.Observed.All(server => server.IsGone), "it is gone");
    }
}
