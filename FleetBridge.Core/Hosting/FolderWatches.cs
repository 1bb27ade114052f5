namespace FleetBridge.Core.Hosting;

/// <summary>
/// Reports changes to the backends that they concern, with one watch for each root: every watch costs a thread on some
/// systems. Only a backend that is a link has its own, since links are not followed below a watched folder.
/// </summary>
/// <param name="open">Begins to watch a folder; takes what to call with the path of each change, null when it is not known.</param>
internal sealed class FolderWatches(Func<string, Action<string?>, IFolderWatch> open) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Action> _callbacks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IFolderWatch> _watches = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <summary>Has a backend's changes reported from now on. To be called again from time to time: what was watched may have
    /// been deleted and created again.</summary>
    /// <param name="folder">The backend's folder.</param>
    /// <param name="changed">Called after each change; it must return at once.</param>
    public void Watch(string folder, Action changed)
    {
        var watched = WatchedFolderOf(folder);
        IFolderWatch? last;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _callbacks[folder] = changed;
            if (_watches.TryGetValue(watched, out last) && last.IsCurrent)
            {
                return;
            }

            _watches[watched] = open(watched, path => Report(watched, path));
        }

        last?.Dispose();
    }

    /// <summary>Reports nothing about a backend any more.</summary>
    /// <param name="folder">The backend's folder.</param>
    public void Forget(string folder)
    {
        lock (_lock)
        {
            _callbacks.Remove(folder);
        }
    }

    public void Dispose()
    {
        List<IFolderWatch> watches;
        lock (_lock)
        {
            _disposed = true;
            watches = [.. _watches.Values];
            _watches.Clear();
            _callbacks.Clear();
        }

        watches.ForEach(watch => watch.Dispose());
    }

    private static string WatchedFolderOf(string folder)
    {
        var name = Path.GetDirectoryName(folder)!;
        return IsLink(folder) || IsLink(name) ? folder : Path.GetDirectoryName(name)!;
    }

    private static bool IsLink(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).LinkTarget is not null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsIn(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal)
        && (path.Length == folder.Length || Path.EndsInDirectorySeparator(folder) || path[folder.Length] == Path.DirectorySeparatorChar);

    /// <summary>A change above a backend's folder (its parent was deleted or renamed) concerns it too.</summary>
    private void Report(string watched, string? path)
    {
        path ??= watched;
        List<Action> concerned;
        lock (_lock)
        {
            concerned = [.. _callbacks.Where(one => IsIn(path, one.Key) || IsIn(one.Key, path)).Select(one => one.Value)];
        }

        concerned.ForEach(changed => changed());
    }
}
