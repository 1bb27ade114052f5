namespace FleetBridge.Fleet.Servers;

/// <summary>How one run of a server has ended. A server keeps its last <see cref="MostKept"/> for whoever asks why it was restarted.</summary>
internal sealed record ServerEnd
{
    /// <summary>How many a server keeps.</summary>
    public const int MostKept = 10;

    /// <summary>When it ended.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Its exit code; null when a signal ended it, and when nobody knows.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The name of the signal that ended it, such as <c>SIGKILL</c>.</summary>
    public string? Signal { get; init; }

    /// <summary>Why it ended: a sentence, without the lines that it printed last.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether somebody asked for it.</summary>
    public bool WasAsked { get; init; }

    /// <summary>The last ends with one more, newest first.</summary>
    public static IReadOnlyList<ServerEnd> Add(IReadOnlyList<ServerEnd> ends, ServerEnd newest) => [newest, .. ends.Take(MostKept - 1)];
}
