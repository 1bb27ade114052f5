using FleetBridge.Gateway.Rights;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>How a process takes part in the mesh.</summary>
internal sealed record MeshOptions
{
    public required MeshAddress Address { get; init; }

    /// <summary>This machine's name.</summary>
    public required string Machine { get; init; }

    /// <summary>The key that ours share; null for none, and then no call of ours says who asks.</summary>
    public MeshKey? Key { get; init; }

    /// <summary>The bearer token that is sent where there is no key; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Others' services that are there: a broker cannot list them.</summary>
    public IReadOnlyList<string> Known { get; init; } = [];

    /// <summary>The topics of others that consumers may listen to.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>The roles that others' methods need.</summary>
    public MeshRights Rights { get; init; } = MeshRights.Default;

    /// <summary>Verifies the tokens of callers; null where this process has no services.</summary>
    public TokenVerifier? Tokens { get; init; }

    /// <summary>Keeps the outcomes of changes over the end of this process; null where nothing does.</summary>
    public OutcomeJournal? Journal { get; init; }

    /// <summary>Two of them without a sign of the broker, and the connection has ended.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many calls of a service run at once.</summary>
    public ushort Prefetch { get; init; } = 64;
}
