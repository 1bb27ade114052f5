using System.Text.Json.Serialization;

namespace FleetBridge.Fleet.Servers;

/// <summary>A server as the host's and the worker's routes describe it. Times are in UTC.</summary>
internal sealed record ServerObject
{
    public required string Id { get; init; }

    public required string WorkerId { get; init; }

    public required GameId GameId { get; init; }

    public required DesiredState DesiredState { get; init; }

    public required ServerState State { get; init; }

    /// <summary>Its process's id; null when none runs.</summary>
    public int? Pid { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The last end's exit code; null when a signal ended it, and before the first end.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The name of the signal that ended it last, such as <c>SIGKILL</c>.</summary>
    public string? Signal { get; init; }

    /// <summary>Why it ended last, or why it does not run: a sentence, with its last lines where they help.</summary>
    public string? Reason { get; init; }

    /// <summary>How its last runs ended, newest first; null in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ServerEnd>? RecentEnds { get; init; }

    /// <summary>The step of the stop ladder that worked last; null when nobody asked it to stop.</summary>
    public StopStep? StoppedBy { get; init; }

    /// <summary>How many times it was started again after a crash.</summary>
    public int Restarts { get; init; }

    /// <summary>When a crashed server is started again; null unless it is crashed.</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>Its ports by name, as they are in use.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; set; } = new Dictionary<string, int>();

    /// <summary>Its share of one CPU, in percent: 200 is two CPUs.</summary>
    public double? CpuPercent { get; init; }

    public long? MemoryBytes { get; init; }

    /// <summary>How far its install is; null unless it is installing.</summary>
    public ServerProgress? Progress { get; init; }

    public required ServerConfiguration Configuration { get; init; }

    /// <summary>Whether the process that runs was started with an earlier configuration, or from an earlier version of the game.</summary>
    public bool RestartNeeded { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>How far an install is.</summary>
/// <param name="Percent">0 to 100; null when it is not known.</param>
/// <param name="Bytes">The bytes so far.</param>
/// <param name="Total">All bytes; null when it is not known.</param>
internal sealed record ServerProgress(double? Percent, long? Bytes, long? Total);

/// <summary>A worker as the host's routes describe it.</summary>
internal sealed record WorkerObject
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required WorkerState Status { get; init; }

    public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>The address from which it is connected, or was last.</summary>
    public string? Address { get; init; }

    /// <summary>Its private API on its own machine.</summary>
    public string? ApiUrl { get; init; }

    /// <summary>The machine's CPU use, in percent of all its CPUs.</summary>
    public double? CpuPercent { get; init; }

    /// <summary>The memory that the worker itself uses.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>What is free on the disk of its data folder.</summary>
    public long? DiskFreeBytes { get; init; }

    /// <summary>The kinds of games that it can install.</summary>
    public IReadOnlyList<string> CanInstall { get; set; } = [];

    /// <summary>Why it cannot install the others, by kind.</summary>
    public IReadOnlyDictionary<string, string> CannotInstall { get; set; } = new Dictionary<string, string>();

    /// <summary>How many servers it has.</summary>
    public int Servers { get; init; }
}

/// <summary>A command as the host's routes describe it.</summary>
internal sealed record CommandObject
{
    public required string Id { get; init; }

    public required string ServerId { get; init; }

    public required CommandType Type { get; init; }

    public required CommandStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it failed or expired.</summary>
    public string? Error { get; init; }
}

/// <summary>A part of a list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">The part.</param>
/// <param name="Next">What to ask for with <c>after</c> to get the next part; null for the last one.</param>
internal sealed record Page<T>(
    IReadOnlyList<T> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next);
