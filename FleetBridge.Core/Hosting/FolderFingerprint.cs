using FleetBridge.Core.State;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// The names, lengths and modification times of a folder's files: two that are alike, taken some time apart, mean that
/// nobody wrote in between.
/// </summary>
internal sealed class FolderFingerprint
{
    private readonly string _folder;
    private readonly FileState[] _files;
    private readonly OwnFile[] _own;
    private readonly DateTime _newestWrite;

    private FolderFingerprint(string folder, FileState[] files, DateTime newestWrite)
    {
        (_folder, _files, _newestWrite) = (folder, files, newestWrite);
        _own = [.. FindOwn(files).Select(file => new OwnFile(new FileInfo(file.Path), file))];
    }

    /// <summary>Whether there is nothing to load: the folder is absent, empty or cannot be read.</summary>
    public bool IsEmpty => _files.Length == 0;

    /// <summary>Looks at a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="elsewhere">Files outside it that belong to it, whether they are there or not.</param>
    /// <returns>What was seen.</returns>
    public static FolderFingerprint Read(string folder, params ReadOnlySpan<string> elsewhere)
    {
        try
        {
            var newest = Directory.GetLastWriteTimeUtc(folder);
            var files = new List<FileState>();
            foreach (var entry in BackendFolder.ListBuild(folder))
            {
                // A folder's own time shows that files were copied into it with their old times.
                newest = entry.LastWriteTimeUtc > newest ? entry.LastWriteTimeUtc : newest;
                if (entry is FileInfo file)
                {
                    files.Add(FileState.Of(file));
                }
            }

            foreach (var path in elsewhere)
            {
                var file = new FileInfo(path);
                newest = file.Exists && file.LastWriteTimeUtc > newest ? file.LastWriteTimeUtc : newest;
                files.Add(FileState.Of(file));
            }

            return new FolderFingerprint(
                folder, [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)], newest);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // a file vanished while we looked: somebody is writing
            return new FolderFingerprint(folder, [], default);
        }
    }

    /// <summary>Whether another look at the same folder saw the same.</summary>
    /// <param name="other">The other look.</param>
    /// <returns>True when no file was added, removed or written.</returns>
    public bool IsLike(FolderFingerprint other) => _files.AsSpan().SequenceEqual(other._files);

    /// <summary>
    /// The look that every request takes, in a few microseconds a file: so the request right after a build sees the new
    /// code even before the file system's notification has arrived, or where there are none. One caller at a time.
    /// </summary>
    /// <returns>Whether everything that a build of the backend writes is still as it was.</returns>
    public bool StillHolds()
    {
        if (IsEmpty)
        {
            return Read(_folder).IsEmpty;
        }

        foreach (var own in _own)
        {
            // the same object each time: a new one would parse its path again
            own.File.Refresh();
            if (FileStamp.Of(own.File) != own.State.Stamp)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether somebody may still be writing.</summary>
    /// <param name="span">How long nobody must have written.</param>
    /// <param name="now">The present; a time stamp after it comes from another clock and means nothing.</param>
    /// <returns>True when something was written that lately.</returns>
    public bool WasWrittenWithin(TimeSpan span, DateTime now) => _newestWrite <= now && now - _newestWrite < span;

    /// <summary>
    /// The metadata, and the assemblies that were built here: those with their debug information beside them. A package's
    /// have none, and with another version of a package the backend itself is compiled again. Without any debug information
    /// all assemblies count.
    /// </summary>
    private static IEnumerable<FileState> FindOwn(FileState[] files)
    {
        var debugInformation = files
            .Where(file => file.HasExtension(".pdb"))
            .Select(file => Path.ChangeExtension(file.Path, ".dll"))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return files.Where(file => Path.GetFileName(file.Path) == BackendFolder.MetadataFile
            || file.HasExtension(".csx")
            || !file.Stamp.Exists
            || (file.HasExtension(".dll") && (debugInformation.Count == 0 || debugInformation.Contains(file.Path))));
    }

    private sealed record OwnFile(FileInfo File, FileState State);

    /// <summary>A class: the framework's generic methods over a value type of ours are compiled at every start.</summary>
    private sealed record FileState(string Path, FileStamp Stamp)
    {
        public bool HasExtension(string extension) => Path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

        public static FileState Of(FileInfo file) => new(file.FullName, FileStamp.Of(file));
    }
}
