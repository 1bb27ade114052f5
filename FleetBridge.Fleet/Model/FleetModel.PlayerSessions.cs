namespace FleetBridge.Fleet.Model;

/// <summary>Player sessions: a slot is reserved for 60 s, taken by the player, given back.</summary>
internal sealed partial class FleetModel
{
    /// <summary>Ended player sessions that an open game session remembers.</summary>
    private const int PlayersPerSession = 10_000;

    private static readonly TimeSpan ReservationTime = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, NumberedIndex<PlayerSession>> _playersOf = new(StringComparer.Ordinal);
    private readonly NumberedIndex<PlayerSession> _reservations = new();

    public PlayerSession? FindPlayerSession(string playerSessionId) => _playerSessions.Find(playerSessionId);

    /// <exception cref="FleetException">NotFoundException.</exception>
    public PlayerSession GetPlayerSession(string playerSessionId) =>
        FindPlayerSession(playerSessionId) ?? throw NotFound($"Player session {playerSessionId} not found.");

    /// <summary>A game session's player sessions, also ended ones, in the order of their creation.</summary>
    public IEnumerable<PlayerSession> PlayerSessionsOf(
        string gameSessionId, PlayerSessionStatus? status = null, long afterNumber = long.MinValue) =>
        _playersOf.TryGetValue(gameSessionId, out var players)
            ? players.After(afterNumber).Where(one => status is null || one.Status == status)
            : [];

    /// <summary>A player's sessions in the order of their creation. Looks at all that there are.</summary>
    public IEnumerable<PlayerSession> PlayerSessionsOfPlayer(string playerId) =>
        _playerSessions.All.Where(one => one.PlayerId == playerId).OrderBy(one => one.Number);

    /// <exception cref="FleetException">NotFoundException, InvalidGameSessionStatusException, GameSessionFullException.</exception>
    public PlayerSession CreatePlayerSession(string gameSessionId, string playerId, string? playerData) =>
        CreatePlayerSessions(gameSessionId, [new NewPlayer(playerId, playerData)])[0];

    /// <summary>Reserves a slot for each player, or none.</summary>
    /// <exception cref="FleetException">NotFoundException, InvalidGameSessionStatusException, GameSessionFullException.</exception>
    public IReadOnlyList<PlayerSession> CreatePlayerSessions(string gameSessionId, IReadOnlyList<NewPlayer> players)
    {
        var session = GetGameSession(gameSessionId);
        if (session.Status != GameSessionStatus.ACTIVE)
        {
            throw WrongStatus(session, "take players");
        }

        if (session.PlayerSessionCreationPolicy == PlayerSessionCreationPolicy.DENY_ALL)
        {
            throw new FleetException(FleetErrors.InvalidGameSessionStatus,
                $"Game session {session.GameSessionId} takes no players: its PlayerSessionCreationPolicy is DENY_ALL.");
        }

        if (session.CurrentPlayerSessionCount + players.Count > session.MaximumPlayerSessionCount)
        {
            session = EndDueReservationsOf(session);
        }

        if (session.CurrentPlayerSessionCount + players.Count > session.MaximumPlayerSessionCount)
        {
            throw new FleetException(FleetErrors.GameSessionFull,
                $"Game session {session.GameSessionId} has {session.CurrentPlayerSessionCount} of {session.MaximumPlayerSessionCount} player sessions; "
                + $"{players.Count} more do not fit.");
        }

        return Reserve(session, players);
    }

    /// <summary>The server lets a player in.</summary>
    /// <exception cref="FleetException">NotFoundException, InvalidRequestException.</exception>
    public PlayerSession AcceptPlayerSession(string processId, string gameSessionId, string playerSessionId)
    {
        var player = PlayerOf(processId, gameSessionId, playerSessionId);
        return player.Status == PlayerSessionStatus.RESERVED && player.Deadline > Steady
            ? _playerSessions.Set(player with { Status = PlayerSessionStatus.ACTIVE })
            : throw Invalid($"Player session {playerSessionId} is {StatusNow(player)}; only one that is RESERVED can be accepted.");
    }

