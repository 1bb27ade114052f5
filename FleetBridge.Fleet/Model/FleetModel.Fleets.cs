namespace FleetBridge.Fleet.Model;

internal sealed partial class FleetModel
{
    private const int EventsPerFleet = 10_000;

    private readonly Dictionary<string, SortedDictionary<long, FleetEvent>> _eventsOf = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, AnywhereFleet> _fleetsInOrder = [];

    /// <summary>All fleets, the default one first, also TERMINATED ones.</summary>
    public IEnumerable<AnywhereFleet> Fleets => _fleetsInOrder.Values;

    public IEnumerable<Location> Locations => _locations.All.OrderBy(one => one.Number);

    public AnywhereFleet? FindFleet(string fleetIdOrArn) => _fleets.Find(IdIn(fleetIdOrArn, "fleet"));

    /// <summary>The fleet of that id or ARN.</summary>
    /// <exception cref="FleetException">NotFoundException.</exception>
    public AnywhereFleet GetFleet(string fleetIdOrArn) => FindFleet(fleetIdOrArn)
        ?? throw NotFound($"Fleet {fleetIdOrArn} not found. Fleets of this host: {Listed(Fleets.Select(one => one.FleetId))}.");

    /// <summary>The fleet that a session operation means: exactly one of both has to be given.</summary>
    /// <exception cref="FleetException">InvalidRequestException, NotFoundException, TerminalRoutingStrategyException.</exception>
    public AnywhereFleet ResolveFleet(string? fleetId, string? aliasId) => (fleetId, aliasId) switch
    {
        (not null, null) => GetFleet(fleetId),
        (null, not null) => ResolveAlias(aliasId),
        (null, null) => throw Invalid("Either FleetId or AliasId is required."),
        _ => throw Invalid("FleetId and AliasId exclude each other: give one of them."),
    };

    /// <exception cref="FleetException">InvalidRequestException, NotFoundException, ConflictException.</exception>
    public AnywhereFleet CreateFleet(NewFleet request)
    {
        if (request.Locations.Count == 0)
        {
            throw Invalid("A fleet of type ANYWHERE needs Locations: create a custom location with CreateLocation and name it here.");
        }

        foreach (var name in request.Locations)
        {
            RequireCustomLocation(name);
        }

        if (request.Locations.Distinct(StringComparer.Ordinal).Count() < request.Locations.Count)
        {
            throw Invalid("Locations names a location twice.");
        }

        var id = request.FleetId ?? $"fleet-{_newGuid()}";
        if (_fleets.Find(id) is not null)
        {
            throw new FleetException(FleetErrors.Conflict, $"Fleet {id} exists.");
        }

        var fleet = _fleets.Set(new AnywhereFleet
        {
            FleetId = id,
            FleetArn = Arn(request.Region, $"fleet/{id}"),
            Name = request.Name,
            Description = request.Description,
            Status = FleetStatus.ACTIVE,
            CreationTime = Now,
            AnywhereCost = request.AnywhereCost,
            NewGameSessionProtectionPolicy = request.NewGameSessionProtectionPolicy,
            MetricGroups = request.MetricGroups ?? ["default"],
            Locations = request.Locations,
            RuntimeConfiguration = request.RuntimeConfiguration,
            ResourceCreationLimitPolicy = request.ResourceCreationLimitPolicy,
            Number = id == DefaultFleetId ? 0 : NextNumber(),
        });
        TagNew(fleet.FleetArn, request.Tags);
        AddEvent(id, FleetEventCodes.FleetCreated, $"Fleet {id} was created.");
        AddEvent(id, FleetEventCodes.FleetStateActive, $"Fleet {id} is ACTIVE.");
        return fleet;
    }

