namespace FleetBridge.Fleet.Model;

/// <summary>
/// GameLift's fleets, servers and sessions as one state machine without input or output: a method for each thing that can happen, which
/// checks, changes, and notes what is to be stored and told. Not thread-safe; <c>FleetControl</c> lets one at a time in.
/// </summary>
/// <remarks>
/// <see cref="Now"/> stamps records; <see cref="Steady"/> measures time and never jumps. Both are set before each change.
/// Methods throw <see cref="FleetException"/> before they change anything.
/// </remarks>
internal sealed partial class FleetModel
{
    public const string DefaultFleetId = "fleet-local";
    public const string DefaultLocationName = "custom-local";
    public const string DefaultComputeName = "local";

    /// <summary>The name of the game sessions' table.</summary>
    public const string GameSessionTable = "game_sessions";

    /// <summary>What the store keeps: the name of each table and the type of its records, in the order in which they are loaded.</summary>
    public static readonly IReadOnlyList<(string Table, Type Record)> Kinds =
    [
        ("fleets", typeof(AnywhereFleet)),
        ("locations", typeof(Location)),
        ("resource_tags", typeof(ResourceTags)),
        ("computes", typeof(Compute)),
        ("auth_tokens", typeof(AuthToken)),
        ("aliases", typeof(Alias)),
        ("game_session_queues", typeof(GameSessionQueue)),
        ("placements", typeof(Placement)),
        ("fleet_events", typeof(FleetEvent)),
        ("server_processes", typeof(ServerProcess)),
        (GameSessionTable, typeof(GameSession)),
        ("player_sessions", typeof(PlayerSession)),
        ("workers", typeof(FleetWorker)),
        ("placed_servers", typeof(PlacedServer)),
        ("server_observations", typeof(ServerObservation)),
        ("server_commands", typeof(ServerCommand)),
        ("join_tokens", typeof(JoinToken)),
    ];

    private readonly Table<AnywhereFleet> _fleets;
    private readonly Table<Location> _locations;
    private readonly Table<ResourceTags> _tags;
    private readonly Table<Compute> _computes;
    private readonly Table<AuthToken> _tokens;
    private readonly Table<Alias> _aliases;
    private readonly Table<GameSessionQueue> _queues;
    private readonly Table<Placement> _placements;
    private readonly Table<FleetEvent> _events;
    private readonly Table<ServerProcess> _processes;
    private readonly Table<GameSession> _gameSessions;
    private readonly Table<PlayerSession> _playerSessions;
    private readonly Dictionary<string, ITable> _tables;
    private readonly Func<Guid> _newGuid;
    private readonly HashSet<string> _shared = new(StringComparer.Ordinal);
    private long _number;

    /// <param name="options">What it has to know of the host.</param>
    /// <param name="newGuid">Makes the ids; tests pass a seeded one.</param>
    public FleetModel(FleetModelOptions options, Func<Guid>? newGuid = null)
    {
        Options = options;
        _newGuid = newGuid ?? Guid.NewGuid;
        var journal = Transition.Changes;
        _fleets = new("fleets", journal, OnFleetChanged);
        _locations = new("locations", journal);
        _tags = new("resource_tags", journal);
        _computes = new("computes", journal);
        _tokens = new("auth_tokens", journal, OnTokenChanged);
        _aliases = new("aliases", journal);
        _queues = new("game_session_queues", journal);
        _placements = new("placements", journal, OnPlacementChanged);
        _events = new("fleet_events", journal, OnEventChanged);
        _processes = new("server_processes", journal, OnProcessChanged);
        _gameSessions = new(GameSessionTable, journal, OnGameSessionChanged);
        _playerSessions = new("player_sessions", journal, OnPlayerSessionChanged);
        Workers = new("workers", journal);
        PlacedServers = new("placed_servers", journal, OnPlacedChanged);
        Observations = new("server_observations", journal);
        Commands = new("server_commands", journal, OnCommandChanged);
        JoinTokens = new("join_tokens", journal);
        _tables = new ITable[]
        {
            _fleets, _locations, _tags, _computes, _tokens, _aliases, _queues, _placements, _events, _processes, _gameSessions,
                _playerSessions, Workers, PlacedServers, Observations, Commands, JoinTokens,
        }.ToDictionary(table => table.Name);
    }

