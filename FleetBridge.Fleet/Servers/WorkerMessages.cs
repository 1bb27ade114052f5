namespace FleetBridge.Fleet.Servers;

/// <summary>What a worker says first in a session, and again whenever what it says here has changed.</summary>
internal sealed record WorkerHello
{
    public required string WorkerId { get; init; }

    public required string Name { get; init; }

    /// <summary>The version of FleetBridge.</summary>
    public required string Version { get; init; }

    /// <summary>Changes with each start of the machine.</summary>
    public required string BootId { get; init; }

    /// <summary>The worker's own address, if it knows one that players can reach.</summary>
    public string? Address { get; init; }

    /// <summary>Its private API on its own machine.</summary>
    public string? ApiUrl { get; init; }

    /// <summary>The kinds of <see cref="GameId"/> that it can install.</summary>
    public IReadOnlyList<string> CanInstall { get; set; } = [];

    /// <summary>The kinds that it cannot install, each with a sentence that says why. A worker of an earlier version says none.</summary>
    public IReadOnlyDictionary<string, string> CannotInstall { get; set; } = new Dictionary<string, string>();

    public bool IsFrozen { get; init; }

    /// <summary>All its servers.</summary>
    public IReadOnlyList<ObservedServer> Servers { get; set; } = [];
}

/// <summary>Everything that should be on a worker. It leaves servers of its store beyond these as they are: a host that has lost its store
/// must not end games. A deleted server is one of these until the worker says that it is gone.</summary>
internal sealed record DesiredServers(IReadOnlyList<DesiredServer> Servers);

/// <summary>What should be of one server.</summary>
internal sealed record DesiredServer
{
    public required string Id { get; init; }

    public required GameId GameId { get; init; }

    public required ServerConfiguration Configuration { get; init; }

    /// <summary>Grows with each change of the configuration.</summary>
    public required long ConfigurationVersion { get; init; }

    public required DesiredState DesiredState { get; init; }

    /// <summary>Whether it should be stopped and then removed with everything it has. The worker reports it as gone by
    /// <see cref="ObservedServer.IsGone"/>.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>The environment variables by which a server connects to the host's GameLift, without the process id; null when the host
    /// gives none.</summary>
    public GameLiftVariables? GameLift { get; init; }
}

/// <summary>How a server connects to the host's GameLift.</summary>
/// <param name="Endpoint">The WebSocket's address.</param>
/// <param name="FleetId">The fleet.</param>
/// <param name="ComputeName">The compute: the worker.</param>
/// <param name="AuthToken">A token of GetComputeAuthToken.</param>
internal sealed record GameLiftVariables(string Endpoint, string FleetId, string ComputeName, string AuthToken);

/// <summary>What is of one server.</summary>
internal sealed record ObservedServer
{
    public required string Id { get; init; }

    public required ServerState State { get; init; }

    public int? Pid { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public int? ExitCode { get; init; }

    public string? Signal { get; init; }

    public string? Reason { get; init; }

    public StopStep? StoppedBy { get; init; }

    public int Restarts { get; init; }

    public DateTimeOffset? NextTryAt { get; init; }

    public IReadOnlyDictionary<string, int> Ports { get; set; } = new Dictionary<string, int>();

    public ServerProgress? Progress { get; init; }

    public double? CpuPercent { get; init; }

    public long? MemoryBytes { get; init; }

    /// <summary>The version that the running process was started with, or the next one will be.</summary>
    public long ConfigurationVersion { get; init; }

    /// <summary>Whether an update was installed since the running process was started.</summary>
    public bool IsOutdated { get; init; }

    /// <summary>The id that the server's SDK has; each start has a new one.</summary>
    public string? ProcessId { get; init; }

    /// <summary>The pause after its last end, in seconds; null when it was not to start again.</summary>
    public double? PauseSeconds { get; init; }

    /// <summary>The run that ended last; null before the first end.</summary>
    public EndedRun? LastRun { get; init; }

    /// <summary>How its last runs ended, newest first; empty for a worker that does not say so.</summary>
    public IReadOnlyList<ServerEnd> Ends { get; set; } = [];

    /// <summary>Whether it was deleted, and nothing of it is left.</summary>
    public bool IsGone { get; init; }
}

/// <summary>A run that has ended. A host that is slow may have missed its beginning.</summary>
/// <param name="ProcessId">The id that its SDK had.</param>
/// <param name="StartedAt">When it was started.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="WasAsked">Whether somebody asked for its end.</param>
internal sealed record EndedRun(string ProcessId, DateTimeOffset StartedAt, DateTimeOffset EndedAt, bool WasAsked);

/// <summary>A command on its way to a worker.</summary>
internal sealed record WorkerCommand
{
    public required string Id { get; init; }

