using FleetBridge.Fleet.Servers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Installers;

/// <summary>Installs games of one kind. The worker gives it a new folder, and renames that when it is complete.</summary>
internal interface IInstaller
{
    /// <summary>The kind of <see cref="GameId"/>.</summary>
    string Kind { get; }

    /// <summary>Whether it can work on this machine.</summary>
    /// <param name="reason">Why not, as a sentence.</param>
    bool IsAvailable(out string reason);

    /// <summary>Installs a game.</summary>
    /// <param name="request">What, and where to.</param>
    /// <param name="progress">How far it is.</param>
    /// <param name="logger">The log of this install.</param>
    /// <param name="cancellation">Ends it; what is in the folder then is deleted by the worker.</param>
    /// <returns>What is installed, complete and verified.</returns>
    /// <exception cref="InstallException">It cannot be installed.</exception>
    Task<Installation> InstallAsync(
        InstallRequest request, IProgress<InstallProgress> progress, ILogger logger, CancellationToken cancellation);
}

/// <summary>The installers of a worker.</summary>
internal interface IInstallers
{
    /// <summary>All of them.</summary>
    IReadOnlyList<IInstaller> All { get; }

    /// <summary>The one for a kind; null when there is none.</summary>
    /// <param name="kind">The kind of <see cref="GameId"/>.</param>
    IInstaller? Find(string kind) => All.FirstOrDefault(installer => installer.Kind == kind);
}
