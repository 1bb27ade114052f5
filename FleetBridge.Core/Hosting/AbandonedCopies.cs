using FleetBridge.Backends.Files;
using FleetBridge.Core.State;

namespace FleetBridge.Core.Hosting;

/// <summary>Finds and deletes the copies of processes that are gone, and nothing that may be in use.</summary>
/// <param name="own">This process's own folder.</param>
/// <param name="now">The present (UTC).</param>
internal sealed class AbandonedCopies(string own, DateTime now)
{
    /// <summary>A process makes its lock right after its folder: a folder of this age that has none was left by a sweep that was killed.</summary>
    private static readonly TimeSpan WithoutLock = TimeSpan.FromHours(1);

    /// <summary>Where locks do nothing, another machine's process cannot be asked whether it runs.</summary>
    private static readonly TimeSpan OfOtherMachine = TimeSpan.FromDays(30);

    /// <summary>Whether locks keep others out here: this process's own lock cannot be taken a second time.</summary>
    private readonly Lazy<bool> _locksWork = new(() => !IsFree(own));

    /// <summary>Deletes the abandoned folders among those in a folder.</summary>
    /// <param name="parent">The folder.</param>
    public void SweepIn(string parent)
    {
        try
        {
            foreach (var folder in Directory.GetDirectories(parent))
            {
                if (folder != own && IsAbandoned(folder))
                {
                    ShadowCopies.TryDelete(folder);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // another process sweeps as well, or the folder is gone: there will be a next start
        }
    }

    /// <summary>Deletes abandoned folders from the temporary folder, where copies go if the state folder cannot be written. Only what
    /// holds nothing but such folders, and is this user's, is taken for one.</summary>
    public void SweepTemporary()
    {
        try
        {
            foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), $"{ShadowCopies.TemporaryPrefix}*"))
            {
                if (FileStatus.Of(folder, followLinks: false) is { Kind: FileKind.Folder } status && status.Owner == CurrentUser.Id)
                {
                    SweepTemporary(folder);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // it cannot be read
        }
    }

    private void SweepTemporary(string folder)
    {
        var entries = Directory.GetFileSystemEntries(folder);
        if (!Array.TrueForAll(entries, entry => CopyOwner.Parse(Path.GetFileName(entry)) is not null && Directory.Exists(entry))
            || (entries.Length == 0 && !IsOlderThan(folder, WithoutLock)))
        {
            return;
        }

        SweepIn(folder);
        if (Directory.GetFileSystemEntries(folder).Length == 0)
        {
            Directory.Delete(folder);
        }
    }

    private bool IsAbandoned(string folder)
    {
        try
        {
            var owner = CopyOwner.Parse(Path.GetFileName(folder));
            if (owner is { IsHere: true } && owner.Process.IsRunning())
            {
                return false;
            }

            if (!File.Exists(ShadowCopies.LockOf(folder)))
            {
                return IsOlderThan(folder, WithoutLock);
            }

            return IsFree(folder) && (owner is not { IsHere: false } || _locksWork.Value || IsOlderThan(folder, OfOtherMachine));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool IsOlderThan(string folder, TimeSpan age) => now - Directory.GetLastWriteTimeUtc(folder) > age;

    private static bool IsFree(string folder)
    {
        using var held = LockFile.TryHold(ShadowCopies.LockOf(folder));
        return held is not null;
    }
}