    /// <exception cref="FleetException">NotFoundException, InvalidFleetStatusException.</exception>
    public AnywhereFleet UpdateFleetAttributes(FleetUpdate update)
    {
        var fleet = RequireActive(GetFleet(update.FleetId));
        if (update.NewGameSessionProtectionPolicy is { } policy && policy != fleet.NewGameSessionProtectionPolicy)
        {
            AddEvent(fleet.FleetId, FleetEventCodes.ProtectionPolicyUpdated, $"New game sessions of fleet {fleet.FleetId} have {policy}.");
        }

        return _fleets.Set(fleet with
        {
            Name = update.Name ?? fleet.Name,
            Description = update.Description ?? fleet.Description,
            AnywhereCost = update.AnywhereCost ?? fleet.AnywhereCost,
            NewGameSessionProtectionPolicy = update.NewGameSessionProtectionPolicy ?? fleet.NewGameSessionProtectionPolicy,
            MetricGroups = update.MetricGroups ?? fleet.MetricGroups,
            ResourceCreationLimitPolicy = update.ResourceCreationLimitPolicy ?? fleet.ResourceCreationLimitPolicy,
        });
    }

    /// <exception cref="FleetException">NotFoundException, InvalidFleetStatusException.</exception>
    public AnywhereFleet UpdateRuntimeConfiguration(string fleetId, RuntimeConfiguration configuration)
    {
        var fleet = RequireActive(GetFleet(fleetId));
        return _fleets.Set(fleet with { RuntimeConfiguration = configuration });
    }

    /// <exception cref="FleetException">NotFoundException, InvalidFleetStatusException, InvalidRequestException,
    /// ConflictException.</exception>
    public AnywhereFleet CreateFleetLocations(string fleetId, IReadOnlyList<string> locations)
    {
        var fleet = RequireActive(GetFleet(fleetId));
        foreach (var name in locations)
        {
            RequireCustomLocation(name);
            if (fleet.Locations.Contains(name))
            {
                throw new FleetException(FleetErrors.Conflict, $"Fleet {fleet.FleetId} has location {name} already.");
            }
        }

        return _fleets.Set(fleet with { Locations = [.. fleet.Locations, .. locations.Distinct(StringComparer.Ordinal)] });
    }

    /// <exception cref="FleetException">NotFoundException, InvalidFleetStatusException, InvalidRequestException.</exception>
    public AnywhereFleet DeleteFleetLocations(string fleetId, IReadOnlyList<string> locations)
    {
        var fleet = RequireActive(GetFleet(fleetId));
        foreach (var name in locations)
        {
            if (!fleet.Locations.Contains(name))
            {
                throw NotFound($"Fleet {fleet.FleetId} has no location {name}.");
            }

            if (ComputesOf(fleet.FleetId, name).FirstOrDefault() is { } compute)
            {
                throw Invalid($"Compute {compute.ComputeName} is in location {name} of fleet {fleet.FleetId}: deregister it first.");
            }
        }

        return _fleets.Set(fleet with { Locations = [.. fleet.Locations.Except(locations)] });
    }

    /// <summary>Ends a fleet with everything in it; it can still be described, as TERMINATED.</summary>
    /// <exception cref="FleetException">NotFoundException, InvalidFleetStatusException.</exception>
    public AnywhereFleet DeleteFleet(string fleetId)
    {
        var fleet = RequireActive(GetFleet(fleetId));
        foreach (var process in ProcessesOf(fleet.FleetId).Where(one => one.State < ServerProcessState.Ending).ToList())
        {
            if (process.State == ServerProcessState.Activating)
            {
                // nothing may be pushed before its first request
                SetEnded(process, null);
                continue;
            }

            EndSessionOf(process, GameSessionStatus.TERMINATED, GameSessionStatusReason.FORCE_TERMINATED);
            TellToTerminate(process);
        }

        foreach (var compute in ComputesOf(fleet.FleetId).ToList())
        {
            RemoveCompute(compute);
        }

        AddEvent(fleet.FleetId, FleetEventCodes.FleetDeleted, $"Fleet {fleet.FleetId} was deleted.");
        return _fleets.Set(fleet with { Status = FleetStatus.TERMINATED, TerminationTime = Now });
    }

