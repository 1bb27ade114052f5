using FleetBridge.Backends.Files;
using FleetBridge.Core.Processes;
using FleetBridge.Core.State;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// The copies that builds are loaded from, so that the next build can overwrite the originals, on Windows too. Each
/// process has a folder of its own under the state folder, held by a locked file; a folder whose process is gone is swept.
/// </summary>
internal sealed class ShadowCopies : IDisposable
{
    /// <summary>How folders of ours in the temporary folder begin.</summary>
    public const string TemporaryPrefix = "fleetbridge-copies-";

    private const string LockName = ".lock";

    private readonly string _root;
    private readonly string? _temporary;
    private readonly FileStream _lock;
    private int _created;

    private ShadowCopies(string root, string? temporary, string? problem, FileStream heldLock) =>
        (_root, _temporary, Problem, _lock) = (root, temporary, problem, heldLock);

    /// <summary>Why the copies are in the temporary folder; null when they are in the state folder.</summary>
    public string? Problem { get; }

    /// <summary>Where the copies are.</summary>
    public string Folder => Path.GetDirectoryName(_root)!;

    /// <summary>The file that holds a process's folder.</summary>
    /// <param name="folder">The folder.</param>
    public static string LockOf(string folder) => Path.Combine(folder, LockName);

    /// <summary>Creates this process's folder.</summary>
    /// <param name="stateFolder">The user's state folder; where it cannot be written, the temporary folder is used.</param>
    /// <returns>The copies, none so far.</returns>
    /// <exception cref="UserException">There is no folder that they could go to.</exception>
    public static ShadowCopies Open(string stateFolder)
    {
        string problem;
        try
        {
            return OpenIn(OwnFolder.Claim(Path.Combine(stateFolder, "generations")));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = FileProblem.Describe(exception);
        }

        try
        {
            // with a name that nobody can guess: another user must not put code there
            var temporary = Directory.CreateTempSubdirectory(TemporaryPrefix).FullName;
            return OpenIn(temporary, temporary, problem);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException(
                ExitCode.Usage,
                $"Backends cannot be copied: neither to {stateFolder} ({problem}) nor to {Path.GetTempPath()} ({FileProblem.Describe(exception)}). "
                + $"Make room, or name another folder with {StateFolder.Variable}.");
        }
    }

    /// <summary>Deletes what processes that are gone left behind.</summary>
    /// <param name="clock">The clock.</param>
    public void SweepStale(TimeProvider clock)
    {
        var abandoned = new AbandonedCopies(_root, clock.GetUtcNow().UtcDateTime);
        abandoned.SweepIn(Folder);
        abandoned.SweepTemporary();
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
                OwnFolder.Create(Path.GetDirectoryName(target)!);
                OwnFolder.Copy(source.FullName, target);
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

    private static ShadowCopies OpenIn(string parent, string? temporary = null, string? problem = null)
    {
        var root = OwnFolder.Create(Path.Combine(parent, CopyOwner.NewName()));
        var held = LockFile.TryHold(LockOf(root)) ?? throw new IOException($"{root} is in use by another process.");
        return new ShadowCopies(root, temporary, problem, held);
    }
}
