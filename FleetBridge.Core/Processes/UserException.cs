namespace FleetBridge.Core.Processes;

/// <summary>
/// Something the user can fix: a sentence for the terminal, or for whatever else asked, and the exit code of a command that
/// ends with it. Everything else that is thrown is a bug.
/// </summary>
/// <param name="code">The exit code.</param>
/// <param name="message">What happened, to which named thing, and what to do next.</param>
internal sealed class UserException(ExitCode code, string message) : Exception(message)
{
    public ExitCode Code { get; } = code;
}
