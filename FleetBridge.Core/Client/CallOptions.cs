namespace FleetBridge.Core.Client;

/// <summary>How a request's work shall look on this terminal; a bridge elsewhere has a log of its own.</summary>
internal sealed record CallOptions
{
    public static readonly CallOptions Default = new();

    /// <summary>The name under which the operation logs; null for the backend's. Several at once are told apart by it.
    /// </summary>
    public string? LogName { get; init; }

    /// <summary>Whether an answer other than True is no error here.</summary>
    public bool FailureIsExpected { get; init; }

    /// <summary>Whether progress may be a bar; it is one where the terminal can show it.</summary>
    public bool Bars { get; init; }
}
