using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Worker;

/// <summary>One machine's servers: what should run is in its own store, and it works towards that, with or without a host.</summary>
internal sealed class WorkerCore : IAsyncDisposable
{
    /// <summary>Opens the store, and takes over what still runs.</summary>
    /// <exception cref="WorkerException">Another worker uses the folder, or the store cannot be opened.</exception>
    public static Task<WorkerCore> OpenAsync(WorkerCoreOptions options, ILoggerFactory loggers, TimeProvider clock) =>
        throw new NotSupportedException();

    /// <summary>Changes with each start of the machine.</summary>
    public string BootId => throw new NotSupportedException();

    /// <summary>The kinds of games that it can install.</summary>
    public IReadOnlyList<string> CanInstall => throw new NotSupportedException();

    /// <summary>Whether it takes no new servers. Survives a restart.</summary>
    public bool IsFrozen => throw new NotSupportedException();

    /// <summary>All servers, as they are.</summary>
    public IReadOnlyList<ObservedServer> Observed => throw new NotSupportedException();

    /// <summary>A value of this worker that lives in its store, such as its id; null when there is none.</summary>
    public string? ReadValue(string name) => throw new NotSupportedException();

    /// <summary>Stores a value of this worker.</summary>
    public void WriteValue(string name, string? value) => throw new NotSupportedException();

    /// <summary>Everything that should be here: a server beyond these is stopped, and removed.</summary>
    /// <returns>Completes when it is stored; the work towards it goes on.</returns>
    public Task SetDesiredAsync(IReadOnlyList<DesiredServer> all) => throw new NotSupportedException();

    /// <summary>What should be of one server.</summary>
    /// <returns>Completes when it is stored.</returns>
    public Task ChangeDesiredAsync(DesiredServer desired) => throw new NotSupportedException();

    /// <summary>Carries out a command. One with a known id is not carried out again: its outcome is given once more.</summary>
    /// <returns>The outcome.</returns>
    public Task<CommandOutcome> RunAsync(WorkerCommand command, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Each change of a server from now on; a slow reader gets the newest of each server.</summary>
    public IAsyncEnumerable<ObservedServer> Changes(CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>The host knows from the server's SDK how it is.</summary>
    /// <param name="processId">The run, as in <see cref="ObservedServer.ProcessId"/>.</param>
    /// <param name="isHealthy">Whether it is ready and healthy; false when its reports are missing or say so.</param>
    public void TellSdkHealth(string processId, bool isHealthy) => throw new NotSupportedException();

    /// <summary>The figures of now.</summary>
    public WorkerHealth Measure() => throw new NotSupportedException();

    /// <summary>From now on no new servers are taken.</summary>
    public void Freeze() => throw new NotSupportedException();

    /// <summary>The opposite of <see cref="Freeze"/>.</summary>
    public void Thaw() => throw new NotSupportedException();

    /// <summary>Stops all servers by their ladders, and starts none.</summary>
    public Task ShutdownAsync() => throw new NotSupportedException();

    /// <summary>Reads a server's log.</summary>
    /// <exception cref="ServerException">There is no such server.</exception>
    public Task ReadLogAsync(
        string serverId, LogRange range, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation) =>
        throw new NotSupportedException();

    /// <summary>Leaves the servers running.</summary>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}

/// <summary>A worker cannot work.</summary>
/// <param name="message">Why and what to do, as sentences.</param>
/// <param name="inner">Its cause.</param>
internal sealed class WorkerException(string message, Exception? inner = null) : Exception(message, inner);
