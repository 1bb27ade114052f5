using FleetBridge.Fleet.Model;

namespace FleetBridge.Tests.Unit.Model;

/// <summary>The life of a server process: every message, loss and timeout in every state.</summary>
public sealed class ServerProcessTransitionTests : ModelTest
{
    public enum From { Activating, Ready, Hosting, Ending, Lost, Ended }

    public enum What { Connect, Activate, ActivateElsewhere, Heartbeat, TerminateServerProcess, Exit, SilenceWhileGone }

    [Theory]
    [InlineData(From.Activating, What.Connect, "Activating")]
    [InlineData(From.Activating, What.Activate, "Ready")]
    [InlineData(From.Activating, What.ActivateElsewhere, "Ready")]
    [InlineData(From.Activating, What.Heartbeat, "Lost")]
    [InlineData(From.Activating, What.TerminateServerProcess, "Ended")]
    [InlineData(From.Activating, What.Exit, "Ended")]
    [InlineData(From.Activating, What.SilenceWhileGone, "forgotten")]
    [InlineData(From.Ready, What.Connect, "Ready")]
    [InlineData(From.Ready, What.Activate, "Ready")]
    [InlineData(From.Ready, What.ActivateElsewhere, "Ready")]
    [InlineData(From.Ready, What.Heartbeat, "Ready")]
    [InlineData(From.Ready, What.TerminateServerProcess, "Ended")]
    [InlineData(From.Ready, What.Exit, "Ended")]
    [InlineData(From.Ready, What.SilenceWhileGone, "Lost")]
    [InlineData(From.Hosting, What.Connect, "Hosting")]
    [InlineData(From.Hosting, What.Activate, "refused")]
    [InlineData(From.Hosting, What.ActivateElsewhere, "Ready")]
    [InlineData(From.Hosting, What.Heartbeat, "Hosting")]
    [InlineData(From.Hosting, What.TerminateServerProcess, "Ended")]
    [InlineData(From.Hosting, What.Exit, "Ended")]
    [InlineData(From.Hosting, What.SilenceWhileGone, "Lost")]
    [InlineData(From.Ending, What.Connect, "Ending")]
    [InlineData(From.Ending, What.Activate, "refused")]
    [InlineData(From.Ending, What.ActivateElsewhere, "Ready")]
    [InlineData(From.Ending, What.Heartbeat, "Ending")]
    [InlineData(From.Ending, What.TerminateServerProcess, "Ended")]
    [InlineData(From.Ending, What.Exit, "Ended")]
    [InlineData(From.Ending, What.SilenceWhileGone, "Ended")]
    [InlineData(From.Lost, What.Connect, "Lost")]
    [InlineData(From.Lost, What.Activate, "Ready")]
    [InlineData(From.Lost, What.ActivateElsewhere, "Ready")]
    [InlineData(From.Lost, What.Heartbeat, "Lost")]
    [InlineData(From.Lost, What.TerminateServerProcess, "Ended")]
    [InlineData(From.Lost, What.Exit, "Ended")]
    [InlineData(From.Lost, What.SilenceWhileGone, "forgotten")]
    [InlineData(From.Ended, What.Connect, "Activating")]
    [InlineData(From.Ended, What.Activate, "Ready")]
    [InlineData(From.Ended, What.ActivateElsewhere, "Ready")]
    [InlineData(From.Ended, What.Heartbeat, "Ended")]
    [InlineData(From.Ended, What.TerminateServerProcess, "Ended")]
    [InlineData(From.Ended, What.Exit, "Ended")]
    [InlineData(From.Ended, What.SilenceWhileGone, "forgotten")]
    public void Process_in_each_state_takes_each_event(From from, What what, string expected)
    {
        var connection = Bring(from);
        Assert.Equal(from.ToString(), Process().State.ToString());
        Assert.Equal(expected, Outcome(what, connection));
    }

    /// <summary>Up to the first thing that silence does to a process.</summary>
    private static double[] SilenceFor(ServerProcessState state) => state switch
    {
        ServerProcessState.Ready or ServerProcessState.Hosting => [206],
        ServerProcessState.Ending => [301],
        ServerProcessState.Activating => [61, 240],
        _ => [601],
    };

    private string Outcome(What what, long connection)
    {
        try
        {
            switch (what)
            {
                case What.Connect:
                    Connect();
                    break;
                case What.Activate:
                    Activate(P, connection);
                    break;
                case What.ActivateElsewhere:
                    Activate(P, Connect().Number);
                    break;
                case What.Heartbeat:
                    Model.Heartbeat(P, healthy: true);
                    break;
                case What.TerminateServerProcess:
                    Model.TerminateServerProcess(P);
                    break;
                case What.Exit:
                    Model.ProcessExited(P, 1);
                    break;
                default:
                    Model.Disconnected(P, connection);
                    foreach (var seconds in SilenceFor(Process().State))
                    {
                        Advance(seconds);
                    }

                    break;
            }

            return Model.FindProcess(P)?.State.ToString() ?? "forgotten";
        }
        catch (FleetException)
        {
            return "refused";
        }
    }

    private long Bring(From state)
    {
        var connection = Connect();
        if (state is From.Lost)
        {
            Model.Heartbeat(P, healthy: true);
        }
        else if (state != From.Activating)
        {
            Activate(P, connection.Number);
            Model.Heartbeat(P, healthy: true);
        }

        if (state is From.Hosting or From.Ending)
        {
            var session = Create();
            if (state == From.Ending)
            {
                Model.TerminateGameSession(session.GameSessionId, TerminationMode.TRIGGER_ON_PROCESS_TERMINATE);
            }
        }

        if (state == From.Ended)
        {
            Model.TerminateServerProcess(P);
        }

        return connection.Number;
    }
}