    public FleetModelOptions Options { get; }

    /// <summary>The wall clock's time, for stamps.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>A clock that only runs, for deadlines; near the wall clock, but unmoved by its jumps.</summary>
    public DateTimeOffset Steady { get; set; }

    /// <summary>What was done since the last <see cref="Model.Transition.Clear"/>.</summary>
    public Transition Transition { get; } = new();

    /// <summary>Makes the default fleet, location and compute, where they are not there.</summary>
    public void EnsureDefaults()
    {
        if (_locations.Find(DefaultLocationName) is null)
        {
            CreateLocation(DefaultLocationName);
        }

        if (_fleets.Find(DefaultFleetId) is null)
        {
            CreateFleet(new NewFleet
            {
                FleetId = DefaultFleetId,
                Name = "local",
                Description = "The game servers on this machine.",
                AnywhereCost = "0",
                Locations = [DefaultLocationName],
            });
        }

        if (_fleets.Find(DefaultFleetId) is { Status: FleetStatus.ACTIVE } && FindCompute(DefaultFleetId, DefaultComputeName) is null)
        {
            RegisterCompute(new NewCompute
            {
                FleetId = DefaultFleetId,
                ComputeName = DefaultComputeName,
                IpAddress = Options.LocalIpAddress,
                Location = DefaultLocationName,
            });
        }
    }

    /// <summary>Takes a record from the store.</summary>
    /// <param name="table">The kind's name.</param>
    public void Load(string table, IRecord record)
    {
        var loaded = Shared(WithDeadline(record));
        _tables[table].Restore(loaded.Key, loaded);
        _number = Math.Max(_number, loaded.Number);
    }

    /// <summary>With one copy of the strings that many sessions have.</summary>
    private IRecord Shared(IRecord record) => record switch
    {
        GameSession one => one with
        {
            FleetId = Shared(one.FleetId),
            ProcessId = Shared(one.ProcessId),
            ComputeName = Shared(one.ComputeName),
            Location = Shared(one.Location),
            IpAddress = Shared(one.IpAddress),
        },
        PlayerSession one => one with
        {
            FleetId = Shared(one.FleetId),
            GameSessionId = FindGameSession(one.GameSessionId)?.GameSessionId ?? one.GameSessionId,
            IpAddress = Shared(one.IpAddress),
        },
        _ => record,
    };

    private string Shared(string text) =>
        _shared.TryGetValue(text, out var known) || !_shared.Add(text) ? known ?? text : text;

    /// <summary>Every record, table after table and by number, as the store keeps them.</summary>
    public IEnumerable<(string Table, IRecord Record)> Records() =>
        Kinds.SelectMany(kind => _tables[kind.Table].Records.OrderBy(record => record.Number).Select(record => (kind.Table, record)));

    private long NextNumber() => ++_number;

    private string Arn(string? region, string resource) => $"arn:aws:gamelift:{region ?? Options.RegionName}:{Options.Account}:{resource}";

    private void Tell(Push push) => Transition.Pushes.Add(push);

    private void Warn(string message) => Transition.Notices.Add(new FleetNotice(true, message));

    private static FleetException NotFound(string message) => new(FleetErrors.NotFound, message);

    private static FleetException Invalid(string message) => new(FleetErrors.InvalidRequest, message);

    /// <summary>The last part of an ARN of that kind; anything else as it is.</summary>
    private static string IdIn(string idOrArn, string kind)
    {
        var start = idOrArn.StartsWith("arn:", StringComparison.Ordinal) ? idOrArn.IndexOf($":{kind}/", StringComparison.Ordinal) : -1;
        return start < 0 ? idOrArn : idOrArn[(start + kind.Length + 2)..];
    }
}