    /// <exception cref="FleetException">ConflictException.</exception>
    public Location CreateLocation(string locationName, IReadOnlyList<Tag>? tags = null, string? region = null)
    {
        if (_locations.Find(locationName) is not null)
        {
            throw new FleetException(FleetErrors.Conflict, $"Location {locationName} exists already.");
        }

        var location = _locations.Set(new Location(locationName, Arn(region, $"location/{locationName}"), NextNumber()));
        TagNew(location.LocationArn, tags ?? []);
        return location;
    }

    /// <exception cref="FleetException">NotFoundException, InvalidRequestException while a fleet uses it.</exception>
    public void DeleteLocation(string locationName)
    {
        var location = FindLocation(locationName) ?? throw NotFound($"Location {locationName} not found.");
        if (Fleets.FirstOrDefault(
            one => one.Status != FleetStatus.TERMINATED && one.Locations.Contains(location.LocationName)) is { } fleet)
        {
            throw Invalid($"Location {location.LocationName} is used by fleet {fleet.FleetId}: remove it there first (DeleteFleetLocations).");
        }

        _tags.Remove(location.LocationArn);
        _locations.Remove(location.LocationName);
    }

    public Location? FindLocation(string nameOrArn) => _locations.Find(IdIn(nameOrArn, "location"));

    /// <summary>A fleet's events, newest first.</summary>
    public IEnumerable<FleetEvent> EventsOf(string fleetId) =>
        _eventsOf.TryGetValue(fleetId, out var events) ? events.Values.Reverse() : [];

    /// <summary>What a fleet, or one location of it, does at the moment.</summary>
    public FleetUtilization UtilizationOf(string fleetId, string? location = null)
    {
        var processes = ProcessesOf(fleetId, location).Where(one => one.State < ServerProcessState.Lost).ToList();
        var sessions = OpenGameSessionsOf(fleetId, location).Where(one => one.Status == GameSessionStatus.ACTIVE).ToList();
        return new FleetUtilization(
            fleetId,
            location,
            processes.Count,
            processes.Count(one => one.State == ServerProcessState.Ready),
            sessions.Count,
            sessions.Sum(one => one.CurrentPlayerSessionCount),
            sessions.Sum(one => one.MaximumPlayerSessionCount));
    }

    private void OnFleetChanged(AnywhereFleet? before, AnywhereFleet? after)
    {
        _fleetsInOrder.Remove((after ?? before)!.Number);
        if (after is not null)
        {
            _fleetsInOrder[after.Number] = after;
        }
    }

    private void OnEventChanged(FleetEvent? before, FleetEvent? after)
    {
        var one = (after ?? before)!;
        if (!_eventsOf.TryGetValue(one.ResourceId, out var events))
        {
            _eventsOf[one.ResourceId] = events = [];
        }

        if (after is null)
        {
            events.Remove(one.Number);
        }
        else
        {
            events[one.Number] = after;
        }
    }

    private void AddEvent(string fleetId, string code, string message, long? count = null)
    {
        var number = NextNumber();
        _events.Set(new FleetEvent(_newGuid().ToString(), fleetId, code, message, Now, count, number));
        if (_eventsOf[fleetId] is { Count: > EventsPerFleet } events)
        {
            _events.Remove(events.First().Value.EventId);
        }
    }

    private void RequireCustomLocation(string name)
    {
        if (_locations.Find(name) is null)
        {
            throw NotFound($"Location {name} not found. Custom locations of this host: {Listed(Locations.Select(one => one.LocationName))}.");
        }
    }

    private static AnywhereFleet RequireActive(AnywhereFleet fleet) => fleet.Status == FleetStatus.ACTIVE
        ? fleet
        : throw new FleetException(FleetErrors.InvalidFleetStatus, $"Fleet {fleet.FleetId} is {fleet.Status}, not ACTIVE.");

    private static string Listed(IEnumerable<string> names)
    {
        var some = names.Take(6).ToList();
        return some.Count == 0 ? "none" : string.Join(", ", some.Take(5)) + (some.Count > 5 ? ", …" : "");
    }
}
