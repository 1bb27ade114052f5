namespace FleetBridge.Backends;

/// <summary>
/// Something the user can fix: it becomes a failed response with its message and remedy, without a stack trace. Anything
/// else that an operation throws counts as a bug.
/// </summary>
public sealed class BackendException : Exception
{
    /// <summary>Creates it without words; prefer the constructor that says what to do.</summary>
    public BackendException()
    {
    }

    /// <summary>Creates it with a message only; prefer the constructor that says what to do.</summary>
    /// <param name="message">What went wrong, in one sentence that names the thing.</param>
    public BackendException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with what was caught; prefer the constructor that says what to do.</summary>
    /// <param name="message">What went wrong, in one sentence that names the thing.</param>
    /// <param name="innerException">What was caught.</param>
    public BackendException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates it with the way out.</summary>
    /// <param name="message">What went wrong, in one sentence that names the thing.</param>
    /// <param name="remedy">What the user can do about it.</param>
    /// <param name="innerException">What was caught, for the log file.</param>
    public BackendException(string message, string remedy, Exception? innerException = null)
        : base(message, innerException) => Remedy = remedy;

    /// <summary>What the user can do about it; null when nobody said.</summary>
    public string? Remedy { get; }
}
