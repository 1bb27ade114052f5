using System.Text.Json.Serialization;

namespace FleetBridge.Fleet.Servers;

/// <summary>How a server is run. Checked by <see cref="ServerConfigurationRules"/> before it is stored.</summary>
/// <remarks>What has a default is set, not initialised: source-generated JSON gives an absent member of an initialiser no default.</remarks>
internal sealed record ServerConfiguration
{
    /// <summary>The program, relative to the folder of the install; null for a container, which has its own.</summary>
    public string? Executable { get; init; }

    /// <summary>Its arguments, one by one: no shell reads them.</summary>
    public IReadOnlyList<string> Arguments { get; set; } = [];

    /// <summary>Environment variables that are added to the worker's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>();

    /// <summary>Its ports by name; 0 lets the worker choose a free one, which it then keeps.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; set; } = new Dictionary<string, int>();

    /// <summary>The ports from which the worker chooses, such as <c>7777-7876</c>, or <c>0</c> for any free ones; null for the worker's own
    /// range.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PortRange { get; init; }

    /// <summary>Whether a game in a folder runs where it lies, instead of from a copy of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool InPlace { get; init; }

    /// <summary>How it is stopped.</summary>
    public StopSettings Stop { get; set; } = new();

    /// <summary>How its health is found out.</summary>
    public HealthSettings Health { get; set; } = new();

    /// <summary>When it is started again.</summary>
    public RestartSettings Restart { get; set; } = new();

    /// <summary>Folders below the install's that live across updates, relative to it.</summary>
    public IReadOnlyList<string> Data { get; set; } = [];

    /// <summary>The most that its log may take on the worker's disk; null for the worker's default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? LogCapBytes { get; init; }

    /// <summary>For containers only; null for no limits.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ContainerSettings? Container { get; init; }
}

/// <summary>The stop ladder: the command if there is one, then the signal, then the kill of the whole tree.</summary>
internal sealed record StopSettings
{
    /// <summary>The line that is written to its standard input first; null for none.</summary>
    public string? Command { get; init; }

    /// <summary>The signal, one of <see cref="ServerConfigurationRules.Signals"/>.</summary>
    public string Signal { get; set; } = "SIGTERM";

    /// <summary>How long each step may take.</summary>
    public double TimeoutSeconds { get; set; } = 30;
}

/// <summary>How a server's health is found out.</summary>
internal sealed record HealthSettings
{
    /// <summary>The way; null for the SDK's health reports where the server speaks GameLift, and its process otherwise.</summary>
    public HealthType? Type { get; init; }

    /// <summary>For tcp, udp and http: the port; null for the first of the configuration's ports.</summary>
    public int? Port { get; init; }

    /// <summary>For http: the path; null for <c>/</c>.</summary>
    public string? Path { get; init; }

    /// <summary>For log: a regular expression that one printed line has to match.</summary>
    public string? Pattern { get; init; }

    /// <summary>The time between two probes.</summary>
    public double IntervalSeconds { get; set; } = 5;

    /// <summary>How many probes in a row may fail before a ready server is unhealthy.</summary>
    public int Failures { get; set; } = 3;
}

/// <summary>When a server is started again.</summary>
internal sealed record RestartSettings
{
    public RestartPolicy Policy { get; set; } = RestartPolicy.Always;

    /// <summary>That many crashes within five minutes, and it is not started again; 0 for no limit, null for 5.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Limit { get; init; }
}

/// <summary>The settings of a container that a request may name. Mounts, network modes, capabilities and privileges are no part of
/// them.</summary>
internal sealed record ContainerSettings
{
    /// <summary>The most memory, in bytes; null for no limit.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>How many CPUs it may use; null for no limit.</summary>
    public double? Cpus { get; init; }

    /// <summary>How many processes it may have; null for the worker's default.</summary>
    public int? Processes { get; init; }

    /// <summary>Whether its root file system is read-only.</summary>
    public bool ReadOnly { get; init; }
}
