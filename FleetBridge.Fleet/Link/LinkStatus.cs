namespace FleetBridge.Fleet.Link;

/// <summary>What can be seen of a link at a moment.</summary>
internal sealed record LinkStatus
{
    /// <summary>Whether it is connected.</summary>
    public bool IsConnected => ConnectedSince is not null;

    /// <summary>Since when it is connected; null when it is not.</summary>
    public DateTimeOffset? ConnectedSince { get; init; }

    /// <summary>The session; null before the first.</summary>
    public string? Epoch { get; init; }

    /// <summary>How often the client has tried to connect since it was last connected.</summary>
    public int Attempts { get; init; }

    /// <summary>When the client tries again; null when it does not wait.</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>How the last connection, or the last attempt, ended.</summary>
    public string? LastEnd { get; init; }

    /// <summary>Messages that the other side has not acknowledged.</summary>
    public long Unacknowledged { get; init; }

    /// <summary>How long the oldest of them waits.</summary>
    public TimeSpan OldestAge { get; init; }

    /// <summary>How long nothing has come over the present connection.</summary>
    public TimeSpan Silence { get; init; }

    /// <summary>The number of the last message in this session.</summary>
    public long Numbered { get; init; }

    /// <summary>The number of the last message that was received in this session.</summary>
    public long Received { get; init; }

    /// <summary>Telemetry that made room for newer, in all sessions.</summary>
    public long Dropped { get; init; }

    /// <summary>Messages that came twice and were handled once, in all sessions.</summary>
    public long Duplicates { get; init; }

    /// <summary>Telemetry of the other side that never came, in all sessions.</summary>
    public long Missed { get; init; }
}
