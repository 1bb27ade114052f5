namespace FleetBridge.Keeper;

/// <summary>The game server, and everything that it has started.</summary>
internal interface IServerProcess
{
    /// <summary>The id of its main process.</summary>
    int Pid { get; }

    /// <summary>Reads its output to the end.</summary>
    /// <param name="write">Takes each piece.</param>
    void ReadOutput(SpanAction write);

    /// <summary>Waits for the end of the main process.</summary>
    /// <returns>How it ended.</returns>
    ProcessEnd Wait();

    /// <summary>Ends what the main process has left behind.</summary>
    /// <param name="grace">How long that may take before it is killed.</param>
    /// <returns>How many processes there were.</returns>
    int EndRest(TimeSpan grace);

    /// <summary>Writes a line to its standard input.</summary>
    /// <returns>Null, or why it was not written.</returns>
    string? WriteStdin(ReadOnlySpan<byte> line);

    /// <summary>Sends a signal.</summary>
    /// <returns>Null, or why it was not sent.</returns>
    string? Signal(string name);

    /// <summary>Kills all of it.</summary>
    void KillTree();
}

/// <summary>Takes a piece of output.</summary>
internal delegate void SpanAction(ReadOnlySpan<byte> bytes);

/// <summary>How a process has ended.</summary>
/// <param name="Code">Its exit code; null when a signal ended it.</param>
/// <param name="Signal">The signal.</param>
/// <param name="IsOutOfMemory">Whether the system killed it because memory ran out.</param>
internal readonly record struct ProcessEnd(int? Code, string? Signal, bool IsOutOfMemory);

/// <summary>A server cannot be started.</summary>
/// <param name="code">A word for programs.</param>
/// <param name="message">Why, as a sentence.</param>
internal sealed class KeeperStartException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
