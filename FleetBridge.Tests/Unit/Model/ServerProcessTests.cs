using FleetBridge.Fleet.Model;

namespace FleetBridge.Tests.Unit.Model;

/// <summary>The life of a server process: what it is given, what it is told, and how it ends.</summary>
public sealed class ServerProcessTests : ModelTest
{
    [Fact]
    public void Process_is_given_no_session_before_its_first_heartbeat()
    {
        var connection = Connect();
        Activate(P, connection.Number);
        Assert.Equal(FleetErrors.FleetCapacityExceeded, CodeOf(() => Create()));
        Model.Heartbeat(P, healthy: true);
        Assert.Equal(P, Create().ProcessId);
    }

    [Fact]
    public void Process_without_connection_is_given_no_session()
    {
        Model.Disconnected(P, Ready().Number);
        Assert.Equal("Unable to reserve a process on fleet fleet-local", Assert.Throws<FleetException>(() => Create()).Message);
        Connect();
        Assert.Equal(P, Create().ProcessId);
    }

    [Fact]
    public void Unknown_process_that_heartbeats_first_is_lost_and_said_so()
    {
        Connect();
        Assert.Equal(ServerProcessState.Lost, Model.Heartbeat(P, healthy: true).State);
        Assert.Contains("restart it", Assert.Single(Warnings));
        Assert.Equal(FleetErrors.FleetCapacityExceeded, CodeOf(() => Create()));
    }

    [Fact]
    public void Older_connection_that_ends_leaves_the_newer_one()
    {
        var older = Ready();
        Connect();
        Model.Disconnected(P, older.Number);
        Assert.True(Process().IsConnected);
    }

    [Fact]
    public void Disconnected_process_keeps_its_session_for_three_heartbeats()
    {
        var session = Active();
        Model.Disconnected(P, Process().ConnectionNumber);
        Advance(180);
        Assert.Equal(GameSessionStatus.ACTIVE, Now(session).Status);
        Advance(30);
        Assert.Equal(GameSessionStatus.TERMINATED, Now(session).Status);
        Assert.Equal(ServerProcessState.Lost, Process().State);
        Assert.Equal(FleetEventCodes.ServerProcessUnhealthy, LastEvent);
    }

    [Fact]
    public void Heartbeats_keep_a_process()
    {
        Ready();
        for (var i = 0; i < 20; i++)
        {
            Advance(70);
            Model.Heartbeat(P, healthy: true);
        }

        Assert.Equal(ServerProcessState.Ready, Process().State);
    }

    [Fact]
    public void Third_false_report_in_a_row_terminates()
    {
        var session = Active();
        Model.Heartbeat(P, healthy: false);
        Model.Heartbeat(P, healthy: false);
        Model.Heartbeat(P, healthy: true);
        Model.Heartbeat(P, healthy: false);
        Model.Heartbeat(P, healthy: false);
        Assert.Equal(ServerProcessState.Hosting, Process().State);
        Model.Heartbeat(P, healthy: false);
        Assert.Equal(ServerProcessState.Ending, Process().State);
        Assert.Equal(GameSessionStatus.TERMINATING, Now(session).Status);
        Assert.Single(Pushes<TerminateProcessPush>());
        Assert.Equal(FleetEventCodes.ServerProcessUnhealthy, LastEvent);
    }

    [Fact]
    public void First_false_report_names_the_missing_callback()
    {
        Activate(P, Connect().Number);
        Model.Heartbeat(P, healthy: false);
        Assert.Contains("no health callback", Assert.Single(Warnings));
    }

    [Fact]
    public void Process_without_ProcessReady_is_named_after_a_minute_and_left_alone_if_it_is_not_ours()
    {
        Connect();
        Advance(59);
        Assert.Empty(Warnings);
        Advance(2);
        Assert.Contains("without ProcessReady", Assert.Single(Warnings));
        Advance(240);
        Assert.Equal(FleetEventCodes.ServerProcessReadyTimeout, LastEvent);
        Assert.Equal(ServerProcessState.Activating, Process().State);
        Assert.Empty(Pushes<Push>());
        Assert.Equal(ServerProcessState.Ready, Activate(P, Process().ConnectionNumber).State);
    }

