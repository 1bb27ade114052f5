using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Fleet.Worker;

public sealed class CrashTests : WorkerTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task End_that_nobody_asked_for_is_a_crash_whatever_its_code(int code)
    {
        await AddAsync();
        await StartAsync();
        Runner.Last.End(code);
        await StateAsync(ServerState.Crashed);

        Assert.Equal((code, Clock.GetUtcNow().AddSeconds(1)), (Server.ExitCode, Server.NextTryAt));
        Assert.Contains($"exited with code {code} after it was ready", Server.Reason, StringComparison.Ordinal);
        Assert.Contains("the last line", Server.Reason, StringComparison.Ordinal);
        await PassAsync(TimeSpan.FromSeconds(0.5), () => Server.State == ServerState.Ready, "it runs again");
        Assert.Equal((1, null, code), (Server.Restarts, Server.NextTryAt, Server.ExitCode));
    }

    [Fact]
    public async Task Fifth_crash_fails_until_somebody_starts_it()
    {
        await AddAsync();
        await StartAsync();
        for (var crash = 1; crash <= 5; crash++)
        {
            var runs = crash;
            await PassAsync(TimeSpan.FromSeconds(1), () => Runner.Runs.Count == runs, $"run {crash}");
            Runner.Last.End(signal: "SIGSEGV");
        }

        await StateAsync(ServerState.Failed);
        Assert.Equal((5, 4, "SIGSEGV", null), (Runner.Runs.Count, Server.Restarts, Server.Signal, Server.NextTryAt));
        await RestartWorkerAsync();
        Assert.Equal(ServerState.Failed, Server.State);
        await StartAsync();
        Assert.Equal((ServerState.Ready, 0), (Server.State, Server.Restarts));
    }

    [Fact]
    public async Task Process_that_has_had_its_game_session_ends_without_a_crash_and_the_next_one_starts()
    {
        await AddAsync();
        await StartAsync();
        for (var session = 1; session <= 6; session++)
        {
            var runs = session;
            await PassAsync(TimeSpan.FromSeconds(1), () => Runner.Runs.Count == runs && Server.Pid is not null, $"run {session}");
            Core.TellSdkHealth(Server.ProcessId!, isHealthy: true, hadSession: true);
            Runner.Last.End(0);
            await StateAsync(ServerState.Stopped);
        }

        Assert.Equal((0, 0, 1.0, null), (Server.Restarts, Server.ExitCode, Server.PauseSeconds, Server.NextTryAt));
        Assert.Contains("It had its game session and exited with code 0", Server.Reason, StringComparison.Ordinal);
        await RunAsync(CommandType.Stop);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((6, ServerState.Stopped), (Runner.Runs.Count, Server.State));
    }

    [Fact]
    public async Task Last_ten_ends_are_kept_newest_first_without_the_lines_also_by_the_next_worker()
    {
        await AddAsync();
        await StartAsync();
        for (var session = 1; session <= 11; session++)
        {
            var runs = session;
            await PassAsync(TimeSpan.FromSeconds(1), () => Runner.Runs.Count == runs && Server.Pid is not null, $"run {session}");
            Core.TellSdkHealth(Server.ProcessId!, isHealthy: true, hadSession: true);
            Runner.Last.End(0);
            await StateAsync(ServerState.Stopped);
        }

        await PassAsync(TimeSpan.FromSeconds(1), () => Server.Pid is not null, "it runs once more");
        Runner.Last.End(signal: "SIGSEGV");
        await StateAsync(ServerState.Crashed);
        Assert.Equal([null, .. Enumerable.Repeat<int?>(0, 9)], Server.Ends.Select(end => end.ExitCode));
        var last = Server.Ends[0];
        Assert.Equal(("SIGSEGV", false, Server.LastRun!.EndedAt), (last.Signal, last.WasAsked, last.EndedAt));
        Assert.Contains("was ended by SIGSEGV", last.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("the last line", last.Reason, StringComparison.Ordinal);
        Assert.Contains("the last line", Server.Reason, StringComparison.Ordinal);
        Assert.Equal(Server.Ends.OrderByDescending(end => end.EndedAt), Server.Ends);
        await RestartWorkerAsync();
        Assert.Equal((ServerEnd.MostKept, last), (Server.Ends.Count, Server.Ends[0]));
    }

    [Fact]
    public async Task Process_that_breaks_in_its_game_session_has_crashed()
    {
        await AddAsync();
        await StartAsync();
        Core.TellSdkHealth(Server.ProcessId!, isHealthy: true, hadSession: true);
        Runner.Last.End(signal: "SIGSEGV");
        await StateAsync(ServerState.Crashed);
    }

    [Fact]
    public async Task Process_that_the_host_kills_is_killed_at_once_and_started_again()
    {
        Runner.Prepare = server => server.EndsAt = "SIGKILL";
        await AddAsync();
        await StartAsync();
        var ended = Server.ProcessId!;
        Core.TellSdkHealth(ended, isHealthy: true, hadSession: true, kill: "Its game session was terminated.");
        await PassAsync(TimeSpan.FromSeconds(0.5), () => Runner.Runs.Count == 2 && Server.Pid is not null, "it runs again");
        Assert.Equal((ended, false, 0), (Server.LastRun!.ProcessId, Server.LastRun.WasAsked, Server.Restarts));
        Assert.True(Clock.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) < TimeSpan.FromSeconds(5), "it was not asked first");
    }

    [Theory]
    [InlineData(nameof(RestartPolicy.Never), 0, nameof(ServerState.Stopped))]
    [InlineData(nameof(RestartPolicy.Never), 1, nameof(ServerState.Failed))]
    [InlineData(nameof(RestartPolicy.OnCrash), 0, nameof(ServerState.Stopped))]
    [InlineData(nameof(RestartPolicy.OnCrash), 1, nameof(ServerState.Crashed))]
    public async Task Policy_says_whether_it_is_started_again(string policy, int code, string expected)
    {
        var state = Enum.Parse<ServerState>(expected);
        await AddAsync(Configuration(restart: Enum.Parse<RestartPolicy>(policy)));
        await StartAsync();
        Runner.Last.End(code);
        await StateAsync(state);
        if (state != ServerState.Crashed)
        {
            // also after a restart of the worker
            await RestartWorkerAsync();
            Clock.Advance(TimeSpan.FromMinutes(10));
            Assert.Equal((state, 1), (Server.State, Runner.Runs.Count));
        }
    }

    [Fact]
    public async Task Stop_while_it_waits_for_its_next_try_is_a_stop()
    {
        await AddAsync();
        await StartAsync();
        Runner.Last.End(1);
        await StateAsync(ServerState.Crashed);
        Assert.Equal(CommandStatus.Done, (await RunAsync(CommandType.Stop)).Status);
        Assert.Equal((ServerState.Stopped, null), (Server.State, Server.NextTryAt));
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(Runner.Runs);
    }

    [Fact]
    public async Task Start_that_cannot_succeed_fails_its_command_and_the_server()
    {
        await AddAsync();
        Runner.Problem = new StartException("no_program", "There is no program.", isRetryable: false);
        var outcome = await RunAsync(CommandType.Start);
        Assert.Equal((CommandStatus.Failed, "There is no program."), (outcome.Status, outcome.Error));
        Assert.Equal((ServerState.Failed, "There is no program."), (Server.State, Server.Reason));

        // a corrected configuration is a new try
        Runner.Problem = null;
        await Core.ChangeDesiredAsync(Desired(DesiredState.Running, version: 2));
        await StateAsync(ServerState.Ready);
    }

    [Fact]
    public async Task Start_that_may_succeed_later_is_tried_again()
    {
        await AddAsync();
        Runner.Problem = new StartException("port_taken", "Port 7777 is taken.", isRetryable: true);
        Assert.Equal(CommandStatus.Failed, (await RunAsync(CommandType.Start)).Status);
        await StateAsync(ServerState.Crashed);
        Runner.Problem = null;
        await PassAsync(TimeSpan.FromSeconds(0.5), () => Server.State == ServerState.Ready, "it runs");
    }

    [Fact]
    public async Task End_while_no_worker_was_there_is_a_crash()
    {
        await AddAsync();
        await StartAsync();
        var run = Runner.Last;
        await Core.DisposeAsync();
        run.End(7);
        Runner.Left.Add(run);
        await OpenAsync();
        await StateAsync(ServerState.Crashed);
        Assert.Equal(7, Server.ExitCode);
    }

    [Fact]
    public async Task Restart_of_the_machine_is_no_crash()
    {
        await AddAsync();
        await StartAsync();
        var run = Runner.Last;
        await Core.DisposeAsync();
        run.End(null, isMachineRestart: true);
        Runner.Left.Add(run);
        await OpenAsync();
        await Eventually.TrueAsync(() => Runner.Runs.Count == 2 && Server.State == ServerState.Ready, "it runs again");
        Assert.Equal((2, 0), (Runner.Runs.Count, Server.Restarts));
    }

    [Fact]
    public async Task Run_that_goes_on_is_adopted()
    {
        await AddAsync();
        await StartAsync();
        await RestartWorkerAsync();
        Assert.Equal((ServerState.Ready, 1), (Server.State, Runner.Runs.Count));
        Assert.Equal(CommandStatus.Done, (await RunAsync(CommandType.Stop)).Status);
        Assert.Equal(["SIGTERM"], Runner.Last.Heard);
    }

    [Fact]
    public async Task Stop_of_the_earlier_worker_continues_with_the_ladder_of_the_start()
    {
        Runner.Prepare = server => server.EndsAt = null;
        await AddAsync(Configuration("quit"));
        await StartAsync();
        _ = RunAsync(CommandType.Stop, id: "stop");
        await StateAsync(ServerState.Stopping);
        var run = Runner.Last;
        await Eventually.TrueAsync(() => run.HasHeard("quit"), "the first step is taken");
        run.EndsAt = "SIGTERM";
        await RestartWorkerAsync();
        var stop = RunAsync(CommandType.Stop, id: "stop");
        await PassAsync(TimeSpan.FromSeconds(1), () => stop.IsCompleted, "the stop ends");
        Assert.Equal(CommandStatus.Done, (await stop).Status);
        Assert.Equal(["quit", "quit", "SIGTERM"], run.Heard);
    }
}
