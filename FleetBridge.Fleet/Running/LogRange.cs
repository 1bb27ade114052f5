namespace FleetBridge.Fleet.Running;

/// <summary>A part of a server's log.</summary>
internal sealed record LogRange
{
    /// <summary>The last so many lines; null for all.</summary>
    public long? Tail { get; init; }

    /// <summary>What was printed at that time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>What was printed before that time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether to continue with what is printed later.</summary>
    public bool Follow { get; init; }
}
