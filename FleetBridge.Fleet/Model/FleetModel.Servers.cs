namespace FleetBridge.Fleet.Model;

/// <summary>What server processes do: connect, get ready, report their health, end.</summary>
internal sealed partial class FleetModel
{
    /// <summary>Health reports in a row that may be false.</summary>
    private const int UnhealthyReports = 3;

    /// <summary>What a process that this host started has after OnProcessTerminate.</summary>
    private static readonly TimeSpan OwnGrace = TimeSpan.FromSeconds(60);

    /// <summary>What any other has: GameLift's time.</summary>
    private static readonly TimeSpan ForeignGrace = TimeSpan.FromMinutes(5);

    /// <summary>What a process that this host started has after ProcessEnding.</summary>
    private static readonly TimeSpan ExitGrace = TimeSpan.FromSeconds(30);

    /// <summary>Expects a process that this host starts.</summary>
    /// <exception cref="FleetException">NotFoundException, ConflictException for the id of a process that lives.</exception>
    public ServerProcess ProcessStarted(string processId, string fleetId, string computeName)
    {
        if (FindProcess(processId) is { State: < ServerProcessState.Lost } living)
        {
            throw new FleetException(FleetErrors.Conflict, $"Server process {living.ProcessId} is there already, and {living.State}.");
        }

        var compute = GetCompute(fleetId, computeName);
        return _processes.Set(NewProcess(processId, compute) with { StartedByUs = true });
    }

    /// <summary>A worker runs the process, and will say when it has ended.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="computeName">The worker.</param>
    /// <param name="isExpected">Whether it is a GameLift server for sure, which has to connect in time.</param>
    public void ProcessRuns(string processId, string computeName, bool isExpected)
    {
        if (FindProcess(processId) is { } known)
        {
            if (known is { StartedByUs: false, State: < ServerProcessState.Ended } && known.ComputeName == computeName)
            {
                _processes.Set(known with { StartedByUs = true });
            }
        }
        else if (isExpected && FindFleet(DefaultFleetId) is not null && FindCompute(DefaultFleetId, computeName) is { } compute)
        {
            _processes.Set(NewProcess(processId, compute) with { StartedByUs = true });
        }
    }

    /// <summary>A connection for a process was opened. It replaces an older one of the same process.</summary>
    /// <exception cref="FleetException">NotFoundException, InvalidFleetStatusException, UnauthorizedException.</exception>
    public ServerConnection Connected(ServerIdentity identity)
    {
        var fleet = RequireActive(GetFleet(identity.FleetId));
        var known = FindProcess(identity.ProcessId);
        var isSame = known is not null && known.State != ServerProcessState.Ended
            && known.FleetId == fleet.FleetId && known.ComputeName == identity.ComputeName;

        // a process that lives may come back though its compute was deregistered
        var compute = isSame ? FindCompute(fleet.FleetId, identity.ComputeName) : GetCompute(fleet.FleetId, identity.ComputeName);
        var isKnownToken = identity.AuthToken is not { } token || IsIssued(token, fleet.FleetId, identity.ComputeName);
        if (Options.Strict && (identity.AuthToken is null || !isKnownToken))
        {
            throw new FleetException(FleetErrors.Unauthorized,
                $"Server process {identity.ProcessId} shows {(identity.AuthToken is null ? "no auth token" : "an auth token that this host did not issue")}"
                + $" for compute {identity.ComputeName}. Get one with GetComputeAuthToken, or start the host without --strict.");
        }

        if (known is not null && !isSame && known.State < ServerProcessState.Lost)
        {
            EndLife(known, $"Server process {known.ProcessId} of compute {known.ComputeName} connected again as one of {identity.ComputeName}.");
        }

        var process = isSame ? known! : NewProcess(identity.ProcessId, compute!) with { Answers = known?.Answers };
        var isNewRecord = !isSame || process.SdkLanguage is null;
        process = _processes.Set(
            process with
            {
                SdkLanguage = identity.SdkLanguage ?? process.SdkLanguage,
                SdkVersion = identity.SdkVersion ?? process.SdkVersion,
                IsConnected = true,
                IsRetired = compute is null,
                ConnectionNumber = ++_connection,
                LastHeartbeat = Steady,
            },
            stored: isNewRecord || process.IsRetired != compute is null);
        if (isSame)
        {
            RemindOf(process);
        }

        return new ServerConnection(
            process, process.ConnectionNumber, isSame && process.State != ServerProcessState.Activating, isKnownToken);
    }

