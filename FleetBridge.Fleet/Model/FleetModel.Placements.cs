namespace FleetBridge.Fleet.Model;

/// <summary>Placements: PENDING until a session of one of the queue's destinations is ACTIVE.</summary>
internal sealed partial class FleetModel
{
    private readonly NumberedIndex<Placement> _pendingPlacements = new();
    private readonly NumberedIndex<Placement> _endedPlacements = new();

    public Placement? FindPlacement(string placementId) => _placements.Find(placementId);

    /// <exception cref="FleetException">NotFoundException.</exception>
    public Placement GetPlacement(string placementId) =>
        FindPlacement(placementId) ?? throw NotFound($"Game session placement {placementId} not found.");

    /// <exception cref="FleetException">NotFoundException, InvalidRequestException.</exception>
    public Placement StartPlacement(NewPlacement request)
    {
        var queue = GetQueue(request.GameSessionQueueName);
        if (FindPlacement(request.PlacementId) is not null)
        {
            throw Invalid($"Game session placement {request.PlacementId} exists already: give each placement its own id.");
        }

        CheckPlayers(request.MaximumPlayerSessionCount);
        if (request.DesiredPlayerSessions.Count > request.MaximumPlayerSessionCount)
        {
            throw Invalid($"DesiredPlayerSessions names {request.DesiredPlayerSessions.Count} players, "
                + $"more than MaximumPlayerSessionCount, {request.MaximumPlayerSessionCount}.");
        }

        var placement = _placements.Set(new Placement
        {
            PlacementId = request.PlacementId,
            GameSessionQueueName = queue.Name,
            Status = PlacementStatus.PENDING,
            MaximumPlayerSessionCount = request.MaximumPlayerSessionCount,
            GameProperties = request.GameProperties,
            GameSessionName = request.GameSessionName,
            GameSessionData = request.GameSessionData,
            PlayerLatencies = request.PlayerLatencies,
            DesiredPlayerSessions = request.DesiredPlayerSessions,
            StartTime = Now,
            Region = request.Region ?? Options.RegionName,
            Number = NextNumber(),
            Deadline = Steady + TimeSpan.FromSeconds(queue.TimeoutInSeconds),
        });
        TryPlace(placement);
        return GetPlacement(placement.PlacementId);
    }

    /// <exception cref="FleetException">NotFoundException, InvalidRequestException when it is not PENDING.</exception>
    public Placement StopPlacement(string placementId)
    {
        var placement = GetPlacement(placementId);
        return placement.Status == PlacementStatus.PENDING
            ? EndPlacement(placement, PlacementStatus.CANCELLED)
            : throw Invalid($"Game session placement {placementId} is {placement.Status}; only one that is PENDING can be stopped.");
    }

    /// <summary>Tries all that wait, the oldest first: a process may have become free.</summary>
    private void TryPlacements()
    {
        if (_pendingPlacements.Count > 0)
        {
            foreach (var placement in _pendingPlacements.After().Where(one => one.GameSessionId is null).ToList())
            {
                TryPlace(placement);
            }
        }
    }

    private void TryPlace(Placement placement)
    {
        if (FindQueue(placement.GameSessionQueueName) is not { } queue)
        {
            EndPlacement(placement, PlacementStatus.FAILED);
            return;
        }

        foreach (var (fleet, location) in DestinationsOf(queue))
        {
            var id = SessionArn(placement.Region, fleet.FleetId, location, placement.PlacementId);
            if (FirstAvailable(fleet.FleetId, location) is { } processId && FindGameSession(id) is null)
            {
                _placements.Set(placement with { GameSessionId = id, GameSessionRegion = placement.Region });
                AddSession(GetProcess(processId), new GameSession
                {
                    GameSessionId = id,
                    Name = placement.GameSessionName,
                    FleetId = fleet.FleetId,
                    ProcessId = processId,
                    ComputeName = "",
                    Location = location,
                    Status = GameSessionStatus.ACTIVATING,
                    CreationTime = Now,
                    MaximumPlayerSessionCount = placement.MaximumPlayerSessionCount,
                    GameProperties = placement.GameProperties,
                    GameSessionData = placement.GameSessionData,
                    MatchmakerData = placement.MatchmakerData,
                    IpAddress = "",
                    Port = 0,
                    ProtectionPolicy = fleet.NewGameSessionProtectionPolicy,
                    PlacementId = placement.PlacementId,
                });
                return;
            }
        }
    }

