namespace FleetBridge.Hosting;

/// <summary>
/// Calls back when something in a folder changes. Where the system has no notifications left (inotify's limits, some
/// network drives) it is silent, and the look that each request takes has to do.
/// </summary>
internal sealed class FolderWatch : IDisposable
{
    private readonly FileSystemWatcher? _watcher;

    public FolderWatch(string folder, Action changed)
    {
        try
        {
            _watcher = new FileSystemWatcher(folder)
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            _watcher.Changed += (_, _) => changed();
            _watcher.Created += (_, _) => changed();
            _watcher.Deleted += (_, _) => changed();
            _watcher.Renamed += (_, _) => changed();
            _watcher.Error += (_, _) => changed();

            using (ExecutionContext.SuppressFlow())
            {
                _watcher.EnableRaisingEvents = true;
            }
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or PlatformNotSupportedException)
        {
            _watcher?.Dispose();
            _watcher = null;
        }
    }

    public void Dispose() => _watcher?.Dispose();
}
