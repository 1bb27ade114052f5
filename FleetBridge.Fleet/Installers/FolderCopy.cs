using System.Buffers;
using FleetBridge.Backends.Files;
using FleetBridge.Core.Text;
using Microsoft.Win32.SafeHandles;

namespace FleetBridge.Fleet.Installers;

/// <summary>The copy of a game's folder, checked against the original at its end.</summary>
/// <param name="game">The original.</param>
/// <param name="request">Where to.</param>
/// <param name="meter">How far it is.</param>
internal sealed class FolderCopy(GameFolder game, InstallRequest request, ProgressMeter meter)
{
    private const int PieceLength = 1024 * 1024;
    private const int BlockLength = 4096;
    private const UnixFileMode Permissions = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private bool _mayClone = true;

    /// <summary>Whether the copy shares its blocks with the original.</summary>
    public bool IsCloned { get; private set; }

    /// <summary>Copies everything, and compares.</summary>
    /// <exception cref="InstallException">There is not enough room, or the original has changed meanwhile.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public void Run(CancellationToken cancellation)
    {
        meter.Begin("copying");
        foreach (var folder in game.Folders)
        {
            Directory.CreateDirectory(Target(folder));
        }

        // the large ones first: whether files can be cloned is known, and room asked for, before anything small is written
        foreach (var file in game.Files.OrderByDescending(file => file.Length))
        {
            cancellation.ThrowIfCancellationRequested();
            Copy(file, cancellation);
        }

        foreach (var (link, target) in game.Links)
        {
            File.CreateSymbolicLink(Target(link), target.Replace('/', Path.DirectorySeparatorChar));
        }

        meter.Begin("verifying");
        Verify(cancellation);
    }

    private string Source(string path) => Path.Combine(game.Root, path);

    private string Target(string path) => Path.Combine(request.Folder, path);

    private void Copy(GameFile file, CancellationToken cancellation)
    {
        using (var source = UserFile.OpenHandle(Source(file.Path), long.MaxValue))
        using (var target = File.OpenHandle(Target(file.Path), FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            if (_mayClone && file.Length > 0)
            {
                _mayClone = IsCloned = Reflink.TryClone(source, target);
                if (!IsCloned)
                {
                    RequireRoom();
                }
            }

            if (IsCloned)
            {
                meter.Add(file.Length);
            }
            else
            {
                CopyBytes(source, target, cancellation);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(target, file.Mode & Permissions);
            }
        }

        File.SetLastWriteTimeUtc(Target(file.Path), file.Written);
    }

    private void CopyBytes(SafeFileHandle source, SafeFileHandle target, CancellationToken cancellation)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            long position = 0;
            for (int read; (read = RandomAccess.Read(source, piece, position)) > 0; position += read)
            {
                cancellation.ThrowIfCancellationRequested();
                RandomAccess.Write(target, piece.AsSpan(0, read), position);
                meter.Add(read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private void RequireRoom()
    {
        var needed = game.Files.Sum(file => (file.Length + BlockLength - 1) / BlockLength * BlockLength);
        if (DiskSpace.FreeAt(request.Folder) is { } free && free - request.FreeSpaceFloorBytes < needed)
        {
            throw DiskSpace.Full(VisibleText.Of($"{request.GameId}"), request.Folder, needed, request.FreeSpaceFloorBytes);
        }
    }

    /// <summary>Every file is there in its length, and the original is still the one that was read first.</summary>
    private void Verify(CancellationToken cancellation)
    {
        foreach (var file in game.Files)
        {
            cancellation.ThrowIfCancellationRequested();
            var (source, target) = (new FileInfo(Source(file.Path)), new FileInfo(Target(file.Path)));
            if (!source.Exists || source.Length != file.Length || source.LastWriteTimeUtc != file.Written)
            {
                throw new InstallException(
                    "source_changed",
                    $"{VisibleText.Of(Source(file.Path))} was changed during the copy. Install again when the game's folder is complete.",
                    isRetryable: true);
            }

            if (!target.Exists || target.Length != file.Length)
            {
                throw new InstallException(
                    "copy_failed",
                    $"{VisibleText.Of(Target(file.Path))} has {(target.Exists ? target.Length : 0)} of {file.Length} bytes after the copy.",
                    isRetryable: true);
            }
        }
    }
}
