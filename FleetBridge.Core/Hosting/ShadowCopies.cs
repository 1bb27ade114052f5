using FleetBridge.Core.State;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// The copies that builds are loaded from, so that the next build can overwrite the originals, on Windows too. Each
/// process has a folder of its own under the state folder, held by a locked file; a folder whose lock is free belongs to
/// a process that is gone, and is swept.
/// </summary>
internal sealed class ShadowCopies : IDisposable
{
    private const string LockName = ".lock";

    private readonly string _root;
    private readonly string? _temporary;
    private readonly FileStream _lock;
    private int _created;

    private ShadowCopies(string root, string? temporary, FileStream heldLock) =>
        (_root, _temporary, _lock) = (root, temporary, heldLock);

    /// <summary>Creates this process's folder.</summary>
    /// <param name="stateFolder">The user's state folder; where it cannot be written, the temporary folder is used.</param>
    /// <returns>The copies, none so far.</returns>
    public static ShadowCopies Open(string stateFolder)
    {
        try
        {
            return OpenIn(Path.Combine(stateFolder, "generations"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // with a name that nobody can guess: another user must not put code there
            var temporary = Directory.CreateTempSubdirectory("fleetbridge-").FullName;
            return OpenIn(temporary, temporary);
        }
    }

    /// <summary>Deletes what processes that are gone left behind.</summary>
    public void SweepStale()
    {
        try
        {
            foreach (var folder in Directory.EnumerateDirectories(Path.GetDirectoryName(_root)!))
            {
                if (folder != _root && IsAbandoned(folder))
                {
                    TryDelete(folder);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // another process sweeps as well, or the folder is gone: there will be a next start
        }
    }

    /// <summary>Copies a backend's folder.</summary>
    /// <param name="folder">The backend.</param>
    /// <param name="generation">The generation that will live in the copy.</param>
    /// <returns>The copy's path: each is a new one, since what was loaded from an earlier attempt at the same generation
    /// may still be in memory, and its file must not change under it.</returns>
    public string Create(BackendFolder folder, int generation)
    {
        var copy = Path.Combine(_root, $"{folder.Name}-{folder.Version}-{generation}-{Interlocked.Increment(ref _created)}");
        try
        {
            foreach (var source in BackendFolder.ListBuild(folder.Path).OfType<FileInfo>())
            {
                var target = Path.Combine(copy, Path.GetRelativePath(folder.Path, source.FullName));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                RegularFile.Copy(source.FullName, target);
            }
        }
        catch
        {
            TryDelete(copy);
            throw;
        }

        return copy;
    }

    /// <summary>Deletes a copy; one that Windows still holds is left for the next start's sweep.</summary>
    /// <param name="copy">What <see cref="Create"/> returned.</param>
    public static void TryDelete(string copy)
    {
        try
        {
            Directory.Delete(copy, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // still mapped by a context that has not gone yet: swept at the next start
        }
    }

    public void Dispose()
    {
        var copies = Copies();
        Array.ForEach(copies, TryDelete);

        // Where Windows still holds a copy (of a pinned build), the lock file remains for the next sweep.
        _lock.Dispose();
        if (!Array.Exists(copies, Directory.Exists))
        {
            TryDelete(_temporary ?? _root);
        }
    }

    private string[] Copies()
    {
        try
        {
            return Directory.GetDirectories(_root);
        }
        catch (DirectoryNotFoundException)
        {
            // disposed before
            return [];
        }
    }

    private static ShadowCopies OpenIn(string parent, string? temporary = null)
    {
        var root = Path.Combine(parent, $"{Environment.ProcessId}-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(root);
        var held = LockFile.TryHold(Path.Combine(root, LockName)) ?? throw new IOException($"{root} is in use by another process.");
        return new ShadowCopies(root, temporary, held);
    }

    private static bool IsAbandoned(string folder)
    {
        try
        {
            // A folder that another process is just creating has no lock file yet: leave it alone.
            var path = Path.Combine(folder, LockName);
            using var held = File.Exists(path) ? LockFile.TryHold(path) : null;
            return held is not null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
