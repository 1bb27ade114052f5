using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Model;

/// <summary>A worker as the store knows it. What it reports each second (its health and figures) is not part of it.</summary>
internal sealed record FleetWorker : IRecord
{
    public required string WorkerId { get; init; }

    public required string Name { get; init; }

    public string? Address { get; init; }

    public string? ApiUrl { get; init; }

    public string? Version { get; init; }

    /// <summary>The kinds of <see cref="GameId"/> that it can install.</summary>
    public IReadOnlyList<string> CanInstall { get; set; } = [];

    /// <summary>Why it cannot install the other kinds, as far as it says.</summary>
    public IReadOnlyDictionary<string, string> CannotInstall { get; set; } = new Dictionary<string, string>();

    /// <summary>What the worker says.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>What was asked for and the worker has not said yet; null for nothing.</summary>
    public bool? WantsFrozen { get; init; }

    /// <summary>Whether it was asked to shut down and has not said that it has.</summary>
    public bool WantsShutdown { get; init; }

    /// <summary>Whether it has said that it has shut down.</summary>
    public bool IsShutdown { get; init; }

    public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>The auth token of its servers for the server SDK.</summary>
    public string? SdkToken { get; init; }

    /// <summary>The hash of the secret by which the worker is known; null for one that was registered without.</summary>
    public string? SecretHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public long Number { get; init; }

    /// <summary>Whether it has said once what it can do: the version comes with that.</summary>
    public bool IsGreeted => Version is not null;

    /// <summary>Whether no new server is placed on it.</summary>
    public bool TakesNone => WantsFrozen ?? IsFrozen;

    string IRecord.Key => WorkerId;
}

/// <summary>What should be of a server.</summary>
internal sealed record PlacedServer : IRecord
{
    public required string ServerId { get; init; }

    public required string WorkerId { get; init; }

    public required GameId GameId { get; init; }

    public required ServerConfiguration Configuration { get; init; }

    /// <summary>1 at first, and one more with each change.</summary>
    public long ConfigurationVersion { get; set; } = 1;

    public DesiredState DesiredState { get; init; }

    /// <summary>How it came to be, if <c>fleetbridge local</c> or the editor asked for it; null for any other.</summary>
    public ServerOrigin? Origin { get; init; }

    /// <summary>Whether it is kept only until its worker says that nothing is left of it.</summary>
    public bool IsDeleted { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public long Number { get; init; }

    string IRecord.Key => ServerId;
}

/// <summary>Where a server of <c>fleetbridge local</c> comes from.</summary>
/// <param name="Endpoint">Where it finds its GameLift: a host with other ports cannot take it over.</param>
/// <param name="IsFollowed">Whether it ends with the command that asked for it.</param>
internal sealed record ServerOrigin(string Endpoint, bool IsFollowed);

/// <summary>What is of a server, as its worker said last.</summary>
internal sealed record ServerObservation(string ServerId, ObservedServer Observed, long Number) : IRecord
{
    string IRecord.Key => ServerId;
}

/// <summary>A command, stored before it is sent.</summary>
internal sealed record ServerCommand : IRecord
{
    public required string CommandId { get; init; }

    public required string ServerId { get; init; }

    public required string WorkerId { get; init; }

    public required CommandType Type { get; init; }

    public string? Text { get; init; }

    public required CommandStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset Deadline { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string? Error { get; init; }

    public long Number { get; init; }

    /// <summary>Whether its outcome is still to come.</summary>
    public bool IsOpen => Status is CommandStatus.Pending or CommandStatus.Delivered;

    string IRecord.Key => CommandId;
}

/// <summary>A token with which a worker on another machine may join once. Only its hash is kept.</summary>
internal sealed record JoinToken(string Hash, DateTimeOffset ExpiresAt, long Number) : IRecord
{
    /// <summary>The worker that has used it; null while nobody has.</summary>
    public string? UsedBy { get; init; }

    string IRecord.Key => Hash;
}
