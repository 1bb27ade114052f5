namespace FleetBridge.Fleet.Link;

/// <summary>How much a side keeps for the other: what was not sent yet, and what was sent and is not acknowledged.</summary>
internal sealed record LinkBounds
{
    /// <summary>The largest payload of one message.</summary>
    public const int LargestMessage = 4 * 1024 * 1024;

    /// <summary>How many control messages.</summary>
    public int ControlCount { get; init; } = 16_384;

    /// <summary>How many bytes of control messages; one message alone may have more.</summary>
    public long ControlBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How much telemetry.</summary>
    public int TelemetryCount { get; init; } = 4096;

    /// <summary>How many bytes of telemetry.</summary>
    public long TelemetryBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>How much of what has been received may wait for its handler before the connection is not read from.</summary>
    public long ReceivedBytes { get; init; } = 32 * 1024 * 1024;
}
