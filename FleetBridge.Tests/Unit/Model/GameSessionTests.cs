using FleetBridge.Fleet.Model;

namespace FleetBridge.Tests.Unit.Model;

/// <summary>The life of a game session.</summary>
public sealed class GameSessionTests : ModelTest
{
    [Fact]
    public void New_session_is_ACTIVATING_with_its_address_and_is_pushed_once()
    {
        Ready(port: 7779);
        var session = Model.CreateGameSession(new NewGameSession
        {
            FleetId = FleetId,
            MaximumPlayerSessionCount = 8,
            Name = "duel",
            GameProperties = [new("map", "dunes")],
            CreatorId = "eve",
            GameSessionData = "data",
        });
        Assert.Matches("^arn:aws:gamelift:us-west-2::gamesession/fleet-local/custom-local/gsess-[0-9a-f-]{36}$", session.GameSessionId);
        Assert.Equal(
            (GameSessionStatus.ACTIVATING, "127.0.0.1", 7779, 0, 8, PlayerSessionCreationPolicy.ACCEPT_ALL, "local", "custom-local"),
            (session.Status, session.IpAddress, session.Port, session.CurrentPlayerSessionCount, session.MaximumPlayerSessionCount,
                session.PlayerSessionCreationPolicy, session.ComputeName, session.Location));
        Assert.Equal(session, Assert.Single(Pushes<CreateGameSessionPush>()).GameSession);
        Assert.Equal(FleetErrors.FleetCapacityExceeded, CodeOf(() => Create()));
    }

    [Fact]
    public void Region_of_the_request_is_the_ARNs()
    {
        Ready();
        var session = Model.CreateGameSession(
            new NewGameSession { FleetId = FleetId, MaximumPlayerSessionCount = 1, Region = "eu-north-1" });
        Assert.StartsWith("arn:aws:gamelift:eu-north-1::", session.GameSessionId);
    }

    [Fact]
    public void Token_gets_the_same_session_with_its_present_status_and_starts_nothing()
    {
        Ready();
        Ready("process-2");
        var session = Create("token-1");
        Assert.EndsWith("/custom-local/token-1", session.GameSessionId);
        Model.ActivateGameSession(session.ProcessId, session.GameSessionId);
        Pushes<Push>();
        Assert.Equal(Now(session), Create("token-1"));
        Assert.Equal(GameSessionStatus.ACTIVE, Create("token-1").Status);
        Assert.Empty(Pushes<Push>());
        Model.TerminateServerProcess(session.ProcessId);
        Assert.Equal(GameSessionStatus.TERMINATED, Create("token-1").Status);
    }

    [Fact]
    public void Token_survives_changes_of_the_session()
    {
        Ready();
        var session = Create("token-1", name: "duel");
        Model.UpdateGameSession(
            new GameSessionUpdate { GameSessionId = session.GameSessionId, Name = "other", MaximumPlayerSessionCount = 9 });
        Assert.Equal(session.GameSessionId, Create("token-1", name: "duel").GameSessionId);
    }

    [Fact]
    public void Token_or_custom_id_with_other_parameters_is_a_mismatch()
    {
        Ready();
        Create("token-1", players: 4);
        Assert.Equal(FleetErrors.IdempotentParameterMismatch, CodeOf(() => Create("token-1", players: 5)));
        Assert.Equal(FleetErrors.IdempotentParameterMismatch, CodeOf(() => Model.CreateGameSession(
            new NewGameSession { FleetId = FleetId, MaximumPlayerSessionCount = 4, CustomId = "token-1", Name = "n" })));
    }

    [Theory]
    [InlineData("fleet-local", "alias-x", FleetErrors.InvalidRequest)]
    [InlineData(null, null, FleetErrors.InvalidRequest)]
    [InlineData("fleet-nobody", null, FleetErrors.NotFound)]
    [InlineData(null, "alias-nobody", FleetErrors.NotFound)]
    public void Fleet_has_to_be_named_once(string? fleet, string? alias, string code) => Assert.Equal(code, CodeOf(() =>
        Model.CreateGameSession(new NewGameSession { FleetId = fleet, AliasId = alias, MaximumPlayerSessionCount = 1 })));

    [Fact]
    public void Location_is_needed_where_there_are_several()
    {
        Model.CreateLocation("custom-second");
        Model.CreateFleetLocations(FleetId, ["custom-second"]);
        Ready();
        Assert.Equal(FleetErrors.InvalidRequest, CodeOf(() => Create()));
        Assert.Equal(FleetErrors.InvalidRequest, CodeOf(() => Model.CreateGameSession(
            new NewGameSession { FleetId = FleetId, Location = "custom-third", MaximumPlayerSessionCount = 1 })));
        Assert.Equal(FleetErrors.FleetCapacityExceeded, CodeOf(() => Model.CreateGameSession(
            new NewGameSession { FleetId = FleetId, Location = "custom-second", MaximumPlayerSessionCount = 1 })));
        Assert.Equal(P, Model.CreateGameSession(
            new NewGameSession { FleetId = FleetId, Location = "custom-local", MaximumPlayerSessionCount = 1 }).ProcessId);
    }

