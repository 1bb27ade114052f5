using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Running;

/// <summary>A way to run game servers on this machine: as processes with a keeper, or in containers. What it starts outlives this
/// process, and is found again by <see cref="AdoptAsync"/>.</summary>
internal interface IServerRunner
{
    /// <summary>Whether a server of this game is started by this runner.</summary>
    /// <param name="game">The game.</param>
    bool Runs(GameId game);

    /// <summary>Starts a server.</summary>
    /// <param name="request">What is started.</param>
    /// <param name="cancellation">Ends the start; nothing is left running then.</param>
    /// <returns>The server, whose process is there.</returns>
    /// <exception cref="StartException">It cannot be started.</exception>
    Task<IRunningServer> StartAsync(StartRequest request, CancellationToken cancellation);

    /// <summary>Finds what an earlier process of ours has started: what still runs, and what has ended since and was not forgotten.</summary>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>The servers; one that has ended has a completed <see cref="IRunningServer.Exited"/>.</returns>
    Task<IReadOnlyList<IRunningServer>> AdoptAsync(CancellationToken cancellation);

    /// <summary>Reads a server's log, also of earlier runs and while none runs.</summary>
    /// <param name="serverFolder">The server's folder, as in <see cref="StartRequest.ServerFolder"/>.</param>
    /// <param name="serverId">The server.</param>
    /// <param name="range">The part.</param>
    /// <param name="write">Takes the bytes as they were printed; a slow one delays nobody but itself.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>Completes at the end of the range; never for a range that follows.</returns>
    Task ReadLogAsync(
        string serverFolder, string serverId, LogRange range, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation);

    /// <summary>Removes what is kept of a server outside its folder. The server has ended, and is deleted.</summary>
    /// <param name="serverFolder">The server's folder.</param>
    /// <param name="serverId">The server.</param>
    /// <param name="cancellation">Ends it.</param>
    Task RemoveAsync(string serverFolder, string serverId, CancellationToken cancellation) => Task.CompletedTask;
}
