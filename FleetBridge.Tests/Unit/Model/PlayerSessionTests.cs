using FleetBridge.Fleet.Model;

namespace FleetBridge.Tests.Unit.Model;

/// <summary>The life of a player session, and how slots are counted.</summary>
public sealed class PlayerSessionTests : ModelTest
{
    public enum What { Accept, Remove, TimePasses, SessionEnds }

    [Theory]
    [InlineData(PlayerSessionStatus.RESERVED, What.Accept, "ACTIVE", 1)]
    [InlineData(PlayerSessionStatus.RESERVED, What.Remove, "InvalidRequestException", 1)]
    [InlineData(PlayerSessionStatus.RESERVED, What.TimePasses, "TIMEDOUT", 0)]
    [InlineData(PlayerSessionStatus.RESERVED, What.SessionEnds, "TIMEDOUT", 0)]
    [InlineData(PlayerSessionStatus.ACTIVE, What.Accept, "InvalidRequestException", 1)]
    [InlineData(PlayerSessionStatus.ACTIVE, What.Remove, "COMPLETED", 0)]
    [InlineData(PlayerSessionStatus.ACTIVE, What.TimePasses, "ACTIVE", 1)]
    [InlineData(PlayerSessionStatus.ACTIVE, What.SessionEnds, "COMPLETED", 0)]
    [InlineData(PlayerSessionStatus.COMPLETED, What.Accept, "InvalidRequestException", 0)]
    [InlineData(PlayerSessionStatus.COMPLETED, What.Remove, "InvalidRequestException", 0)]
    [InlineData(PlayerSessionStatus.COMPLETED, What.TimePasses, "COMPLETED", 0)]
    [InlineData(PlayerSessionStatus.COMPLETED, What.SessionEnds, "COMPLETED", 0)]
    [InlineData(PlayerSessionStatus.TIMEDOUT, What.Accept, "InvalidRequestException", 0)]
    [InlineData(PlayerSessionStatus.TIMEDOUT, What.Remove, "InvalidRequestException", 0)]
    [InlineData(PlayerSessionStatus.TIMEDOUT, What.TimePasses, "TIMEDOUT", 0)]
    [InlineData(PlayerSessionStatus.TIMEDOUT, What.SessionEnds, "TIMEDOUT", 0)]
    internal void Player_in_each_state_takes_each_event(PlayerSessionStatus from, What what, string expected, int count)
    {
        var session = Active();
        var player = Model.CreatePlayerSession(session.GameSessionId, "ann", "blue");
        if (from == PlayerSessionStatus.TIMEDOUT)
        {
            Advance(61);
        }
        else if (from != PlayerSessionStatus.RESERVED)
        {
            Model.AcceptPlayerSession(P, session.GameSessionId, player.PlayerSessionId);
        }

        if (from == PlayerSessionStatus.COMPLETED)
        {
            Model.RemovePlayerSession(P, session.GameSessionId, player.PlayerSessionId);
        }

        Assert.Equal(from, Now(player).Status);
        Assert.Equal(expected, Outcome(session, player, what));
        Assert.Equal(count, Now(session).CurrentPlayerSessionCount);
        Assert.Equal(Now(player).TakesSlot, Now(player).TerminationTime is null);
    }

    private string Outcome(GameSession session, PlayerSession player, What what)
    {
        try
        {
            switch (what)
            {
                case What.Accept:
                    Model.AcceptPlayerSession(P, session.GameSessionId, player.PlayerSessionId);
                    break;
                case What.Remove:
                    Model.RemovePlayerSession(P, session.GameSessionId, player.PlayerSessionId);
                    break;
                case What.TimePasses:
                    Advance(61);
                    break;
                default:
                    Model.TerminateServerProcess(P);
                    break;
            }

            return Now(player).Status.ToString();
        }
        catch (FleetException refused)
        {
            return refused.Code;
        }
    }

    [Fact]
    public void New_player_session_has_the_sessions_address()
    {
        var session = Active();
        var player = Model.CreatePlayerSession(session.GameSessionId, "ann", "blue");
        Assert.StartsWith("psess-", player.PlayerSessionId);
        Assert.Equal(("ann", "blue", PlayerSessionStatus.RESERVED, "127.0.0.1", 7777, FleetId),
            (player.PlayerId, player.PlayerData, player.Status, player.IpAddress, player.Port, player.FleetId));
    }