    [Theory]
    [InlineData(false, FleetEventCodes.ServerProcessSdkInitializationTimeout)]
    [InlineData(true, FleetEventCodes.ServerProcessReadyTimeout)]
    public void Own_process_that_does_not_get_ready_is_killed_after_five_minutes(bool connects, string code)
    {
        Model.ProcessStarted(P, FleetId, "local");
        if (connects)
        {
            Connect();
        }

        Advance(61);
        Assert.Single(Warnings);
        Advance(240);
        Assert.Equal(code, LastEvent);
        Assert.Equal(P, Assert.Single(Pushes<KillProcessPush>()).ProcessId);
    }

    [Fact]
    public void Own_process_that_exits_is_a_crash_at_once()
    {
        Model.ProcessStarted(P, FleetId, "local");
        var session = Active();
        Model.ProcessExited(P, 139);
        Assert.Equal(FleetEventCodes.ServerProcessCrashed, LastEvent);
        Assert.Contains("139", Model.EventsOf(FleetId).First().Message);
        Assert.Equal(GameSessionStatus.TERMINATED, Now(session).Status);
        Assert.Null(Now(session).StatusReason);
    }

    [Fact]
    public void Own_process_that_stays_after_ProcessEnding_is_killed()
    {
        Model.ProcessStarted(P, FleetId, "local");
        Ready();
        Model.TerminateServerProcess(P);
        Advance(29);
        Assert.Empty(Pushes<KillProcessPush>());
        Advance(2);
        Assert.Single(Pushes<KillProcessPush>());
        Assert.Equal(FleetEventCodes.ServerProcessExitTimeout, LastEvent);
    }

    [Theory]
    [InlineData(true, 60)]
    [InlineData(false, 300)]
    public void Process_that_ignores_termination_is_ended_by_force(bool isOurs, int seconds)
    {
        if (isOurs)
        {
            Model.ProcessStarted(P, FleetId, "local");
        }

        var session = Active();
        Model.TerminateGameSession(session.GameSessionId, TerminationMode.TRIGGER_ON_PROCESS_TERMINATE);
        Assert.Equal(Noon.AddSeconds(seconds), Assert.Single(Pushes<TerminateProcessPush>()).TerminationTime);
        Advance(seconds - 1);
        Assert.Equal(GameSessionStatus.TERMINATING, Now(session).Status);
        Advance(2);
        Assert.Equal(GameSessionStatus.TERMINATED, Now(session).Status);
        Assert.Equal(GameSessionStatusReason.TRIGGERED_ON_PROCESS_TERMINATE, Now(session).StatusReason);
        Assert.Equal(FleetEventCodes.ServerProcessForceTerminated, LastEvent);
        Assert.Equal(isOurs ? 1 : 0, Pushes<KillProcessPush>().Count);
    }

    [Fact]
    public void New_life_under_the_same_id_ends_the_old_ones_session()
    {
        var session = Active();
        Activate(P, Connect().Number, port: 7788);
        Assert.Equal(GameSessionStatus.TERMINATED, Now(session).Status);
        Assert.Equal(FleetEventCodes.ServerProcessCrashed, LastEvent);
        Assert.Equal(7788, Process().Port);
        Assert.False(Process().HeartbeatSeen);
        Model.Heartbeat(P, healthy: true);
        Assert.NotEqual(session.GameSessionId, Create().GameSessionId);
    }

    [Fact]
    public void Server_that_wants_a_second_session_is_told_what_to_do()
    {
        var connection = Ready();
        Create();
        Assert.Contains("one game session in its life", Assert.Throws<FleetException>(() => Activate(P, connection.Number)).Message);
    }

    [Fact]
    public void Activating_session_is_pushed_again_on_reconnect_and_an_active_one_is_not()
    {
        var connection = Ready();
        var session = Create();
        Assert.Single(Pushes<CreateGameSessionPush>());
        Model.Disconnected(P, connection.Number);
        Assert.True(Connect().IsReconnect);
        Assert.Equal(session.GameSessionId, Assert.Single(Pushes<CreateGameSessionPush>()).GameSession.GameSessionId);
        Model.ActivateGameSession(P, session.GameSessionId);
        Connect();
        Assert.Empty(Pushes<Push>());
    }

