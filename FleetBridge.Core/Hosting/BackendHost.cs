using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// The installed backends: found in folders, loaded, looked up by name. A name from a request is only ever compared with
/// what is installed; it never becomes a path or a type name.
/// </summary>
internal sealed partial class BackendHost : IAsyncDisposable
{
    /// <summary>How long a request for an unknown name waits for backends that are just being installed.</summary>
    private static readonly TimeSpan InstallLimit = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<string> _roots;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger<BackendHost> _logger;
    private readonly TimeProvider _clock;
    private readonly ShadowCopies _copies;
    private readonly GenerationLoader _loader;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _reported = [];
    private readonly List<InstalledBackend> _replaced = [];
    private volatile IReadOnlyList<InstalledBackend> _installed = [];
    private bool _disposed;

    /// <summary>Prepares a host; nothing is read yet.</summary>
    /// <param name="roots">The folders that hold <c>&lt;name&gt;/&lt;version&gt;/</c>, the most important first.</param>
    /// <param name="stateFolder">Where the copies go that builds are loaded from.</param>
    /// <param name="loggers">For the host's own log.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="goneLimit">How long an old generation may be in memory without a warning; null for 30 s.</param>
    /// <param name="isNative">Tells whether an assembly was compiled ahead of time; null to look into it.</param>
    public BackendHost(
        IReadOnlyList<string> roots,
        string stateFolder,
        ILoggerFactory loggers,
        TimeProvider clock,
        TimeSpan? goneLimit = null,
        Func<string, bool>? isNative = null)
    {
        _roots = [.. roots.Select(root => Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))];
        _loggers = loggers;
        _logger = loggers.CreateLogger<BackendHost>();
        _clock = clock;
        _copies = ShadowCopies.Open(stateFolder);
        Unloader = new GenerationUnloader(
            loggers.CreateLogger<GenerationUnloader>(), clock, goneLimit ?? GenerationUnloader.DefaultGoneLimit);
        _loader = new GenerationLoader(_copies, Unloader, isNative ?? NativeImage.IsIn);
    }

    /// <summary>Every installed backend, ordered by name and version.</summary>
    public IReadOnlyList<BackendStatus> Statuses => [.. _installed.Select(backend => backend.Status)];

    /// <summary>How many backends have a build that serves.</summary>
    public int Serving => _installed.Count(backend => backend.Status.Generation > 0);

    /// <summary>What takes old generations out of memory.</summary>
    internal GenerationUnloader Unloader { get; }

    /// <summary>Finds what is installed and loads it, in the background.</summary>
    /// <returns>Completes when every backend that is there has been tried.</returns>
    public Task LoadAllAsync()
    {
        _copies.SweepStale();
        foreach (var root in Scan())
        {
            LogEmptyRoot(root);
        }

        return Task.WhenAll(_installed.Select(backend => backend.RefreshAsync()));
    }

    /// <summary>Finds an installed backend.</summary>
    /// <param name="name">Its name or an alias.</param>
    /// <param name="version">Its version.</param>
    /// <returns>The backend; null when none is installed by that name and version.</returns>
    public async ValueTask<InstalledBackend?> FindAsync(string name, string version)
    {
        if (FindLoaded(name, version) is { } known)
        {
            return known;
        }

        await RescanAsync().ConfigureAwait(false);
        return FindLoaded(name, version);
    }

    /// <summary>Whether a backend is installed in any version.</summary>
    /// <param name="name">A name or an alias.</param>
    /// <returns>True when there is one.</returns>
    public async ValueTask<bool> IsInstalledAsync(string name)
    {
        if (_installed.Any(backend => backend.Answers(name)))
        {
            return true;
        }

        await RescanAsync().ConfigureAwait(false);
        return _installed.Any(backend => backend.Answers(name));
    }

    public async ValueTask DisposeAsync()
    {
        InstalledBackend[] all;
        lock (_lock)
        {
            _disposed = true;
            all = [.. _installed, .. _replaced];
        }

        await Task.WhenAll(all.Select(backend => backend.DisposeAsync().AsTask())).ConfigureAwait(false);
        await Unloader.DisposeAsync().ConfigureAwait(false);
        _copies.Dispose();
    }

    /// <summary>A backend may have been installed since, and an alias is not known before its backend is loaded.</summary>
    private async Task RescanAsync()
    {
        Scan();
        try
        {
            await Task.WhenAll(_installed
                .Where(backend => backend.Status.State == BackendState.Loading)
                .Select(backend => backend.RefreshAsync())).WaitAsync(InstallLimit, _clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // it cannot be loaded yet, so neither can it be what was asked for
        }
    }

    private InstalledBackend? FindLoaded(string name, string version)
    {
        var candidates = _installed.Where(backend => backend.Version == version);
        return candidates.FirstOrDefault(backend => backend.Name == name)
            ?? candidates.FirstOrDefault(backend => backend.Answers(name));
    }

    /// <returns>The roots in which there is no backend.</returns>
    private IReadOnlyList<string> Scan()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return [];
            }

            var last = _installed;
            var found = BackendFolder.Find(_roots, out var shadowed);
            var present = found
                .Select(folder => last.FirstOrDefault(backend => backend.Status.Path == folder.Path) ?? Install(folder))
                .ToList();

            // One whose folder is gone goes on serving, unless another folder has taken its name.
            var absent = last.Except(present).ToLookup(backend => present.Any(other => other.Title == backend.Title));
            _replaced.AddRange(absent[true]);
            _installed = [.. present, .. absent[false]];
            foreach (var folder in shadowed.Where(folder => _reported.Add(folder.Path)))
            {
                LogShadowed($"{folder.Name}/{folder.Version}", folder.Path);
            }

            return [.. _roots.Where(root => !found.Concat(shadowed).Any(
                folder => Path.GetDirectoryName(Path.GetDirectoryName(folder.Path)) == root))];
        }
    }

    private InstalledBackend Install(BackendFolder folder) =>
        new(folder, _loader, Unloader, _loggers.CreateLogger<InstalledBackend>(), _clock);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There is no backend in {Folder}. A backend's build belongs into "
        + "<name>/<version>/ below it, such as hello/1/.")]
    private partial void LogEmptyRoot(string folder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The backend {Backend} in {Folder} is not used: an earlier folder has "
        + "one by that name and version.")]
    private partial void LogShadowed(string backend, string folder);
}
