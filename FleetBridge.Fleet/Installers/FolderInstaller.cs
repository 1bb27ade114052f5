using FleetBridge.Backends.Files;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Servers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Installers;

/// <summary>
/// Installs a game from a folder of this machine. Files share their blocks with the originals where the file system can do that, and
/// are copied elsewhere. They are never hard links: what a server writes would change the original.
/// </summary>
/// <param name="clock">The clock of progress reports.</param>
internal sealed partial class FolderInstaller(TimeProvider clock) : IInstaller
{
    private const int ReportedOthers = 5;

    public string Kind => GameId.Folder;

    public bool IsAvailable(out string reason)
    {
        reason = "";
        return true;
    }

    public Task<Installation> InstallAsync(
        InstallRequest request, IProgress<InstallProgress> progress, ILogger logger, CancellationToken cancellation) =>
        Task.Run(() => Install(request, progress, logger, cancellation), cancellation);

    private Installation Install(InstallRequest request, IProgress<InstallProgress> progress, ILogger logger, CancellationToken cancellation)
    {
        var source = SourceOf(request);
        var game = Read(source, cancellation);
        if (game.Others.Count > 0)
        {
            LogOthers(logger, source, game.Others.Count, string.Join(", ", game.Others.Take(ReportedOthers).Select(VisibleText.Of)));
        }

        try
        {
            var copy = new FolderCopy(game, request, new ProgressMeter(progress, game.Length, clock));
            copy.Run(cancellation);
            LogInstalled(logger, source, game.Files.Count, DiskSpace.Text(game.Length), copy.IsCloned ? "shared with the original" : "copied");
            return new Installation(Bytes: game.Length);
        }
        catch (IOException exception) when (DiskSpace.IsFull(exception))
        {
            throw DiskSpace.Full(VisibleText.Of($"{request.GameId}"), request.Folder, game.Length, request.FreeSpaceFloorBytes);
        }
        catch (Exception exception) when (DiskSpace.IsReadOnly(exception))
        {
            throw new InstallException(
                "not_writable",
                $"{VisibleText.Of($"{request.GameId}")} cannot be installed: {exception.Message} The worker has to be able to read the game's "
                + $"folder and to write {request.Folder}.",
                isRetryable: false);
        }
        catch (IOException exception)
        {
            throw new InstallException(
                "copy_failed", $"{VisibleText.Of($"{request.GameId}")} cannot be copied: {exception.Message}", isRetryable: true);
        }
    }

    private static string SourceOf(InstallRequest request)
    {
        var source = request.GameId.Identifier;
        if (!Path.IsPathFullyQualified(source))
        {
            throw Missing($"{VisibleText.Of(source)} is no absolute path on this machine. Name a folder of the worker's own machine.");
        }

        source = Path.TrimEndingDirectorySeparator(Path.GetFullPath(source));
        switch (FileStatus.Of(source)?.Kind)
        {
            case null:
                throw Missing($"The folder {VisibleText.Of(source)} does not exist on the worker's machine, or the worker must not read it.");
            case not FileKind.Folder:
                throw Missing($"{VisibleText.Of(source)} is no folder. Name the folder that the game's files are in.");
        }

        return $"{request.Folder}{Path.DirectorySeparatorChar}".StartsWith($"{source}{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            ? throw new InstallException(
                "folder_contains_worker",
                $"{VisibleText.Of(source)} contains the worker's own data: a copy of it would contain itself. Name the game's own folder.",
                isRetryable: false)
            : source;
    }

    private static GameFolder Read(string source, CancellationToken cancellation)
    {
        GameFolder game;
        try
        {
            game = GameFolder.Read(source, [], cancellation);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new InstallException(
                "unreadable", $"The worker must not read the game: {exception.Message} Give its user the right to.", isRetryable: false);
        }
        catch (IOException exception)
        {
            throw new InstallException("unreadable", $"The game cannot be read: {exception.Message}", isRetryable: true);
        }

        return game.Files.Count > 0 ? game : throw Missing($"The folder {VisibleText.Of(source)} has no files in it.");
    }

    private static InstallException Missing(string message) => new("no_game", message, isRetryable: false);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Source} has {Count} pipes, sockets or devices, which are not copied: {Names}")]
    private static partial void LogOthers(ILogger logger, string source, int count, string names);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Source}: {Count} files with {Size} {How}")]
    private static partial void LogInstalled(ILogger logger, string source, int count, string size, string how);
}
