namespace FleetBridge.Fleet.Link;

/// <summary>What a client connects to, and how.</summary>
internal sealed record LinkOptions
{
    /// <summary>The server: <c>ws://</c> or <c>wss://</c>, host, port and path.</summary>
    public required Uri Uri { get; init; }

    /// <summary>Headers of the upgrade, such as the client's credentials.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The SHA-256 of the only certificate that is trusted, in hexadecimal; null for those that this machine trusts.</summary>
    public string? PinnedFingerprint { get; init; }

    /// <summary>How long the first connection is tried for; null for no limit. After it, the client keeps trying.</summary>
    public TimeSpan? FirstConnectLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Which types of control messages that were not acknowledged are sent in a new session too, before anything else; null for
    /// all. They may have been handled in the last one.</summary>
    public Func<int, bool>? Survives { get; init; }

    /// <summary>How much is kept for the server.</summary>
    public LinkBounds Bounds { get; init; } = new();

    /// <summary>The times.</summary>
    public LinkTimes Times { get; init; } = new();
}