    /// <summary>Where a queue may place: its destinations in order, and the locations of each in the queue's order of locations.</summary>
    private IEnumerable<(AnywhereFleet Fleet, string Location)> DestinationsOf(GameSessionQueue queue)
    {
        foreach (var arn in queue.Destinations)
        {
            var strategy = FindAlias(arn)?.RoutingStrategy;
            var fleet = strategy is null ? FindFleet(arn) : strategy.FleetId is { } id ? FindFleet(id) : null;
            if (fleet is { Status: FleetStatus.ACTIVE })
            {
                var order = queue.LocationOrder ?? [];
                foreach (var location in order.Where(fleet.Locations.Contains).Concat(fleet.Locations.Except(order)))
                {
                    if (queue.AllowedLocations is not { Count: > 0 } allowed || allowed.Contains(location))
                    {
                        yield return (fleet, location);
                    }
                }
            }
        }
    }

    /// <summary>Fulfills the placement that an ACTIVE session was made for.</summary>
    /// <returns>The session, with the placement's players.</returns>
    private GameSession FulfillPlacementOf(GameSession session)
    {
        if (session.PlacementId is null || FindPlacement(session.PlacementId) is not { Status: PlacementStatus.PENDING } placement)
        {
            return session;
        }

        var players = placement.DesiredPlayerSessions.Count == 0
            ? []
            : Reserve(session, [.. placement.DesiredPlayerSessions.Select(one => new NewPlayer(one.PlayerId, one.PlayerData))]);
        _placements.Set(placement with
        {
            Status = PlacementStatus.FULFILLED,
            EndTime = Now,
            IpAddress = session.IpAddress,
            DnsName = session.DnsName,
            Port = session.Port,
            PlacedPlayerSessions = [.. players.Select(one => new PlacedPlayerSession(one.PlayerId, one.PlayerSessionId))],
        });
        return GetGameSession(session.GameSessionId);
    }

    /// <summary>A session that has ended before it was ACTIVE cannot be what was asked for.</summary>
    private void FailPlacementOf(GameSession session)
    {
        if (session.PlacementId is { } id && FindPlacement(id) is { Status: PlacementStatus.PENDING } placement)
        {
            EndPlacement(placement, PlacementStatus.FAILED);
        }
    }

    /// <summary>Ends a placement without a session; one that is ACTIVATING for it is terminated.</summary>
    private Placement EndPlacement(Placement placement, PlacementStatus status)
    {
        var ended = _placements.Set(placement with { Status = status, EndTime = Now });
        if (placement.GameSessionId is { } id && FindGameSession(id) is { Status: GameSessionStatus.ACTIVATING })
        {
            TerminateGameSession(id, TerminationMode.TRIGGER_ON_PROCESS_TERMINATE);
        }

        return ended;
    }

    private void OnPlacementChanged(Placement? before, Placement? after)
    {
        var number = (after ?? before)!.Number;
        if (after is { Status: PlacementStatus.PENDING })
        {
            _pendingPlacements.Set(number, after);
            SweepBy(after.Deadline);
        }
        else
        {
            _pendingPlacements.Remove(number);
        }

        if (after is { Status: not PlacementStatus.PENDING })
        {
            _endedPlacements.Set(number, after);
        }
        else
        {
            _endedPlacements.Remove(number);
        }
    }
}
