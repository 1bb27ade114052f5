using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FleetBridge.Fleet.Model;

/// <summary>Game sessions: made on a free process, activated by it, ended.</summary>
internal sealed partial class FleetModel
{
    /// <summary>What servers on Unreal's build of the SDK cut GameSessionData to.</summary>
    private const int UnrealDataLength = 4096;

    private readonly Dictionary<string, NumberedIndex<GameSession>> _sessionsOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NumberedIndex<GameSession>> _openSessionsOf = new(StringComparer.Ordinal);
    private readonly Dictionary<(string FleetId, string Token), string> _sessionOfToken = [];
    private readonly Dictionary<string, GameSession> _passingSessions = new(StringComparer.Ordinal);
    private readonly NumberedIndex<GameSession> _endedSessions = new();

    public GameSession? FindGameSession(string gameSessionId) => _gameSessions.Find(gameSessionId);

    /// <exception cref="FleetException">NotFoundException.</exception>
    public GameSession GetGameSession(string gameSessionId) =>
        FindGameSession(gameSessionId) ?? throw NotFound($"Game session {gameSessionId} not found.");

    /// <summary>A fleet's sessions, also ended ones, in the order of their creation.</summary>
    /// <param name="afterNumber">Only those with a higher <see cref="GameSession.Number"/>: where a page before ended.</param>
    public IEnumerable<GameSession> GameSessionsOf(
        string fleetId, string? location = null, GameSessionStatus? status = null, long afterNumber = long.MinValue) =>
        Of(status is null or GameSessionStatus.TERMINATED or GameSessionStatus.ERROR ? _sessionsOf : _openSessionsOf, fleetId, afterNumber)
            .Where(one => (location is null || one.Location == location) && (status is null || one.Status == status));

    /// <summary>A fleet's sessions that have not ended, in the order of their creation.</summary>
    public IEnumerable<GameSession> OpenGameSessionsOf(string fleetId, string? location = null) =>
        Of(_openSessionsOf, fleetId, long.MinValue).Where(one => location is null || one.Location == location);

    /// <summary>Takes a free process for a new session, which is ACTIVATING; the same token or custom id gets the session that it
    /// made.</summary>
    /// <exception cref="FleetException">
    /// InvalidRequestException, NotFoundException, InvalidFleetStatusException, FleetCapacityExceededException,
    /// IdempotentParameterMismatchException, TerminalRoutingStrategyException.
    /// </exception>
    public GameSession CreateGameSession(NewGameSession request)
    {
        var fleet = RequireActive(ResolveFleet(request.FleetId, request.AliasId));
        var location = LocationOf(fleet, request.Location);
        if (request is { CustomId: not null, IdempotencyToken: not null } && request.CustomId != request.IdempotencyToken)
        {
            throw Invalid("GameSessionId and IdempotencyToken exclude each other: GameSessionId is deprecated, so give IdempotencyToken.");
        }

        CheckPlayers(request.MaximumPlayerSessionCount);
        if (request.GameProperties.DistinctBy(property => property.Key).Count() < request.GameProperties.Count)
        {
            throw Invalid("GameProperties has a key twice.");
        }

        var token = request.IdempotencyToken ?? request.CustomId;
        var digest = token is null ? null : DigestOf(request, location);
        if (token is not null && _sessionOfToken.TryGetValue((fleet.FleetId, token), out var made) && FindGameSession(made) is { } original)
        {
            return original.RequestDigest == digest ? original : throw new FleetException(FleetErrors.IdempotentParameterMismatch,
                $"Game session {original.GameSessionId} was created with the same id or token, {token}, and other parameters.");
        }

        var processId = FirstAvailable(fleet.FleetId, location) ?? throw new FleetException(
            FleetErrors.FleetCapacityExceeded, $"Unable to reserve a process on fleet {fleet.FleetId}");
        return AddSession(GetProcess(processId), new GameSession
        {
            GameSessionId = SessionArn(request.Region, fleet.FleetId, location, token ?? $"gsess-{_newGuid()}"),
            Name = request.Name,
            FleetId = fleet.FleetId,
            ProcessId = processId,
            ComputeName = "",
            Location = location,
            Status = GameSessionStatus.ACTIVATING,
            CreationTime = Now,
            MaximumPlayerSessionCount = request.MaximumPlayerSessionCount,
            GameProperties = request.GameProperties,
            GameSessionData = request.GameSessionData,
            IpAddress = "",
            Port = 0,
            CreatorId = request.CreatorId,
            ProtectionPolicy = fleet.NewGameSessionProtectionPolicy,
            IdempotencyToken = token,
            RequestDigest = digest,
        });
    }

