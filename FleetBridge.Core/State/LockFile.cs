using System.Diagnostics;
using FleetBridge.Backends.Files;

namespace FleetBridge.Core.State;

/// <summary>
/// Files that one process at a time holds open. The system releases them when the process ends, however it ends, so a lock is
/// never left behind.
/// </summary>
internal static class LockFile
{
    /// <summary>EWOULDBLOCK of flock(2) on Linux and on macOS, and ERROR_SHARING_VIOLATION.</summary>
    private static readonly int InUse = OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsMacOS() ? 35 : 11;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Holds a file that others hold for moments only, and waits for them.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="patience">For how long it waits.</param>
    /// <returns>Releases it when disposed.</returns>
    /// <exception cref="IOException">As of <see cref="TryHold"/>, or another process holds it for longer than that.</exception>
    public static FileStream Hold(string path, TimeSpan patience)
    {
        using var never = new ManualResetEventSlim();
        for (var since = Stopwatch.GetTimestamp(); ; never.Wait(Interval))
        {
            if (TryHold(path) is { } held)
            {
                return held;
            }

            if (Stopwatch.GetElapsedTime(since) > patience)
            {
                throw new IOException($"another process holds {path}");
            }
        }
    }

    /// <summary>Holds a file, which is created for this user alone if it does not exist.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="options"><see cref="FileOptions.DeleteOnClose"/> where nobody waits for the file's release.</param>
    /// <returns>Releases it when disposed; null when another process, or another place in this one, holds it.</returns>
    /// <exception cref="IOException">It cannot be created or opened: the disk is full or read-only, no descriptor is left, or something else
    /// stands there.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be created or opened.</exception>
    public static FileStream? TryHold(string path, FileOptions options = FileOptions.None)
    {
        if (FileStatus.Of(path, followLinks: false) is { Kind: not FileKind.File })
        {
            throw new IOException($"{path} is not a regular file.");
        }

        try
        {
            return new FileStream(path, OwnFolder.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, options));
        }
        catch (IOException exception) when (exception.HResult == InUse)
        {
            return null;
        }
    }
}