    /// <summary>A connection has ended; the process may live on and connect again.</summary>
    public void Disconnected(string processId, long connectionNumber)
    {
        if (FindProcess(processId) is { IsConnected: true } process && process.ConnectionNumber == connectionNumber)
        {
            _processes.Set(process with { IsConnected = false }, stored: false);
        }
    }

    /// <summary>The server's ProcessReady. On a new connection it begins a new life; the old one's game session has crashed.</summary>
    /// <exception cref="FleetException">NotFoundException, InvalidRequestException.</exception>
    public ServerProcess ActivateServerProcess(ServerActivation activation)
    {
        var process = GetProcess(activation.ProcessId);
        if (process.State is ServerProcessState.Hosting or ServerProcessState.Ending)
        {
            if (process.ActivatedOn != 0 && process.ActivatedOn == activation.ConnectionNumber)
            {
                throw Invalid($"Server process {process.ProcessId} had its game session, {process.GameSessionId ?? "none"}, and is {process.State}. "
                    + "A process hosts one game session in its life: call ProcessEnding, exit, and start a new process.");
            }

            EndLife(process, $"Server process {process.ProcessId} has begun a new life, so it crashed before.");
            process = GetProcess(activation.ProcessId);
        }

        var isNewLife = process.State != ServerProcessState.Activating && process.State != ServerProcessState.Ready;
        return _processes.Set(process with
        {
            State = ServerProcessState.Ready,
            Port = activation.Port,
            SdkLanguage = activation.SdkLanguage ?? process.SdkLanguage,
            SdkVersion = activation.SdkVersion ?? process.SdkVersion,
            SdkToolName = activation.SdkToolName ?? process.SdkToolName,
            LogPaths = activation.LogPaths is { Count: > 0 } paths ? paths : null,
            GameSessionId = null,
            HeartbeatSeen = false,
            UnhealthyCount = 0,
            TerminationTime = null,
            Deadline = null,
            CreationTime = isNewLife ? Now : process.CreationTime,
            Number = isNewLife ? NextNumber() : process.Number,
            ActivatedOn = activation.ConnectionNumber,
            LastHeartbeat = Steady,
        });
    }

    /// <summary>A health report. One of a process that is not known to be ready makes it Lost: it lived before this host knew it.</summary>
    /// <exception cref="FleetException">NotFoundException.</exception>
    public ServerProcess Heartbeat(string processId, bool healthy)
    {
        var process = GetProcess(processId);
        switch (process.State)
        {
            case ServerProcessState.Activating:
                Warn($"Server process {processId} reports its health, but this host has not seen its ProcessReady. "
                    + "It will get no game session: restart it.");
                return _processes.Set(process with { State = ServerProcessState.Lost, LastHeartbeat = Steady });
            case ServerProcessState.Ready or ServerProcessState.Hosting:
                return HeartbeatOf(process, healthy);
            default:
                return _processes.Set(process with { LastHeartbeat = Steady }, stored: false);
        }
    }

    /// <summary>The server's ProcessEnding: ends it and its game session. Right in every state.</summary>
    public void TerminateServerProcess(string processId)
    {
        if (FindProcess(processId) is { State: not ServerProcessState.Ended } process)
        {
            EndSessionOf(process, GameSessionStatus.TERMINATED, null);
            SetEnded(process, process.StartedByUs ? Steady + ExitGrace : null);
        }
    }

    /// <summary>The operating system's process is gone: seen at once where this host started it.</summary>
    public void ProcessExited(string processId, int? exitCode)
    {
        if (FindProcess(processId) is not { } process)
        {
            return;
        }

        if (process.State is ServerProcessState.Ended)
        {
            _processes.Set(process with { Deadline = null, StartedByUs = false });
            return;
        }

        if (process.State != ServerProcessState.Ending)
        {
            AddEvent(process.FleetId, FleetEventCodes.ServerProcessCrashed,
                $"Server process {processId} exited{(exitCode is { } code ? $" with {code}" : "")} without ProcessEnding.");
        }

        EndSessionOf(process, GameSessionStatus.TERMINATED, null);
        SetEnded(process with { StartedByUs = false }, null);
    }

