using FleetBridge.Core.State;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Installers;
using FleetBridge.Fleet.Servers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Worker;

/// <summary>The installs of a server: each in a folder of its own, which has its name only when it is complete and on the disk.</summary>
/// <param name="serverFolder">The server's folder.</param>
/// <param name="disk">Makes an install outlive a loss of power before it counts.</param>
internal sealed class InstallFolders(string serverFolder, IDiskFlush disk)
{
    private const string Unfinished = ".new";

    private readonly string _installs = Path.Combine(serverFolder, "installs");
    private readonly string _data = Path.Combine(serverFolder, "data");

    /// <summary>The path of an install; a game that runs in place has its own.</summary>
    public string PathOf(string folder) => Path.Combine(_installs, folder);

    /// <summary>Installs a game beside what is there.</summary>
    /// <param name="desired">The server.</param>
    /// <param name="current">The install in use; null for none.</param>
    /// <param name="installers">The installers.</param>
    /// <param name="floor">What has to stay free on the disk.</param>
    /// <param name="progress">How far it is.</param>
    /// <param name="logger">The log of the install.</param>
    /// <param name="cancellation">Ends it; nothing is left of it.</param>
    /// <exception cref="InstallException">It cannot be installed.</exception>
    public async Task<InstallRecord> AddAsync(
        DesiredServer desired,
        InstallRecord? current,
        IInstallers installers,
        long floor,
        IProgress<InstallProgress> progress,
        ILogger logger,
        CancellationToken cancellation)
    {
        if (desired.Configuration.InPlace)
        {
            return InPlace(desired.GameId);
        }

        var installer = installers.Find(desired.GameId.Kind) ?? throw new InstallException(
            "no_installer", $"This worker cannot install {desired.GameId.Kind} games.", isRetryable: false);
        if (!installer.IsAvailable(out var reason))
        {
            throw new InstallException("not_available", reason, isRetryable: true);
        }

        var name = Guid.CreateVersion7().ToString("N");
        var folder = PathOf(name + Unfinished);
        try
        {
            OwnFolder.Claim(folder);
            CheckSpace(floor);
            var installation = await installer.InstallAsync(
                new InstallRequest
                {
                    ServerId = desired.Id,
                    GameId = desired.GameId,
                    Folder = folder,
                    PreviousFolder = current is null ? null : PathOf(current.Folder),
                    DataFolders = desired.Configuration.Data,
                    FreeSpaceFloorBytes = floor,
                },
                progress,
                logger,
                cancellation).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            LinkData(folder, desired.Configuration.Data);
            Place(folder, PathOf(name));
            return new InstallRecord(desired.GameId, name, installation.Version);
        }
        catch (Exception exception)
        {
            DeleteFolder(folder);
            throw exception is IOException or UnauthorizedAccessException
                ? new InstallException("disk", $"The install in {_installs} failed: {exception.Message}", isRetryable: true)
                : exception;
        }
    }

    /// <summary>Deletes every install but those that are in use, and what an ended worker has left half done.</summary>
    public void DeleteOthers(params string?[] used)
    {
        foreach (var folder in Directory.Exists(_installs) ? Directory.GetDirectories(_installs) : [])
        {
            if (!used.Contains(Path.GetFileName(folder)))
            {
                DeleteFolder(folder);
            }
        }
    }

    /// <summary>Folders that live across updates lie beside the installs, and each install has links to them.</summary>
    /// <param name="install">The install.</param>
    /// <param name="folders">The folders, relative to it.</param>
    public void LinkData(string install, IReadOnlyList<string> folders)
    {
        foreach (var relative in folders)
        {
            var link = Path.Combine(install, relative);
            var kept = Path.Combine(_data, relative);
            if (new FileInfo(link).LinkTarget is not null)
            {
                continue;
            }

            OwnFolder.Create(Path.GetDirectoryName(kept)!);
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            if (!Directory.Exists(kept))
            {
                // what the game brings along is where it begins
                if (Directory.Exists(link))
                {
                    Directory.Move(link, kept);
                }
                else
                {
                    Directory.CreateDirectory(kept);
                }
            }
            else if (Directory.Exists(link))
            {
                Directory.Delete(link, recursive: true);
            }

            Directory.CreateSymbolicLink(link, kept);
        }
    }

    private static InstallRecord InPlace(GameId game) => Directory.Exists(game.Identifier)
        ? new InstallRecord(game, Path.GetFullPath(game.Identifier), null)
        : throw new InstallException(
            "no_game", $"The folder {VisibleText.Of(game.Identifier)} does not exist on the worker's machine.", isRetryable: false);

    /// <summary>Gives an install its name. Were the name on the disk before the files, half an install would be one after a loss of power.</summary>
    private void Place(string folder, string place)
    {
        disk.Tree(folder);
        if (Directory.Exists(_data))
        {
            disk.Tree(_data);
        }

        Directory.Move(folder, place);
        try
        {
            disk.Names(_installs);
            disk.Names(serverFolder);
            disk.Names(Path.GetDirectoryName(serverFolder)!);
        }
        catch
        {
            DeleteFolder(place);
            throw;
        }
    }

    private void CheckSpace(long floor)
    {
        var free = new DriveInfo(_installs).AvailableFreeSpace;
        if (free < floor)
        {
            throw new InstallException(
                "disk_full", $"{free / (1024 * 1024)} MiB are free on the disk of {_installs}, and {floor / (1024 * 1024)} MiB have to stay free. Free some.", isRetryable: true);
        }
    }

    private static void DeleteFolder(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // it is tried again with the next install
        }
    }
}
