using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Worker;

/// <summary>What the servers of a worker share.</summary>
/// <param name="Options">The worker's options.</param>
/// <param name="Store">Its store.</param>
/// <param name="Ports">The ports of all.</param>
/// <param name="Runners">The ways to run a server.</param>
/// <param name="Changes">Who is told of changes.</param>
/// <param name="IsFrozen">Whether no new server is taken.</param>
/// <param name="Logger">The log.</param>
/// <param name="Clock">The clock of every wait.</param>
internal sealed record SupervisorSurroundings(
    WorkerCoreOptions Options,
    WorkerStore Store,
    PortBook Ports,
    IReadOnlyList<IServerRunner> Runners,
    ChangeFeed Changes,
    Func<bool> IsFrozen,
    ILogger Logger,
    TimeProvider Clock)
{
    /// <summary>The folder with the servers' folders.</summary>
    public string ServersFolder => Path.Combine(Options.DataFolder, "servers");

    /// <summary>Who runs a game.</summary>
    public IServerRunner RunnerOf(GameId game) => Runners.First(runner => runner.Runs(game));
}