    [Theory]
    [InlineData(null, 300)]
    [InlineData(20, 20)]
    public void Session_that_is_not_activated_in_time_is_TERMINATED_and_its_process_ended(int? configured, int seconds)
    {
        if (configured is { } timeout)
        {
            Model.UpdateRuntimeConfiguration(FleetId, new RuntimeConfiguration { GameSessionActivationTimeoutSeconds = timeout });
        }

        Ready();
        var session = Create();
        for (var i = 0; i < seconds - 1; i++)
        {
            Advance(1);
            Model.Heartbeat(P, healthy: true);
        }

        Assert.Equal(GameSessionStatus.ACTIVATING, Now(session).Status);
        Advance(2);
        Assert.Equal((GameSessionStatus.TERMINATED, null), (Now(session).Status, Now(session).StatusReason));
        Assert.Equal(FleetEventCodes.GameSessionActivationTimeout, LastEvent);
        Assert.Equal(ServerProcessState.Ending, Process().State);
        Assert.Single(Pushes<TerminateProcessPush>());
    }

    [Fact]
    public void Clock_that_jumps_times_nothing_out()
    {
        Ready();
        var session = Create();
        Model.Now += TimeSpan.FromHours(9);
        Model.Tick();
        Assert.Equal(GameSessionStatus.ACTIVATING, Now(session).Status);
        Model.Now -= TimeSpan.FromHours(18);
        Model.Tick();
        Assert.Equal(GameSessionStatus.ACTIVATING, Now(session).Status);
    }

    [Fact]
    public void Trigger_asks_the_process_and_waits_for_it()
    {
        var session = Active();
        var player = Model.CreatePlayerSession(session.GameSessionId, "ann", null);
        var told = Model.TerminateGameSession(session.GameSessionId, TerminationMode.TRIGGER_ON_PROCESS_TERMINATE);
        Assert.Equal((GameSessionStatus.TERMINATING, GameSessionStatusReason.TRIGGERED_ON_PROCESS_TERMINATE),
            (told.Status, told.StatusReason));
        Assert.Single(Pushes<TerminateProcessPush>());
        Model.TerminateGameSession(session.GameSessionId, TerminationMode.TRIGGER_ON_PROCESS_TERMINATE);
        Assert.Empty(Pushes<Push>());
        Assert.Equal(PlayerSessionStatus.RESERVED, Now(player).Status);
        Model.TerminateServerProcess(P);
        Assert.Equal((GameSessionStatus.TERMINATED, GameSessionStatusReason.TRIGGERED_ON_PROCESS_TERMINATE),
            (Now(session).Status, Now(session).StatusReason));
        Assert.Equal(Noon, Now(session).TerminationTime);
    }

    [Fact]
    public void Force_kills_an_own_process_and_waits_until_it_is_gone()
    {
        Model.ProcessStarted(P, FleetId, "local");
        var session = Active();
        var told = Model.TerminateGameSession(session.GameSessionId, TerminationMode.FORCE_TERMINATE);
        Assert.Equal((GameSessionStatus.TERMINATING, GameSessionStatusReason.FORCE_TERMINATED), (told.Status, told.StatusReason));
        Assert.Single(Pushes<KillProcessPush>());
        Model.ProcessExited(P, 137);
        Assert.Equal(GameSessionStatus.TERMINATED, Now(session).Status);
        Assert.NotEqual(FleetEventCodes.ServerProcessCrashed, LastEvent);
    }

    [Fact]
    public void Force_ends_the_session_of_another_process_at_once_and_takes_nothing_more_from_it()
    {
        var session = Active();
        var player = Model.CreatePlayerSession(session.GameSessionId, "ann", null);
        Assert.Equal(GameSessionStatus.TERMINATED,
            Model.TerminateGameSession(session.GameSessionId, TerminationMode.FORCE_TERMINATE).Status);
        Assert.Single(Pushes<TerminateProcessPush>());
        Assert.Equal(400, Ask(P, m => m.AcceptPlayerSession(P, session.GameSessionId, player.PlayerSessionId)).StatusCode);
        Assert.Equal(400, Ask(P, m => m.ActivateGameSession(P, session.GameSessionId)).StatusCode);
        Assert.Equal(200, Ask(P, m => m.TerminateServerProcess(P)).StatusCode);
    }