    /// <exception cref="FleetException">NotFoundException, InvalidRequestException, InvalidGameSessionStatusException.</exception>
    public GameSession UpdateGameSession(GameSessionUpdate update)
    {
        var session = GetGameSession(update.GameSessionId);
        if (!session.IsOpen)
        {
            throw WrongStatus(session, "be updated");
        }

        CheckPlayers(update.MaximumPlayerSessionCount);
        if (update.MaximumPlayerSessionCount < session.CurrentPlayerSessionCount)
        {
            throw Invalid($"Game session {session.GameSessionId} has {session.CurrentPlayerSessionCount} player sessions, "
                + $"more than the new maximum, {update.MaximumPlayerSessionCount}.");
        }

        return _gameSessions.Set(session with
        {
            Name = update.Name ?? session.Name,
            MaximumPlayerSessionCount = update.MaximumPlayerSessionCount ?? session.MaximumPlayerSessionCount,
            PlayerSessionCreationPolicy = update.PlayerSessionCreationPolicy ?? session.PlayerSessionCreationPolicy,
            ProtectionPolicy = update.ProtectionPolicy ?? session.ProtectionPolicy,
            GameProperties = Merged(session.GameProperties, update.GameProperties),
        });
    }

    /// <summary>Ends a session: asks its process, or does without it. One that is TERMINATED is given as it is.</summary>
    /// <exception cref="FleetException">NotFoundException, InvalidGameSessionStatusException for one in ERROR.</exception>
    public GameSession TerminateGameSession(string gameSessionId, TerminationMode mode)
    {
        var session = GetGameSession(gameSessionId);
        if (session.Status == GameSessionStatus.ERROR)
        {
            throw WrongStatus(session, "be terminated");
        }

        if (session.Status == GameSessionStatus.TERMINATED || (session.Status == GameSessionStatus.TERMINATING
            && (mode == TerminationMode.TRIGGER_ON_PROCESS_TERMINATE || session.StatusReason == GameSessionStatusReason.FORCE_TERMINATED)))
        {
            return session;
        }

        var process = FindProcess(session.ProcessId);
        if (mode == TerminationMode.TRIGGER_ON_PROCESS_TERMINATE)
        {
            var reason = GameSessionStatusReason.TRIGGERED_ON_PROCESS_TERMINATE;
            if (process is null)
            {
                return EndSession(session, GameSessionStatus.TERMINATED, reason);
            }

            EndAfterTelling(process, reason);
            return GetGameSession(gameSessionId);
        }

        return Force(session, process);
    }

    /// <summary>The server says that its session is ready for players.</summary>
    /// <exception cref="FleetException">NotFoundException, InvalidRequestException, InvalidGameSessionStatusException.</exception>
    public GameSession ActivateGameSession(string processId, string gameSessionId)
    {
        var session = SessionOfProcess(processId, gameSessionId);
        switch (session.Status)
        {
            case GameSessionStatus.ACTIVE:
                return session;
            case GameSessionStatus.ACTIVATING:
                session = _gameSessions.Set(session with { Status = GameSessionStatus.ACTIVE });
                return FulfillPlacementOf(session);
            default:
                throw WrongStatus(session, "be activated");
        }
    }

