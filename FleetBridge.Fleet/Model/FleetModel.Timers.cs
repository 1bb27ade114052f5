namespace FleetBridge.Fleet.Model;

/// <summary>What happens because time passes.</summary>
internal sealed partial class FleetModel
{
    /// <summary>How many ended sessions, and ended placements, are remembered.</summary>
    internal const int HistoryCount = 100_000;

    private const int SessionsForgottenAtOnce = 2;
    private const int SessionsForgottenPerTick = 200;

    /// <summary>Three heartbeats of 60 ± 10 s.</summary>
    private static readonly TimeSpan HeartbeatTimeout = TimeSpan.FromSeconds(205);

    private static readonly TimeSpan HintTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan GoneTime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan HistoryTime = TimeSpan.FromDays(30);
    private static readonly TimeSpan HistoryInterval = TimeSpan.FromMinutes(1);

    /// <summary>No process, session or placement is due before; what is set to be due earlier moves it ahead.</summary>
    private DateTimeOffset _nextSweep;

    private DateTimeOffset _nextForgetting;

    /// <summary>Whether <see cref="Tick"/> may find something that is due.</summary>
    public bool IsTickDue => Steady >= _nextSweep || Steady >= _nextForgetting || _reservations.First?.Deadline <= Steady;

    /// <summary>Does what has become due.</summary>
    public void Tick()
    {
        while (_reservations.First is { } reservation && reservation.Deadline <= Steady)
        {
            GiveBack(reservation, PlayerSessionStatus.TIMEDOUT);
        }

        if (Steady >= _nextSweep)
        {
            // what is changed from here on, or put back because it could not be stored, moves the next sweep ahead again
            _nextSweep = DateTimeOffset.MaxValue;
            foreach (var session in _passingSessions.Values.Where(IsDue).ToList())
            {
                TimeOutActivation(session);
            }

            foreach (var placement in _pendingPlacements.After().Where(IsDue).ToList())
            {
                EndPlacement(placement, PlacementStatus.TIMED_OUT);
            }

            SweepProcesses();
        }

        if (Steady >= _nextForgetting)
        {
            _nextForgetting = Steady + HistoryInterval;
            ForgetHistory(SessionsForgottenPerTick);
        }
    }

    private bool IsDue(GameSession session) => IsDue(session.Deadline);

    private bool IsDue(Placement placement) => IsDue(placement.Deadline);

    /// <summary>Whether the time has come; if not, the next sweep is no later.</summary>
    private bool IsDue(DateTimeOffset due)
    {
        if (due <= Steady)
        {
            return true;
        }

        SweepBy(due);
        return false;
    }

    private void SweepBy(DateTimeOffset due)
    {
        if (due < _nextSweep)
        {
            _nextSweep = due;
        }
    }

    private void TimeOutActivation(GameSession session)
    {
        AddEvent(session.FleetId, FleetEventCodes.GameSessionActivationTimeout,
            $"Game session {session.GameSessionId} was not activated within {ActivationTimeoutOf(session.FleetId).TotalSeconds:0} s.");
        Warn($"Game session {session.GameSessionId} was not activated in time. The server has to call ActivateGameSession "
            + $"after OnStartGameSession; server process {session.ProcessId} is told to terminate.");
        EndSession(session, GameSessionStatus.TERMINATED, null);
        if (FindProcess(session.ProcessId) is { State: < ServerProcessState.Ending } process)
        {
            TellToTerminate(process);
        }
    }

    private void SweepProcesses()
    {
        List<ServerProcess>? due = null;
        foreach (var process in _processes.All)
        {
            if (IsDue(DueTimeOf(process)))
            {
                (due ??= []).Add(process);
            }
        }

        foreach (var process in due ?? [])
        {
            switch (process.State)
            {
                case ServerProcessState.Activating:
                    TimeOutStart(process);
                    break;
                case ServerProcessState.Ready or ServerProcessState.Hosting:
                    Lose(process);
                    break;
                case ServerProcessState.Ending:
                    EndByForce(process);
                    break;
                case ServerProcessState.Ended when process is { StartedByUs: true, Deadline: not null }:
                    AddEvent(process.FleetId, FleetEventCodes.ServerProcessExitTimeout,
                        $"Server process {process.ProcessId} was still there {ExitGrace.TotalSeconds:0} s after ProcessEnding.");
                    Tell(new KillProcessPush(process.ProcessId, "It was still there 30 s after ProcessEnding."));
                    _processes.Set(process with { Deadline = null });
                    break;
                default:
                    _processes.Remove(process.ProcessId);
                    break;
            }
        }
    }

    /// <summary>When time changes the state of a process, if nothing else does before.</summary>
    private static DateTimeOffset DueTimeOf(ServerProcess process) => process.State switch
    {
        ServerProcessState.Activating => process.Deadline ?? process.LastHeartbeat + HintTime,
        ServerProcessState.Ready or ServerProcessState.Hosting => process.LastHeartbeat + HeartbeatTimeout,
        ServerProcessState.Ending => process.Deadline ?? process.LastHeartbeat,
        ServerProcessState.Ended when process.StartedByUs => process.Deadline ?? process.LastHeartbeat + GoneTime,
        _ => process.IsConnected ? DateTimeOffset.MaxValue : process.LastHeartbeat + GoneTime,
    };