    [Fact]
    public void Update_changes_what_it_names_and_adds_properties_by_key()
    {
        Ready();
        var session = Model.CreateGameSession(new NewGameSession
        {
            FleetId = FleetId,
            MaximumPlayerSessionCount = 4,
            GameProperties = [new("a", "1"), new("b", "2")],
        });
        var updated = Model.UpdateGameSession(new GameSessionUpdate
        {
            GameSessionId = session.GameSessionId,
            ProtectionPolicy = ProtectionPolicy.FullProtection,
            GameProperties = [new("c", "3"), new("b", "4")],
        });
        Assert.Equal([new("a", "1"), new("b", "4"), new("c", "3")], updated.GameProperties);
        Assert.Equal((4, ProtectionPolicy.FullProtection), (updated.MaximumPlayerSessionCount, updated.ProtectionPolicy));
    }

    [Fact]
    public void Maximum_cannot_fall_below_the_players()
    {
        var session = Active();
        Model.CreatePlayerSessions(session.GameSessionId, [new("a", null), new("b", null)]);
        Assert.Equal(FleetErrors.InvalidRequest, CodeOf(() => Model.UpdateGameSession(
            new GameSessionUpdate { GameSessionId = session.GameSessionId, MaximumPlayerSessionCount = 1 })));
        Assert.Equal(2, Model.UpdateGameSession(
            new GameSessionUpdate { GameSessionId = session.GameSessionId, MaximumPlayerSessionCount = 2 }).MaximumPlayerSessionCount);
    }

    [Fact]
    public void Session_has_at_most_200_players()
    {
        const string Invalid = "InvalidRequestException";
        var session = Active(players: GameSession.MostPlayers);
        Assert.Equal(200, session.MaximumPlayerSessionCount);
        Ready("other");
        Assert.Equal(Invalid, CodeOf(() => Create(players: 201)));
        Assert.Equal(Invalid, CodeOf(() => Model.UpdateGameSession(
            new GameSessionUpdate { GameSessionId = session.GameSessionId, MaximumPlayerSessionCount = 201 })));
        Model.CreateQueue(new QueueSettings { Name = "queue", TimeoutInSeconds = 100, Destinations = [Model.GetFleet(FleetId).FleetArn] });
        Assert.Equal(Invalid, CodeOf(() => Model.StartPlacement(
            new NewPlacement { PlacementId = "placement", GameSessionQueueName = "queue", MaximumPlayerSessionCount = 201 })));
        Assert.Null(Process("other").GameSessionId);
    }

    [Fact]
    public void Another_process_cannot_speak_for_a_session()
    {
        var session = Active();
        Ready("process-2");
        Assert.Equal(400, Ask("process-2", m => m.ActivateGameSession("process-2", session.GameSessionId)).StatusCode);
        Assert.Equal(404, Ask(P, m => m.ActivateGameSession(P, "arn:unknown")).StatusCode);
    }

    [Fact]
    public void Long_data_for_a_Cpp_server_is_named()
    {
        Ready();
        Model.CreateGameSession(
            new NewGameSession { FleetId = FleetId, MaximumPlayerSessionCount = 1, GameSessionData = new string('x', 4097) });
        Assert.Contains("4096", Assert.Single(Warnings));
    }

    [Fact]
    public void History_is_bounded_by_time()
    {
        var session = Active();
        var player = Model.CreatePlayerSession(session.GameSessionId, "ann", null);
        Model.TerminateServerProcess(P);
        Advance(TimeSpan.FromDays(29).TotalSeconds);
        Assert.NotNull(Model.FindGameSession(session.GameSessionId));
        Advance(TimeSpan.FromDays(2).TotalSeconds);
        Assert.Null(Model.FindGameSession(session.GameSessionId));
        Assert.Null(Model.FindPlayerSession(player.PlayerSessionId));
    }

    [Fact]
    public void History_is_bounded_by_count()
    {
        for (var i = 0; i < FleetModel.HistoryCount + 50; i++)
        {
            Ready();
            Create($"t{i}");
            Model.TerminateServerProcess(P);
            Model.Transition.Clear();
        }

        Assert.Equal(FleetModel.HistoryCount, Model.GameSessionsOf(FleetId).Count());
        Assert.EndsWith("/t50", Model.GameSessionsOf(FleetId).First().GameSessionId);
    }

    [Fact]
    public void Pages_go_on_behind_a_number()
    {
        for (var i = 0; i < 5; i++)
        {
            Ready($"p{i}");
            Create($"t{i}");
        }

        var second = Model.GameSessionsOf(FleetId).ElementAt(1);
        Assert.Equal(["t2", "t3", "t4"], Model.GameSessionsOf(FleetId, afterNumber: second.Number).Select(one => one.IdempotencyToken));
    }
}
