using System.Text.Json.Serialization;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Worker;

/// <summary>What a worker knows of a server, in its store: a stop after a restart of the worker needs nothing else.</summary>
internal sealed record ServerRecord
{
    /// <summary>What should be.</summary>
    public required DesiredServer Desired { get; init; }

    /// <summary>Whether it was made here, and not by a host.</summary>
    public bool IsLocal { get; init; }

    /// <summary>What is installed; null before the first install.</summary>
    public InstallRecord? Install { get; init; }

    /// <summary>The run that was begun last and has not ended, as far as is known.</summary>
    public RunRecord? Run { get; init; }

    /// <summary>Its ports, which it keeps.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; init; } = new Dictionary<string, int>();

    /// <summary>Its state while nothing runs.</summary>
    public ServerState Idle { get; init; } = ServerState.Stopped;

    public int? ExitCode { get; init; }

    public string? Signal { get; init; }

    public string? Reason { get; init; }

    public StopStep? StoppedBy { get; init; }

    public int Restarts { get; init; }

    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>The pause after its last end, in seconds; null when it was not to start again.</summary>
    public double? PauseSeconds { get; init; }

    /// <summary>The run that ended last; null before the first end.</summary>
    public EndedRun? LastRun { get; init; }

    /// <summary>How its last runs ended, newest first.</summary>
    public IReadOnlyList<ServerEnd> Ends { get; set; } = [];

    /// <summary>Whether its policy says that it is not started again after its last end, until somebody starts it.</summary>
    public bool IsHeld { get; init; }

    /// <summary>When the last run was started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public CrashHistory Crashes { get; init; } = CrashHistory.None;

    /// <summary>Whether the newest install is there: the game is the one that is wanted.</summary>
    [JsonIgnore]
    public bool IsInstalled => Install is { } install && install.GameId == Desired.GameId
        && install.IsInPlace == Desired.Configuration.InPlace;
}

/// <summary>A complete install.</summary>
/// <param name="GameId">The game.</param>
/// <param name="Folder">The folder's name among the server's installs; the whole path of a game that runs in place.</param>
/// <param name="Version">Its version, if the source has a name for it.</param>
internal sealed record InstallRecord(GameId GameId, string Folder, string? Version)
{
    /// <summary>Whether it is the game's own folder.</summary>
    [JsonIgnore]
    public bool IsInPlace => Path.IsPathRooted(Folder);
}

/// <summary>A run of a server. Written before the process is started.</summary>
internal sealed record RunRecord
{
    public required string RunId { get; init; }

    /// <summary>The id that its SDK has.</summary>
    public required string ProcessId { get; init; }

    /// <summary>How it was started, and how it is stopped.</summary>
    public required ServerConfiguration Configuration { get; init; }

    public required long ConfigurationVersion { get; init; }

    /// <summary>The install that it runs from, which may not be deleted.</summary>
    public required string InstallFolder { get; init; }

    /// <summary>Whether it was ready.</summary>
    public bool IsReady { get; init; }

    /// <summary>Who wants it to end, from before the first step of the stop; null for nobody. A worker that finds the run ended knows by
    /// it that this was no crash.</summary>
    public string? Asked { get; init; }

    /// <summary>The step of the stop that was begun last.</summary>
    public StopStep? Step { get; init; }

    /// <summary>Whether it was given a game session: a process hosts one in its life, and ends then.</summary>
    public bool HadSession { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