    [Fact]
    public void Termination_is_pushed_again_on_reconnect()
    {
        var session = Active();
        Model.Disconnected(P, Process().ConnectionNumber);
        Model.TerminateGameSession(session.GameSessionId, TerminationMode.TRIGGER_ON_PROCESS_TERMINATE);
        Pushes<Push>();
        Connect();
        Assert.Single(Pushes<TerminateProcessPush>());
    }

    [Fact]
    public void Repeated_request_gets_its_first_answer()
    {
        var session = Active();
        var player = Model.CreatePlayerSession(session.GameSessionId, "ann", null);
        Assert.Equal(200, Ask(P, m => m.AcceptPlayerSession(P, session.GameSessionId, player.PlayerSessionId), "r1").StatusCode);
        Assert.Equal(400, Ask(P, m => m.AcceptPlayerSession(P, session.GameSessionId, player.PlayerSessionId), "r2").StatusCode);
        Assert.Equal(200, Ask(P, m => m.AcceptPlayerSession(P, session.GameSessionId, player.PlayerSessionId), "r1").StatusCode);
        Assert.Equal(400, Ask(P, _ => { }, "r2").StatusCode);
        Assert.Equal(404, Ask(P, m => m.AcceptPlayerSession(P, session.GameSessionId, "psess-unknown")).StatusCode);
    }

    [Fact]
    public void Newest_answers_are_remembered()
    {
        Ready();
        for (var i = 0; i < 20; i++)
        {
            Ask(P, _ => { }, $"r{i}");
        }

        Assert.Equal(["r12", "r13", "r14", "r15", "r16", "r17", "r18", "r19"], Process().Answers!.Select(one => one.RequestId));
    }

    [Fact]
    public void Repeated_ProcessEnding_on_a_new_connection_is_answered()
    {
        Ready();
        Assert.Equal(200, Ask(P, m => m.TerminateServerProcess(P), "end").StatusCode);
        Connect();
        Assert.Equal(200, Ask(P, m => m.TerminateServerProcess(P), "end").StatusCode);
    }

    [Theory]
    [InlineData("fleet-unknown", "local", "fleet-local")]
    [InlineData("fleet-local", "lokal", "local")]
    public void Connection_of_an_unknown_fleet_or_compute_is_refused_and_told_which_exist(string fleet, string compute, string named)
    {
        var refused = Assert.Throws<FleetException>(
            () => Model.Connected(new ServerIdentity { ProcessId = P, FleetId = fleet, ComputeName = compute }));
        Assert.Equal(FleetErrors.NotFound, refused.Code);
        Assert.Contains(named, refused.Message);
    }

    [Fact]
    public void Ended_process_of_a_compute_that_is_gone_is_refused()
    {
        Ready();
        Model.TerminateServerProcess(P);
        Model.DeregisterCompute(FleetId, "local");
        Assert.Equal(FleetErrors.NotFound, CodeOf(() => Connect()));
    }

    [Fact]
    public void Deleted_fleet_pushes_nothing_to_a_process_that_has_asked_nothing()
    {
        Connect();
        Model.DeleteFleet(FleetId);
        Assert.Empty(Pushes<Push>());
        Assert.Equal(ServerProcessState.Ended, Process().State);
    }

    [Fact]
    public void Strict_host_takes_issued_tokens_only_however_old()
    {
        Start(NewModel(new FleetModelOptions { Strict = true }));
        var token = Model.IssueAuthToken(FleetId, "local").Token;
        Assert.Equal(FleetErrors.Unauthorized, CodeOf(() => Connect(token: "made-up")));
        Assert.Equal(FleetErrors.Unauthorized, CodeOf(() => Connect(token: null)));
        Advance(TimeSpan.FromDays(2).TotalSeconds);
        Assert.True(Connect(token: token).IsKnownToken);
    }

    [Fact]
    public void Lenient_host_takes_made_up_tokens_and_says_which() => Assert.False(Connect(token: "made-up").IsKnownToken);

    [Fact]
    public void Ended_processes_are_forgotten_beyond_a_thousand()
    {
        for (var i = 0; i < 1_100; i++)
        {
            Ready($"p{i}");
            Model.TerminateServerProcess($"p{i}");
        }

        Assert.Equal(1_000, Model.Processes.Count);
        Assert.Null(Model.FindProcess("p99"));
        Assert.NotNull(Model.FindProcess("p100"));
    }
}
