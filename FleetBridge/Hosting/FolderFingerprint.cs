namespace FleetBridge.Hosting;

/// <summary>
/// The names, lengths and modification times of a folder's files: two that are alike, taken some time apart, mean that
/// nobody wrote in between.
/// </summary>
internal sealed class FolderFingerprint
{
    private readonly string _folder;
    private readonly FileState[] _files;
    private readonly DateTime _newestWrite;

    private FolderFingerprint(string folder, FileState[] files, DateTime newestWrite) =>
        (_folder, _files, _newestWrite) = (folder, files, newestWrite);

    /// <summary>Whether there is nothing to load: the folder is absent, empty or cannot be read.</summary>
    public bool IsEmpty => _files.Length == 0;

    public static FolderFingerprint Read(string folder)
    {
        try
        {
            var top = new DirectoryInfo(folder);
            var newest = top.LastWriteTimeUtc;
            var files = new List<FileState>();
            foreach (var entry in top.EnumerateFileSystemInfos("*", BackendFolder.Everything))
            {
                // A folder's own time tells of files that were copied into it with their old times.
                newest = entry.LastWriteTimeUtc > newest ? entry.LastWriteTimeUtc : newest;
                if (entry is FileInfo file)
                {
                    files.Add(FileState.Of(file));
                }
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
    /// code even before the file system's notification has arrived, or where there are none.
    /// </summary>
    /// <returns>Whether everything that code is loaded from is still as it was.</returns>
    public bool StillHolds()
    {
        if (IsEmpty)
        {
            return Read(_folder).IsEmpty;
        }

        foreach (var file in _files)
        {
            if (file.IsLoaded && FileState.Of(new FileInfo(file.Path)) != file)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether somebody may still be writing.</summary>
    /// <param name="span">How long nobody must have written.</param>
    /// <param name="now">The present; a time stamp after it comes from another clock and tells nothing.</param>
    /// <returns>True when something was written that lately.</returns>
    public bool WasWrittenWithin(TimeSpan span, DateTime now) => _newestWrite <= now && now - _newestWrite < span;

    private readonly record struct FileState(string Path, long Length, long Time)
    {
        public bool IsLoaded =>
            Path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) || Path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

        public static FileState Of(FileInfo file) => file.Exists
            ? new(file.FullName, file.Length, file.LastWriteTimeUtc.Ticks)
            : new(file.FullName, -1, 0);
    }
}
