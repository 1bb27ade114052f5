namespace FleetBridge.Core.Hosting;

/// <summary>
/// Waits until nobody writes into a backend's folder: a half-written build is not a build. File times alone do not show it,
/// since copies keep the time of their original.
/// </summary>
internal sealed class QuietFolder
{
    /// <summary>How long a folder has to be unchanged before what is in it counts as a build.</summary>
    public static readonly TimeSpan QuietTime = TimeSpan.FromMilliseconds(75);

    private readonly BackendFolder _folder;
    private readonly BackendSources _sources;
    private readonly FolderWatches _watches;
    private readonly TimeProvider _clock;
    private readonly Action _changed;
    private volatile bool _hasChanged;

    /// <summary>Prepares it; nothing is watched before the first wait.</summary>
    /// <param name="folder">The backend's folder.</param>
    /// <param name="watches">Reports what changes later.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="changed">Called after each change; it must return at once.</param>
    public QuietFolder(BackendFolder folder, FolderWatches watches, TimeProvider clock, Action changed)
    {
        (_folder, _watches, _clock) = (folder, watches, clock);
        _sources = new BackendSources(folder);
        _changed = () =>
        {
            MarkChanged();
            changed();
        };
    }

    /// <summary>Whether something has changed since the last look of <see cref="WaitAsync"/>.</summary>
    public bool HasChanged => _hasChanged;

    /// <summary>Has the next look taken as if something had changed.</summary>
    public void MarkChanged() => _hasChanged = true;

    /// <summary>Remembers which files outside the folder a script was made of.</summary>
    /// <param name="files">Every file that its compilation has read or looked for.</param>
    /// <returns>Whether they were known before.</returns>
    public bool Learn(IEnumerable<string> files) => _sources.Learn(files);

    /// <summary>What is in it now.</summary>
    public FolderFingerprint Read() => _sources.ReadFingerprint();

    /// <summary>Waits until the folder has been unchanged for a moment, however long that takes: each request decides for itself
    /// how long it waits.</summary>
    /// <param name="isFirst">Whether nothing was loaded from it yet: then there is nothing to wait for, unless somebody is just
    /// installing it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What is in it.</returns>
    public async Task<FolderFingerprint> WaitAsync(bool isFirst, CancellationToken cancellation)
    {
        var first = Look();
        if (isFirst && !first.IsEmpty && !first.WasWrittenWithin(QuietTime, _clock.GetUtcNow().UtcDateTime))
        {
            return first;
        }

        while (true)
        {
            await Task.Delay(QuietTime, _clock, cancellation);
            var next = Look();
            if (next.IsLike(first))
            {
                return next;
            }

            first = next;
        }
    }

    /// <summary>Reports no more changes.</summary>
    public void Forget() => _watches.Forget(_folder.Path);

    private FolderFingerprint Look()
    {
        _watches.Watch(_folder.Path, _changed);
        _hasChanged = false;
        return Read();
    }
}
