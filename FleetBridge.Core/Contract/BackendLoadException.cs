namespace FleetBridge.Core.Contract;

/// <summary>
/// A build of a backend that cannot serve, and why. Holds text only: an exception of the backend's own type would keep
/// its code in memory.
/// </summary>
internal sealed class BackendLoadException(string message, string? trace = null) : Exception(message)
{
    /// <summary>The stack trace of what the backend threw, for the log file.</summary>
    public string? Trace { get; } = trace;

    /// <summary>Whether it has nothing to do with the build and may work later: the disk was full, or too many files were open.</summary>
    public bool MayPass { get; init; }
}