    /// <summary>A process that has not called ProcessReady: said after 60 s, ended after 5 min where this host started it.</summary>
    private void TimeOutStart(ServerProcess process)
    {
        if (process.Deadline is null)
        {
            Warn(HintFor(process));
            _processes.Set(process with { Deadline = process.LastHeartbeat + ReadyTimeout }, stored: false);
            return;
        }

        if (process is { StartedByUs: false, IsConnected: false })
        {
            _processes.Remove(process.ProcessId);
            return;
        }

        var what = process.IsConnected ? "ProcessReady" : "InitSDK";
        AddEvent(
            process.FleetId,
            process.IsConnected ? FleetEventCodes.ServerProcessReadyTimeout : FleetEventCodes.ServerProcessSdkInitializationTimeout,
            $"Server process {process.ProcessId} did not call {what} within {ReadyTimeout.TotalMinutes:0} min.");
        if (process.StartedByUs)
        {
            Tell(new KillProcessPush(process.ProcessId, $"It did not call {what} within 5 min."));
            SetEnded(process, null);
        }
        else
        {
            // nothing may be pushed before its first request, so it is left alone, and may still get ready
            _processes.Set(process with { Deadline = DateTimeOffset.MaxValue }, stored: false);
        }
    }

    private static string HintFor(ServerProcess process) => process.IsConnected
        ? $"Server process {process.ProcessId} has been connected for 60 s without ProcessReady. Does the game call ProcessReady after InitSDK, "
            + "and does its port lie between 1 and 60000? Until then it gets no game session."
        : $"Server process {process.ProcessId} has not connected for 60 s. Does the game call InitSDK, is it a Server build (WITH_GAMELIFT=1), "
            + "and does it read the GAMELIFT_SDK_ variables or the -glAnywhere flags? An editor or client build never connects.";

    private void Lose(ServerProcess process)
    {
        var message = $"Server process {process.ProcessId} was not heard of for {HeartbeatTimeout.TotalSeconds:0} s (three heartbeats).";
        AddEvent(process.FleetId, FleetEventCodes.ServerProcessUnhealthy, message);
        Warn(message);
        EndSessionOf(process, GameSessionStatus.TERMINATED, null);
        if (process.StartedByUs)
        {
            Tell(new KillProcessPush(process.ProcessId, message));
        }
        else if (process.IsConnected)
        {
            Tell(new TerminateProcessPush(process.ProcessId, Now + ForeignGrace));
        }

        _processes.Set(process with { State = ServerProcessState.Lost });
    }

    private void EndByForce(ServerProcess process)
    {
        AddEvent(process.FleetId, FleetEventCodes.ServerProcessForceTerminated,
            $"Server process {process.ProcessId} was still there when it had to be gone.");
        EndSessionOf(process, GameSessionStatus.TERMINATED, null);
        if (process.StartedByUs)
        {
            Tell(new KillProcessPush(process.ProcessId, "It was still there when it had to be gone."));
        }

        SetEnded(process, null);
    }

    /// <summary>Forgets sessions and placements that ended long ago, or too many.</summary>
    private void ForgetHistory(int atMost)
    {
        for (var i = 0; i < atMost && _endedSessions.First is { } session && IsOld(_endedSessions.Count, session.TerminationTime); i++)
        {
            foreach (var player in PlayerSessionsOf(session.GameSessionId).ToList())
            {
                _playerSessions.Remove(player.PlayerSessionId);
            }

            _gameSessions.Remove(session.GameSessionId);
        }

        for (var i = 0; i < atMost && _endedPlacements.First is { } placement && IsOld(_endedPlacements.Count, placement.EndTime); i++)
        {
            _placements.Remove(placement.PlacementId);
        }
    }

    private bool IsOld(int count, DateTimeOffset? end) => count > HistoryCount || end + HistoryTime < Now;

    /// <summary>A record of the store with the deadline that is left of it: at most the whole one, whatever the clock says now.</summary>
    private IRecord WithDeadline(IRecord record)
    {
        return record switch
        {
            PlayerSession { Status: PlayerSessionStatus.RESERVED } one => one with { Deadline = Left(one.CreationTime, ReservationTime) },
            GameSession { Status: GameSessionStatus.ACTIVATING } one =>
                one with { Deadline = Left(one.CreationTime, ActivationTimeoutOf(one.FleetId)) },
            Placement { Status: PlacementStatus.PENDING } one => one with
            {
                Deadline = Left(one.StartTime, TimeSpan.FromSeconds(FindQueue(one.GameSessionQueueName)?.TimeoutInSeconds ?? 0)),
            },
            ServerProcess { State: ServerProcessState.Ending, TerminationTime: { } end } one => one with
            {
                LastHeartbeat = Steady,
                Deadline = Steady + Clamp(end - Now, ForeignGrace),
            },
            ServerProcess one => one with { LastHeartbeat = Steady },
            _ => record,
        };

        DateTimeOffset Left(DateTimeOffset start, TimeSpan whole) => Steady + Clamp(start + whole - Now, whole);

        static TimeSpan Clamp(TimeSpan left, TimeSpan whole) => left < TimeSpan.Zero ? TimeSpan.Zero : left > whole ? whole : left;
    }
}