    [Fact]
    public void Reservations_and_players_count_against_the_maximum()
    {
        var session = Active(players: 2);
        var ann = Model.CreatePlayerSession(session.GameSessionId, "ann", null);
        Model.AcceptPlayerSession(P, session.GameSessionId, ann.PlayerSessionId);
        Model.CreatePlayerSession(session.GameSessionId, "ann", null);
        Assert.Equal(FleetErrors.GameSessionFull, CodeOf(() => Model.CreatePlayerSession(session.GameSessionId, "bob", null)));
        Model.RemovePlayerSession(P, session.GameSessionId, ann.PlayerSessionId);
        Assert.Equal(PlayerSessionStatus.RESERVED, Model.CreatePlayerSession(session.GameSessionId, "bob", null).Status);
    }

    [Fact]
    public void Players_are_reserved_all_or_none()
    {
        var session = Active(players: 2);
        Assert.Equal(FleetErrors.GameSessionFull, CodeOf(() =>
            Model.CreatePlayerSessions(session.GameSessionId, [new("a", null), new("b", null), new("c", null)])));
        Assert.Empty(Model.PlayerSessionsOf(session.GameSessionId));
        Assert.Equal(2, Model.CreatePlayerSessions(session.GameSessionId, [new("a", null), new("b", null)]).Count);
    }

    [Fact]
    public void Reservation_that_is_due_frees_its_slot_even_before_the_timer_has_run()
    {
        var session = Active(players: 1);
        var ann = Model.CreatePlayerSession(session.GameSessionId, "ann", null);
        Model.Steady += TimeSpan.FromSeconds(60);
        Assert.Equal(400, Ask(P, m => m.AcceptPlayerSession(P, session.GameSessionId, ann.PlayerSessionId)).StatusCode);
        Model.CreatePlayerSession(session.GameSessionId, "bob", null);
        Assert.Equal(PlayerSessionStatus.TIMEDOUT, Now(ann).Status);
        Assert.Equal(1, Now(session).CurrentPlayerSessionCount);
    }

    [Fact]
    public void DENY_ALL_refuses_new_players_and_keeps_reserved_ones()
    {
        var session = Active();
        var ann = Model.CreatePlayerSession(session.GameSessionId, "ann", null);
        Model.UpdatePlayerSessionCreationPolicy(P, session.GameSessionId, PlayerSessionCreationPolicy.DENY_ALL);
        Assert.Equal(FleetErrors.InvalidGameSessionStatus, CodeOf(() => Model.CreatePlayerSession(session.GameSessionId, "bob", null)));
        Assert.Equal(PlayerSessionStatus.ACTIVE, Model.AcceptPlayerSession(P, session.GameSessionId, ann.PlayerSessionId).Status);
        Model.UpdateGameSession(new GameSessionUpdate
        {
            GameSessionId = session.GameSessionId,
            PlayerSessionCreationPolicy = PlayerSessionCreationPolicy.ACCEPT_ALL,
        });
        Assert.Equal(PlayerSessionStatus.RESERVED, Model.CreatePlayerSession(session.GameSessionId, "bob", null).Status);
    }

    [Fact]
    public void Refusal_names_the_player_session_and_its_state()
    {
        var session = Active();
        var ann = Model.CreatePlayerSession(session.GameSessionId, "ann", null);
        Advance(61);
        var answer = Ask(P, m => m.AcceptPlayerSession(P, session.GameSessionId, ann.PlayerSessionId));
        Assert.Equal(400, answer.StatusCode);
        Assert.Contains($"{ann.PlayerSessionId} is TIMEDOUT", answer.ErrorMessage);
    }

    [Fact]
    public void Player_of_another_session_is_refused()
    {
        var first = Active();
        var second = Active("process-2");
        var ann = Model.CreatePlayerSession(first.GameSessionId, "ann", null);
        Assert.Equal(400, Ask("process-2", m => m.AcceptPlayerSession("process-2", second.GameSessionId, ann.PlayerSessionId)).StatusCode);
        Assert.Equal(400, Ask("process-2", m => m.AcceptPlayerSession("process-2", first.GameSessionId, ann.PlayerSessionId)).StatusCode);
    }

    [Fact]
    public void Players_sessions_are_found_by_the_player()
    {
        var first = Active();
        var second = Active("process-2");
        var a = Model.CreatePlayerSession(first.GameSessionId, "ann", null);
        var b = Model.CreatePlayerSession(second.GameSessionId, "ann", null);
        Model.CreatePlayerSession(second.GameSessionId, "bob", null);
        Assert.Equal([a.PlayerSessionId, b.PlayerSessionId], Model.PlayerSessionsOfPlayer("ann").Select(one => one.PlayerSessionId));
    }
}
