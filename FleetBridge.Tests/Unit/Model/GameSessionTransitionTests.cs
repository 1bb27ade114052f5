using FleetBridge.Fleet.Model;

namespace FleetBridge.Tests.Unit.Model;

/// <summary>The states of a game session: every request, loss and timeout in every state.</summary>
public sealed class GameSessionTransitionTests : ModelTest
{
    public enum From { Activating, Active, Terminating, Terminated, Error }

    public enum What { Activate, Trigger, Force, End, Crash, Update, Player, DenyAll, Unhealthy, Silence, LongSilence, NewLife }

    [Theory]
    [InlineData(From.Activating, What.Activate, "ACTIVE")]
    [InlineData(From.Activating, What.Trigger, "TERMINATING")]
    [InlineData(From.Activating, What.Force, "TERMINATED")]
    [InlineData(From.Activating, What.End, "TERMINATED")]
    [InlineData(From.Activating, What.Crash, "TERMINATED")]
    [InlineData(From.Activating, What.Update, "ACTIVATING")]
    [InlineData(From.Activating, What.Player, FleetErrors.InvalidGameSessionStatus)]
    [InlineData(From.Activating, What.DenyAll, "ACTIVATING")]
    [InlineData(From.Active, What.Activate, "ACTIVE")]
    [InlineData(From.Active, What.Trigger, "TERMINATING")]
    [InlineData(From.Active, What.Force, "TERMINATED")]
    [InlineData(From.Active, What.End, "TERMINATED")]
    [InlineData(From.Active, What.Crash, "TERMINATED")]
    [InlineData(From.Active, What.Update, "ACTIVE")]
    [InlineData(From.Active, What.Player, "ACTIVE")]
    [InlineData(From.Active, What.DenyAll, "ACTIVE")]
    [InlineData(From.Terminating, What.Activate, FleetErrors.InvalidGameSessionStatus)]
    [InlineData(From.Terminating, What.Trigger, "TERMINATING")]
    [InlineData(From.Terminating, What.Force, "TERMINATED")]
    [InlineData(From.Terminating, What.End, "TERMINATED")]
    [InlineData(From.Terminating, What.Crash, "TERMINATED")]
    [InlineData(From.Terminating, What.Update, "TERMINATING")]
    [InlineData(From.Terminating, What.Player, FleetErrors.InvalidGameSessionStatus)]
    [InlineData(From.Terminating, What.DenyAll, "TERMINATING")]
    [InlineData(From.Terminated, What.Activate, FleetErrors.InvalidGameSessionStatus)]
    [InlineData(From.Terminated, What.Trigger, "TERMINATED")]
    [InlineData(From.Terminated, What.Force, "TERMINATED")]
    [InlineData(From.Terminated, What.End, "TERMINATED")]
    [InlineData(From.Terminated, What.Crash, "TERMINATED")]
    [InlineData(From.Terminated, What.Update, FleetErrors.InvalidGameSessionStatus)]
    [InlineData(From.Terminated, What.Player, FleetErrors.InvalidGameSessionStatus)]
    [InlineData(From.Terminated, What.DenyAll, FleetErrors.InvalidGameSessionStatus)]
    [InlineData(From.Activating, What.Unhealthy, "TERMINATING")]
    [InlineData(From.Activating, What.Silence, "TERMINATED")]
    [InlineData(From.Activating, What.LongSilence, "TERMINATED")]
    [InlineData(From.Activating, What.NewLife, "TERMINATED")]
    [InlineData(From.Active, What.Unhealthy, "TERMINATING")]
    [InlineData(From.Active, What.Silence, "TERMINATED")]
    [InlineData(From.Active, What.LongSilence, "TERMINATED")]
    [InlineData(From.Active, What.NewLife, "TERMINATED")]
    [InlineData(From.Terminating, What.Unhealthy, "TERMINATING")]
    [InlineData(From.Terminating, What.Silence, "TERMINATING")]
    [InlineData(From.Terminating, What.LongSilence, "TERMINATED")]
    [InlineData(From.Terminating, What.NewLife, "TERMINATED")]
    [InlineData(From.Terminated, What.Unhealthy, "TERMINATED")]
    [InlineData(From.Terminated, What.Silence, "TERMINATED")]
    [InlineData(From.Terminated, What.LongSilence, "TERMINATED")]
    [InlineData(From.Terminated, What.NewLife, "TERMINATED")]
    [InlineData(From.Error, What.Activate, FleetErrors.InvalidGameSessionStatus)]
    [InlineData(From.Error, What.Trigger, FleetErrors.InvalidGameSessionStatus)]
    [InlineData(From.Error, What.Force, FleetErrors.InvalidGameSessionStatus)]
    [InlineData(From.Error, What.End, "ERROR")]
    [InlineData(From.Error, What.Crash, "ERROR")]
    [InlineData(From.Error, What.Update, FleetErrors.InvalidGameSessionStatus)]
    [InlineData(From.Error, What.Player, FleetErrors.InvalidGameSessionStatus)]
    [InlineData(From.Error, What.DenyAll, FleetErrors.InvalidGameSessionStatus)]
    [InlineData(From.Error, What.Unhealthy, "ERROR")]
    [InlineData(From.Error, What.Silence, "ERROR")]
    [InlineData(From.Error, What.LongSilence, "ERROR")]
    [InlineData(From.Error, What.NewLife, "ERROR")]
    public void Session_in_each_state_takes_each_event(From from, What what, string expected)
    {
        Ready();
        var id = Create().GameSessionId;
        if (from != From.Activating)
        {
            Model.ActivateGameSession(P, id);
        }

        if (from == From.Terminating)
        {
            Model.TerminateGameSession(id, TerminationMode.TRIGGER_ON_PROCESS_TERMINATE);
        }
        else if (from == From.Terminated)
        {
            Model.TerminateServerProcess(P);
        }
        else if (from == From.Error)
        {
            // nothing leads to it on this host: a store may have one
            Model.Load(FleetModel.GameSessionTable, Model.GetGameSession(id) with { Status = GameSessionStatus.ERROR });
        }

        Assert.Equal(expected, Outcome(id, what));
    }

    private string Outcome(string id, What what)
    {
        try
        {
            switch (what)
            {
                case What.Activate:
                    Model.ActivateGameSession(P, id);
                    break;
                case What.Trigger:
                    Model.TerminateGameSession(id, TerminationMode.TRIGGER_ON_PROCESS_TERMINATE);
                    break;
                case What.Force:
                    Model.TerminateGameSession(id, TerminationMode.FORCE_TERMINATE);
                    break;
                case What.End:
                    Model.TerminateServerProcess(P);
                    break;
                case What.Crash:
                    Model.ProcessExited(P, 1);
                    break;
                case What.Update:
                    Model.UpdateGameSession(new GameSessionUpdate { GameSessionId = id, Name = "other" });
                    break;
                case What.Player:
                    Model.CreatePlayerSession(id, "ann", null);
                    break;
                case What.Unhealthy:
                    for (var report = 0; report < 3; report++)
                    {
                        Model.Heartbeat(P, healthy: false);
                    }

                    break;
                case What.Silence:
                    Advance(211);
                    break;
                case What.LongSilence:
                    Advance(301);
                    break;
                case What.NewLife:
                    Activate(P, Connect().Number);
                    break;
                default:
                    Model.UpdatePlayerSessionCreationPolicy(P, id, PlayerSessionCreationPolicy.DENY_ALL);
                    break;
            }

            return Model.GetGameSession(id).Status.ToString();
        }
        catch (FleetException refused)
        {
            return refused.Code;
        }
    }
}