    /// <summary>The server admits players, or refuses them.</summary>
    /// <exception cref="FleetException">NotFoundException, InvalidRequestException, InvalidGameSessionStatusException.</exception>
    public GameSession UpdatePlayerSessionCreationPolicy(string processId, string gameSessionId, PlayerSessionCreationPolicy policy)
    {
        var session = SessionOfProcess(processId, gameSessionId);
        return session.IsOpen
            ? _gameSessions.Set(session with { PlayerSessionCreationPolicy = policy })
            : throw WrongStatus(session, "change its policy");
    }

    /// <summary>Gives a process its session, and tells it.</summary>
    private GameSession AddSession(ServerProcess process, GameSession session)
    {
        var compute = _computes.Find(Compute.KeyOf(process.FleetId, process.ComputeName))!;
        session = _gameSessions.Set(session with
        {
            ComputeName = compute.ComputeName,
            IpAddress = compute.IpAddress,
            DnsName = compute.DnsName,
            Port = process.Port,
            Number = NextNumber(),
            Deadline = Steady + ActivationTimeoutOf(session.FleetId),
        });
        _processes.Set(process with { State = ServerProcessState.Hosting, GameSessionId = session.GameSessionId });
        Tell(new CreateGameSessionPush(process.ProcessId, session));
        if (session.GameSessionData?.Length > UnrealDataLength && process.SdkLanguage == "Cpp")
        {
            Warn($"GameSessionData of {session.GameSessionId} has {session.GameSessionData.Length} characters; "
                + $"Unreal's build of the server SDK cuts it to {UnrealDataLength}.");
        }

        return session;
    }

    /// <summary>Sets a session to TERMINATING or TERMINATED; the first reason stays.</summary>
    private GameSession EndSession(GameSession session, GameSessionStatus status, GameSessionStatusReason? reason)
    {
        reason = reason == GameSessionStatusReason.FORCE_TERMINATED ? reason : session.StatusReason ?? reason;
        if (status == GameSessionStatus.TERMINATING)
        {
            return _gameSessions.Set(session with { Status = status, StatusReason = reason });
        }

        foreach (var player in PlayerSessionsOf(session.GameSessionId).Where(one => one.TakesSlot).ToList())
        {
            SetEnded(player, player.Status == PlayerSessionStatus.ACTIVE ? PlayerSessionStatus.COMPLETED : PlayerSessionStatus.TIMEDOUT);
        }

        session = _gameSessions.Set(
            session with { Status = status, StatusReason = reason, TerminationTime = Now, CurrentPlayerSessionCount = 0 });
        FailPlacementOf(session);
        ForgetHistory(SessionsForgottenAtOnce);
        return session;
    }

    private GameSession Force(GameSession session, ServerProcess? process)
    {
        const GameSessionStatusReason Reason = GameSessionStatusReason.FORCE_TERMINATED;
        if (process is { StartedByUs: true })
        {
            Tell(new KillProcessPush(process.ProcessId, $"Game session {session.GameSessionId} was terminated with FORCE_TERMINATE."));
            _processes.Set(process with
            {
                State = ServerProcessState.Ending,
                TerminationTime = Now,
                Deadline = Steady + ExitGrace,
            });
            return EndSession(session, GameSessionStatus.TERMINATING, Reason);
        }

        if (process is { State: not ServerProcessState.Ending })
        {
            TellToTerminate(process);
        }

        return EndSession(session, GameSessionStatus.TERMINATED, Reason);
    }

    /// <summary>GameLift's limit for one game session; its models do not have it.</summary>
    private static void CheckPlayers(int? maximum)
    {
        if (maximum > GameSession.MostPlayers)
        {
            throw Invalid($"MaximumPlayerSessionCount is {maximum}; a game session has at most {GameSession.MostPlayers} players.");
        }
    }

    private GameSession SessionOfProcess(string processId, string gameSessionId)
    {
        var session = GetGameSession(gameSessionId);
        return session.ProcessId == processId
            ? session
            : throw Invalid($"Game session {gameSessionId} is on server process {session.ProcessId}, not on {processId}.");
    }