    public required string ServerId { get; init; }

    public required CommandType Type { get; init; }

    /// <summary>The line for stdin.</summary>
    public string? Text { get; init; }

    /// <summary>A worker does not begin it after that.</summary>
    public required DateTimeOffset Deadline { get; init; }
}

/// <summary>What became of a command.</summary>
internal sealed record CommandOutcome
{
    public required string Id { get; init; }

    /// <summary>Delivered when the worker has stored the command, and then done, failed or expired; an outcome that the host has already is
    /// ignored there.</summary>
    public required CommandStatus Status { get; init; }

    public string? Error { get; init; }

    public required DateTimeOffset EndedAt { get; init; }
}

/// <summary>A worker's figures, which are kept in memory only.</summary>
internal sealed record WorkerHealth
{
    public double? CpuPercent { get; init; }

    public long? MemoryBytes { get; init; }

    public long? DiskFreeBytes { get; init; }

    public IReadOnlyList<ServerFigures> Servers { get; set; } = [];
}

/// <summary>A server's figures.</summary>
internal sealed record ServerFigures(string Id, double? CpuPercent, long? MemoryBytes);

/// <summary>Asks for a part of a server's log: the last lines, a range of times, or everything; and what comes then.</summary>
internal sealed record LogRequest
{
    public required string RequestId { get; init; }

    public required string ServerId { get; init; }

    /// <summary>The last so many lines; null for all.</summary>
    public long? Tail { get; init; }

    /// <summary>Lines printed at that time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Lines printed before that time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether to continue with what is printed later, until it is cancelled.</summary>
    public bool Follow { get; init; }
}

/// <summary>A part of a log, in the order of <see cref="Sequence"/> from 0.</summary>
internal sealed record LogChunk
{
    public required string RequestId { get; init; }

    public required long Sequence { get; init; }

    /// <summary>The bytes as printed; at most 64 KiB.</summary>
    public byte[] Bytes { get; set; } = [];

    public bool IsEnd { get; init; }

    /// <summary>Why there is no more; it is the end then.</summary>
    public string? Error { get; init; }
}

/// <summary>
/// Lets a worker send more of a log: it begins with <see cref="First"/> bytes, and each credit adds to that. So a reader that is slow
/// holds up its own log only, neither the link nor the host.
/// </summary>
internal sealed record LogCredit(string RequestId, long Bytes)
{
    /// <summary>What may be sent without a credit.</summary>
    public const long First = 1024 * 1024;
}

/// <summary>Nobody reads that log any more.</summary>
internal sealed record LogCancel(string RequestId);

/// <summary>What the host knows of a server's process from the server SDK, whose connections are the host's.</summary>
/// <param name="ProcessId">The process, as in <see cref="ObservedServer.ProcessId"/>.</param>
/// <param name="IsHealthy">Whether it has called ProcessReady and its health reports are good; false when they are missing, or say that
/// it is not healthy.</param>
/// <param name="HadSession">Whether it was given a game session: then its end is no crash.</param>
/// <param name="Kill">Why the host ends it at once; null if it does not.</param>
internal sealed record SdkHealth(string ProcessId, bool IsHealthy, bool HadSession = false, string? Kill = null);
