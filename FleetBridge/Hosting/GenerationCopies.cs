namespace FleetBridge.Hosting;

/// <summary>
/// The copies that builds are loaded from, so that the next build can overwrite the originals, on Windows too. Each
/// process has a folder of its own under the state folder, held by a locked file; a folder whose lock is free belongs to
/// a process that is gone, and is swept.
/// </summary>
internal sealed class GenerationCopies : IDisposable
{
    private const string LockFile = ".lock";

    private readonly string _root;
    private readonly FileStream _lock;
    private string? _temporary;

    private GenerationCopies(string root, FileStream heldLock)
    {
        _root = root;
        _lock = heldLock;
    }

    /// <summary>Makes this process's folder.</summary>
    /// <param name="stateFolder">The user's state folder; where it cannot be written, the temporary folder serves.</param>
    /// <returns>The copies, none so far.</returns>
    public static GenerationCopies Open(string stateFolder)
    {
        try
        {
            return OpenIn(Path.Combine(stateFolder, "generations"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var temporary = Directory.CreateTempSubdirectory("fleetbridge-").FullName;
            var copies = OpenIn(temporary);
            copies._temporary = temporary;
            return copies;
        }
    }

    /// <summary>Deletes what processes that are gone left behind.</summary>
    public void SweepStale()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetDirectoryName(_root)!))
        {
            if (folder != _root && IsAbandoned(folder))
            {
                TryDelete(folder);
            }
        }
    }

    /// <summary>Copies a backend's folder.</summary>
    /// <param name="folder">The backend.</param>
    /// <param name="generation">The generation that will live in the copy.</param>
    /// <returns>The copy's path.</returns>
    public string Take(BackendFolder folder, int generation)
    {
        var copy = Path.Combine(_root, $"{folder.Name}-{folder.Version}-{generation}");
        foreach (var source in Directory.EnumerateFiles(folder.Path, "*", BackendFolder.Everything))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(folder.Path, source));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target, overwrite: true);
        }

        return copy;
    }

    /// <summary>Deletes a copy; one that Windows still holds is left for the next start's sweep.</summary>
    /// <param name="copy">What <see cref="Take"/> returned.</param>
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
        _lock.Dispose();
        TryDelete(_temporary ?? _root);
    }

    private static GenerationCopies OpenIn(string parent)
    {
        var root = Path.Combine(parent, $"{Environment.ProcessId}-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(root);
        return new GenerationCopies(root, OpenLock(root));
    }

    private static FileStream OpenLock(string folder) =>
        new(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static bool IsAbandoned(string folder)
    {
        try
        {
            // A folder that another process is just making has no lock file yet: leave it alone.
            if (!File.Exists(Path.Combine(folder, LockFile)))
            {
                return false;
            }

            OpenLock(folder).Dispose();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