    private static string LocationOf(AnywhereFleet fleet, string? location)
    {
        if (location is not null)
        {
            return fleet.Locations.Contains(location)
                ? location
                : throw Invalid($"Fleet {fleet.FleetId} has no location {location}. It has {Listed(fleet.Locations)}.");
        }

        return fleet.Locations is [var only] ? only : throw Invalid(
            $"Location is required: fleet {fleet.FleetId} has {(fleet.Locations.Count == 0 ? "none" : Listed(fleet.Locations))}.");
    }

    private TimeSpan ActivationTimeoutOf(string fleetId) =>
        FindFleet(fleetId)?.RuntimeConfiguration?.GameSessionActivationTimeoutSeconds is { } seconds
            ? TimeSpan.FromSeconds(seconds)
            : Options.ActivationTimeout;

    private string SessionArn(string? region, string fleetId, string location, string id) =>
        $"arn:aws:gamelift:{region ?? Options.RegionName}::gamesession/{fleetId}/{location}/{id}";

    private static FleetException WrongStatus(GameSession session, string what) => new(
        FleetErrors.InvalidGameSessionStatus, $"Game session {session.GameSessionId} is {session.Status} and cannot {what}.");

    private static IReadOnlyList<GameProperty> Merged(IReadOnlyList<GameProperty> old, IReadOnlyList<GameProperty>? added) => added is null
        ? old
        :
        [
            .. old.Select(one => added.LastOrDefault(other => other.Key == one.Key) ?? one),
            .. added.Where(one => old.All(other => other.Key != one.Key)).GroupBy(one => one.Key).Select(same => same.Last()),
        ];

    private static string DigestOf(NewGameSession request, string location)
    {
        var text = new StringBuilder();
        foreach (var part in new[]
        {
            location, request.MaximumPlayerSessionCount.ToString(CultureInfo.InvariantCulture), request.Name, request.CreatorId,
                request.GameSessionData,
        })
        {
            Append(part);
        }

        foreach (var property in request.GameProperties.OrderBy(property => property.Key, StringComparer.Ordinal))
        {
            Append(property.Key);
            Append(property.Value);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));

        void Append(string? part) => text.Append(CultureInfo.InvariantCulture, $"{part?.Length ?? -1}:{part};");
    }

    private static IEnumerable<GameSession> Of(Dictionary<string, NumberedIndex<GameSession>> index, string fleetId, long afterNumber) =>
        index.TryGetValue(fleetId, out var sessions) ? sessions.After(afterNumber) : [];

    private void OnGameSessionChanged(GameSession? before, GameSession? after)
    {
        var one = (after ?? before)!;
        SetIn(_sessionsOf, one, after is not null);
        SetIn(_openSessionsOf, one, after is { IsOpen: true });
        if (after is { IsOpen: false })
        {
            _endedSessions.Set(one.Number, after);
        }
        else
        {
            _endedSessions.Remove(one.Number);
        }

        if (after is { Status: GameSessionStatus.ACTIVATING })
        {
            _passingSessions[after.GameSessionId] = after;
            SweepBy(after.Deadline);
        }
        else
        {
            _passingSessions.Remove(one.GameSessionId);
        }

        if (one.IdempotencyToken is { } token)
        {
            if (after is null)
            {
                _sessionOfToken.Remove((one.FleetId, token));
            }
            else
            {
                _sessionOfToken[(one.FleetId, token)] = one.GameSessionId;
            }
        }
    }

    private static void SetIn(Dictionary<string, NumberedIndex<GameSession>> index, GameSession session, bool isIn)
    {
        if (!index.TryGetValue(session.FleetId, out var sessions))
        {
            index[session.FleetId] = sessions = new NumberedIndex<GameSession>();
        }

        if (isIn)
        {
            sessions.Set(session.Number, session);
        }
        else
        {
            sessions.Remove(session.Number);
        }
    }
}
