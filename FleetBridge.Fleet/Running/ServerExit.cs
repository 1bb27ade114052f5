namespace FleetBridge.Fleet.Running;

/// <summary>How a server has ended.</summary>
internal sealed record ServerExit
{
    /// <summary>Its exit code; null when a signal ended it, and when nobody knows.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended it, such as <c>SIGKILL</c>.</summary>
    public string? Signal { get; init; }

    /// <summary>Whether the system killed it because memory ran out.</summary>
    public bool IsOutOfMemory { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>What is known beyond exit code and signal: its keeper was gone, the machine was restarted.</summary>
    public string? Note { get; init; }

    /// <summary>Whether it ended with the machine: it is no crash of the server's.</summary>
    public bool IsMachineRestart { get; init; }

    /// <summary>The processes that it had left behind, and that were killed then.</summary>
    public int LeftBehind { get; init; }

    /// <summary>Its last lines, at most <see cref="MostLines"/>, without what cannot be shown.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];

    /// <summary>How many lines are kept.</summary>
    public const int MostLines = 50;
}
