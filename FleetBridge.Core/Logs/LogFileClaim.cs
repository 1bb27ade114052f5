using System.Globalization;
using FleetBridge.Backends.Files;
using FleetBridge.Core.State;

namespace FleetBridge.Core.Logs;

/// <summary>
/// A log file that one bridge writes and no other (two that append to the same file overwrite each other's lines on systems whose files
/// are not locked by being open), and that nobody else has made: a file of the user's is left alone.
/// </summary>
internal sealed class LogFileClaim : IDisposable
{
    private const int MostTried = 20;

    private readonly FileStream _lock;

    private LogFileClaim(string path, FileStream claim, FileStream file, string? evaded) =>
        (Path, _lock, File, Evaded) = (path, claim, file, evaded);

    /// <summary>The file: the one that was asked for, or <c>fleetbridge-2.log</c> and so on while other bridges have it, or files of others
    /// have its name.</summary>
    public string Path { get; }

    /// <summary>The open file, at its end.</summary>
    public FileStream File { get; }

    /// <summary>A file of somebody else's that has the name that was asked for; null when there is none.</summary>
    public string? Evaded { get; }

    /// <summary>Claims a file and opens it.</summary>
    /// <param name="wanted">The file's full path.</param>
    /// <param name="problem">Why it cannot be written.</param>
    /// <returns>The claim; null with a problem.</returns>
    public static LogFileClaim? TryMake(string wanted, out string? problem)
    {
        try
        {
            var folder = System.IO.Path.GetDirectoryName(wanted)
                ?? throw new IOException("it is a folder");
            var isOurFolder = folder == System.IO.Path.GetDirectoryName(BridgeLogOptions.DefaultFile);
            _ = isOurFolder ? OwnFolder.Claim(folder) : OwnFolder.Create(folder);
            problem = null;
            return Make(wanted, isOurFolder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = FileProblem.Describe(exception);
            return null;
        }
    }

    public void Dispose()
    {
        File.Dispose();
        _lock.Dispose();
    }

    private static LogFileClaim Make(string wanted, bool isOurFolder)
    {
        string? evaded = null;
        for (var number = 1; number <= MostTried; number++)
        {
            var path = number == 1
                ? wanted
                : System.IO.Path.ChangeExtension(wanted, null)
                    + string.Create(CultureInfo.InvariantCulture, $"-{number}{System.IO.Path.GetExtension(wanted)}");
            if (LockFile.TryHold(LockOf(path), FileOptions.DeleteOnClose) is not { } claim)
            {
                continue;
            }

            try
            {
                if (TryOpen(path, isOurFolder) is { } file)
                {
                    return new LogFileClaim(path, claim, file, evaded);
                }

                evaded ??= path;
            }
            catch
            {
                claim.Dispose();
                throw;
            }

            claim.Dispose();
        }

        throw new IOException($"it and {MostTried - 1} others beside it are in use or not ours");
    }

    /// <summary>A name that nobody gives to a file of his own.</summary>
    private static string LockOf(string path) =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, $".{System.IO.Path.GetFileName(path)}.fleetbridge-lock");

    /// <summary>Opens a file that is not there yet, is empty, or is ours.</summary>
    /// <returns>The file, at its end; null when it is somebody else's.</returns>
    private static FileStream? TryOpen(string path, bool isOurFolder)
    {
        switch (FileStatus.Of(path, followLinks: false)?.Kind)
        {
            case null:
                return new FileStream(path, OwnFolder.Options(FileMode.CreateNew, FileAccess.Write, FileShare.Read));
            case FileKind.Link:
                return null;
            case FileKind.File:
                break;
            case FileKind.Folder:
                throw new IOException("it is a folder");
            default:
                throw new IOException("it is a pipe or a device, not a file");
        }

        var file = new FileStream(path, OwnFolder.Options(FileMode.Open, FileAccess.ReadWrite, FileShare.Read));
        var isOurs = LogFileMark.IsIn(file.SafeFileHandle, System.IO.Path.GetFileName(path))
            || (isOurFolder && LogFileMark.IsRecordIn(file.SafeFileHandle));
        if (!isOurs && file.Length > 0)
        {
            file.Dispose();
            return null;
        }

        if (isOurs && !OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(file.SafeFileHandle, OwnFolder.PrivateMode);
        }

        file.Seek(0, SeekOrigin.End);
        return file;
    }
}