    /// <summary>
    /// The answer to a request of a server process: the first one when the same RequestId has been answered before, else that of
    /// <paramref name="act"/>, which is remembered.
    /// </summary>
    public RequestAnswer Answer(string processId, string requestId, Action<FleetModel> act)
    {
        foreach (var given in FindProcess(processId)?.Answers ?? [])
        {
            if (given.RequestId == requestId)
            {
                return given;
            }
        }

        var savepoint = Transition.Save();
        var answer = new RequestAnswer(requestId, RequestAnswer.Ok, null);
        try
        {
            act(this);
        }
        catch (FleetException refused)
        {
            Transition.UndoTo(savepoint);
            answer = new RequestAnswer(requestId, RequestAnswer.StatusOf(refused.Code), refused.Message);
        }

        if (FindProcess(processId) is { } process)
        {
            var answers = process.Answers ?? [];
            var kept = Math.Min(answers.Count, AnswersPerProcess - 1);
            var next = new RequestAnswer[kept + 1];
            for (var i = 0; i < kept; i++)
            {
                next[i] = answers[answers.Count - kept + i];
            }

            next[kept] = answer;
            _processes.Set(process with { Answers = next });
        }

        return answer;
    }

    private ServerProcess NewProcess(string processId, Compute compute) => new()
    {
        ProcessId = processId,
        FleetId = compute.FleetId,
        ComputeName = compute.ComputeName,
        Location = compute.Location,
        State = ServerProcessState.Activating,
        CreationTime = Now,
        LastHeartbeat = Steady,
        Number = NextNumber(),
    };

    /// <summary>Tells a process that is connected again what it may have missed.</summary>
    private void RemindOf(ServerProcess process)
    {
        if (process is { State: ServerProcessState.Hosting, HeartbeatSeen: true, GameSessionId: { } id }
            && FindGameSession(id) is { Status: GameSessionStatus.ACTIVATING } session)
        {
            Tell(new CreateGameSessionPush(process.ProcessId, session));
        }
        else if (process is { State: ServerProcessState.Ending, TerminationTime: { } time })
        {
            Tell(new TerminateProcessPush(process.ProcessId, time));
        }
        else if (IsAvailable(process))
        {
            TryPlacements();
        }
    }

    private ServerProcess HeartbeatOf(ServerProcess process, bool healthy)
    {
        var isFirst = !process.HeartbeatSeen;
        var unhealthy = healthy ? 0 : process.UnhealthyCount + 1;
        process = _processes.Set(
            process with { HeartbeatSeen = true, UnhealthyCount = unhealthy, LastHeartbeat = Steady },
            stored: isFirst || unhealthy != process.UnhealthyCount);
        if (isFirst && !healthy)
        {
            Warn($"The first health report of server process {process.ProcessId} is false. Probably it has no health callback "
                + "(OnHealthCheck): without one the SDK reports false, and after three reports the process is terminated.");
        }

        if (unhealthy >= UnhealthyReports)
        {
            AddEvent(process.FleetId, FleetEventCodes.ServerProcessUnhealthy,
                $"Server process {process.ProcessId} reported {unhealthy} times in a row that it is unhealthy.");
            return EndAfterTelling(process, null);
        }

        if (isFirst)
        {
            TryPlacements();
            process = GetProcess(process.ProcessId);
        }

        return process;
    }

    /// <summary>Tells a process to terminate; its session is TERMINATING until it has.</summary>
    private ServerProcess EndAfterTelling(ServerProcess process, GameSessionStatusReason? reason)
    {
        process = TellToTerminate(process);
        EndSessionOf(process, GameSessionStatus.TERMINATING, reason);
        return process;
    }

    private ServerProcess TellToTerminate(ServerProcess process)
    {
        var grace = process.StartedByUs ? OwnGrace : ForeignGrace;
        Tell(new TerminateProcessPush(process.ProcessId, Now + grace));
        return _processes.Set(process with { State = ServerProcessState.Ending, TerminationTime = Now + grace, Deadline = Steady + grace });
    }

    /// <summary>Ends a process that is gone without having said so.</summary>
    private void EndLife(ServerProcess process, string message)
    {
        if (process.State is ServerProcessState.Ready or ServerProcessState.Hosting)
        {
            AddEvent(process.FleetId, FleetEventCodes.ServerProcessCrashed, message);
        }

        EndSessionOf(process, GameSessionStatus.TERMINATED, null);
        SetEnded(process, null);
    }

    private void SetEnded(ServerProcess process, DateTimeOffset? deadline)
    {
        _processes.Set(process with
        {
            State = ServerProcessState.Ended,
            TerminationTime = Now,
            Deadline = deadline,
            LastHeartbeat = Steady,
        });
        ForgetEnded();
    }

    private void EndSessionOf(ServerProcess process, GameSessionStatus status, GameSessionStatusReason? reason)
    {
        if (process.GameSessionId is { } id && FindGameSession(id) is { IsOpen: true } session)
        {
            EndSession(session, status, reason);
        }
    }
}
