namespace FleetBridge.Core.Hosting;

/// <summary>
/// Calls back when something in a folder changes. Where the system has no notifications left (inotify's limits, some
/// network drives) it is silent, and the look that each request takes has to do.
/// </summary>
internal sealed class FolderWatch : IDisposable
{
    private readonly FileSystemWatcher? _watcher;
    private readonly string _folder;
    private readonly DateTime _made;
    private volatile bool _sawDeletion;

    public FolderWatch(string folder, Action changed)
    {
        _folder = folder;
        try
        {
            _made = Directory.GetCreationTimeUtc(folder);
            _watcher = new FileSystemWatcher(folder)
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            _watcher.Changed += (_, _) => changed();
            _watcher.Created += (_, _) => changed();
            _watcher.Deleted += (_, _) =>
            {
                _sawDeletion = true;
                changed();
            };
            _watcher.Renamed += (_, _) => changed();
            _watcher.Error += (_, _) => changed();

            using (ExecutionContext.SuppressFlow())
            {
                _watcher.EnableRaisingEvents = true;
            }
        }
        catch (Exception exception) when (
            exception is IOException or ArgumentException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            _watcher?.Dispose();
            _watcher = null;
        }
    }

    /// <summary>
    /// Whether it watches the folder that stands there now: one that was deleted and made again (a clean build does so)
    /// is another folder, of which the system tells nothing. Its time alone does not show that, being a few milliseconds
    /// coarse; that its files were deleted does.
    /// </summary>
    public bool IsCurrent => _watcher is not null && !_sawDeletion && Directory.GetCreationTimeUtc(_folder) == _made;

    public void Dispose() => _watcher?.Dispose();
}
