using FleetBridge.Fleet.Installers;
using FleetBridge.Fleet.Running;

namespace FleetBridge.Fleet.Worker;

/// <summary>What a worker's core works with.</summary>
internal sealed record WorkerCoreOptions
{
    /// <summary>The worker's own folder, on a local disk. One worker at a time uses it.</summary>
    public required string DataFolder { get; init; }

    /// <summary>What it can install.</summary>
    public required IInstallers Installers { get; init; }

    /// <summary>Makes an install outlive a loss of power.</summary>
    public IDiskFlush Disk { get; init; } = new DiskFlush();

    /// <summary>Further ways to run servers, asked before the one with keepers.</summary>
    public IReadOnlyList<IServerRunner> Runners { get; init; } = [];

    /// <summary>The keeper's program; null for the one beside this program.</summary>
    public string? KeeperProgram { get; init; }

    /// <summary>The ports that servers get which leave the choice to the worker.</summary>
    public (int First, int Last) Ports { get; init; } = (7000, 8000);

    /// <summary>The most that a server's log may take, unless its configuration says otherwise.</summary>
    public long LogCapBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>With less free on the disk, nothing is installed, and output is dropped and counted.</summary>
    public long FreeSpaceFloorBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>The random numbers of jitter, from 0 to below 1.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;
}