    /// <summary>The server says that a player has left.</summary>
    /// <exception cref="FleetException">NotFoundException, InvalidRequestException.</exception>
    public PlayerSession RemovePlayerSession(string processId, string gameSessionId, string playerSessionId)
    {
        var player = PlayerOf(processId, gameSessionId, playerSessionId);
        return player.Status == PlayerSessionStatus.ACTIVE
            ? GiveBack(player, PlayerSessionStatus.COMPLETED)
            : throw Invalid($"Player session {playerSessionId} is {StatusNow(player)}; only one that is ACTIVE can be removed.");
    }

    private PlayerSessionStatus StatusNow(PlayerSession player) =>
        player.Status == PlayerSessionStatus.RESERVED && player.Deadline <= Steady ? PlayerSessionStatus.TIMEDOUT : player.Status;

    private PlayerSession PlayerOf(string processId, string gameSessionId, string playerSessionId)
    {
        var player = GetPlayerSession(playerSessionId);
        SessionOfProcess(processId, gameSessionId);
        return player.GameSessionId == gameSessionId
            ? player
            : throw Invalid($"Player session {playerSessionId} belongs to game session {player.GameSessionId}, not to {gameSessionId}.");
    }

    private List<PlayerSession> Reserve(GameSession session, IReadOnlyList<NewPlayer> players)
    {
        var reserved = new List<PlayerSession>(players.Count);
        foreach (var player in players)
        {
            reserved.Add(_playerSessions.Set(new PlayerSession
            {
                PlayerSessionId = $"psess-{_newGuid()}",
                PlayerId = player.PlayerId,
                GameSessionId = session.GameSessionId,
                FleetId = session.FleetId,
                CreationTime = Now,
                Status = PlayerSessionStatus.RESERVED,
                IpAddress = session.IpAddress,
                DnsName = session.DnsName,
                Port = session.Port,
                PlayerData = player.PlayerData,
                Number = NextNumber(),
                Deadline = Steady + ReservationTime,
            }));
        }

        _gameSessions.Set(session with { CurrentPlayerSessionCount = session.CurrentPlayerSessionCount + players.Count });
        ForgetPlayersOf(session.GameSessionId);
        return reserved;
    }

    private GameSession EndDueReservationsOf(GameSession session)
    {
        foreach (var player in PlayerSessionsOf(session.GameSessionId, PlayerSessionStatus.RESERVED).Where(
            one => one.Deadline <= Steady).ToList())
        {
            GiveBack(player, PlayerSessionStatus.TIMEDOUT);
        }

        return GetGameSession(session.GameSessionId);
    }

    /// <summary>Ends a player session and frees its slot.</summary>
    private PlayerSession GiveBack(PlayerSession player, PlayerSessionStatus status)
    {
        var session = GetGameSession(player.GameSessionId);
        _gameSessions.Set(session with { CurrentPlayerSessionCount = session.CurrentPlayerSessionCount - 1 });
        return SetEnded(player, status);
    }

    private PlayerSession SetEnded(PlayerSession player, PlayerSessionStatus status) =>
        _playerSessions.Set(player with { Status = status, TerminationTime = Now });

    private void ForgetPlayersOf(string gameSessionId)
    {
        var players = _playersOf[gameSessionId];
        if (players.Count > PlayersPerSession && players.After().FirstOrDefault(one => !one.TakesSlot) is { } oldest)
        {
            _playerSessions.Remove(oldest.PlayerSessionId);
        }
    }

    private void OnPlayerSessionChanged(PlayerSession? before, PlayerSession? after)
    {
        var one = (after ?? before)!;
        if (!_playersOf.TryGetValue(one.GameSessionId, out var players))
        {
            _playersOf[one.GameSessionId] = players = new NumberedIndex<PlayerSession>();
        }

        if (after is not null)
        {
            players.Set(one.Number, after);
        }
        else
        {
            players.Remove(one.Number);
            if (players.Count == 0)
            {
                _playersOf.Remove(one.GameSessionId);
            }
        }

        if (after is { Status: PlayerSessionStatus.RESERVED })
        {
            _reservations.Set(one.Number, after);
        }
        else
        {
            _reservations.Remove(one.Number);
        }
    }
}
