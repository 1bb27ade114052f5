namespace FleetBridge.Core.Hosting;

/// <summary>
/// The system's notifications about a folder and everything below it. Where there are none left (inotify's limits, some
/// network drives) it is silent, and the check that each request makes has to suffice.
/// </summary>
internal sealed class FolderWatch : IFolderWatch
{
    private readonly FileSystemWatcher? _watcher;
    private readonly string _folder;
    private readonly DateTime _created;
    private volatile bool _sawDeletion;

    /// <summary>Begins to watch.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="changed">Takes the path of what has changed; null when that is not known.</param>
    public FolderWatch(string folder, Action<string?> changed)
    {
        _folder = folder;
        try
        {
            _created = Directory.GetCreationTimeUtc(folder);
            _watcher = new FileSystemWatcher(folder)
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            _watcher.Changed += (_, change) => changed(change.FullPath);
            _watcher.Created += (_, change) => changed(change.FullPath);
            _watcher.Renamed += (_, change) =>
            {
                changed(change.OldFullPath);
                changed(change.FullPath);
            };
            _watcher.Deleted += (_, change) =>
            {
                // An entry of the folder itself may have gone with the folder; the creation time alone does not show that, since
                // it is a few milliseconds coarse.
                _sawDeletion |= Path.GetDirectoryName(change.FullPath) == folder;
                changed(change.FullPath);
            };
            _watcher.Error += (_, _) => changed(null);

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

    public bool IsCurrent => _watcher is not null && !_sawDeletion && Directory.GetCreationTimeUtc(_folder) == _created;

    public void Dispose() => _watcher?.Dispose();
}
