namespace FleetBridge.Fleet.Running;

/// <summary>A game server that runs, or has run, as long as nobody has said <see cref="Forget"/>.</summary>
internal interface IRunningServer
{
    /// <summary>The server's id.</summary>
    string ServerId { get; }

    /// <summary>The id of this run: each start has a new one.</summary>
    string RunId { get; }

    /// <summary>The id of its main process; null when it is not known.</summary>
    int? Pid { get; }

    /// <summary>When the process was started.</summary>
    DateTimeOffset StartedAt { get; }

    /// <summary>Completes when the server and everything that it has started have ended. Never fails.</summary>
    Task<ServerExit> Exited { get; }

    /// <summary>Writes a line to its standard input.</summary>
    /// <param name="line">The bytes, without the line's end.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RunningServerException">It has ended, or does not read its standard input.</exception>
    Task WriteStdinAsync(ReadOnlyMemory<byte> line, CancellationToken cancellation);

    /// <summary>Sends a signal to its main process.</summary>
    /// <param name="name">The name, such as <c>SIGTERM</c>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RunningServerException">It has ended, or there is no such signal.</exception>
    Task SignalAsync(string name, CancellationToken cancellation);

    /// <summary>Kills it and everything that it has started.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Completes when the kill was sent; <see cref="Exited"/> tells the end.</returns>
    Task KillTreeAsync(CancellationToken cancellation);

    /// <summary>What it uses now.</summary>
    /// <returns>The CPU time since its start and its memory; null when it is not known.</returns>
    ServerUse? Measure();

    /// <summary>The end is known and stored: what the runner has kept of this run, except the log, may go.</summary>
    void Forget();
}

/// <summary>What a server uses.</summary>
/// <param name="CpuTime">The CPU time since its start, of all its processes.</param>
/// <param name="MemoryBytes">Its resident memory.</param>
internal readonly record struct ServerUse(TimeSpan CpuTime, long MemoryBytes);

/// <summary>A server cannot do what it was asked.</summary>
/// <param name="message">Why, as a sentence.</param>
internal sealed class RunningServerException(string message) : Exception(message);
