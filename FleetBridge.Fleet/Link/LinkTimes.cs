namespace FleetBridge.Fleet.Link;

/// <summary>The times of a link.</summary>
internal sealed record LinkTimes
{
    /// <summary>A side that has read nothing for this long sends a ping, which the other side responds to at once.</summary>
    public TimeSpan Ping { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A side that has read nothing for this long takes the connection for lost. A write alone may take a quarter of an hour to fail.</summary>
    public TimeSpan Dead { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an acknowledgement may wait for a message that it can go with.</summary>
    public TimeSpan Acknowledge { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest first wait before the client connects again; each later one may be twice as long.</summary>
    public TimeSpan ShortestWait { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait of all.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A connection that has lasted this long begins the waits from the start.</summary>
    public TimeSpan Healthy { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one attempt to connect may take.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the other side may take to close a connection that this side closes.</summary>
    public TimeSpan Close { get; init; } = TimeSpan.FromSeconds(2);
}
