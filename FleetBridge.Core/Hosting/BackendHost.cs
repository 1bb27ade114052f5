using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// The installed backends: found in folders, loaded, looked up by name. A name from a request is only ever compared with
/// what is installed; it never becomes a path or a type name.
/// </summary>
internal sealed partial class BackendHost : IAsyncDisposable
{
    /// <summary>How long a request for an unknown name waits for backends that are being loaded: it may be an alias of one.</summary>
    private static readonly TimeSpan InstallLimit = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<string> _roots;
    private readonly ILogger<BackendHost> _logger;
    private readonly ShadowCopies _copies;
    private readonly BackendParts _parts;
    private readonly LoadOrder _order;
    private readonly CancellationTokenSource _ending = new();
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
    /// <param name="isNative">Whether an assembly was compiled ahead of time; null to look into it.</param>
    /// <param name="watch">Begins to watch a folder; null for the system's notifications.</param>
    public BackendHost(
        IReadOnlyList<string> roots,
        string stateFolder,
        ILoggerFactory loggers,
        TimeProvider clock,
        TimeSpan? goneLimit = null,
        Func<string, bool>? isNative = null,
        Func<string, Action<string?>, IFolderWatch>? watch = null)
    {
        _roots = [.. roots.Select(root => Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))];
        _logger = loggers.CreateLogger<BackendHost>();
        _copies = ShadowCopies.Open(stateFolder);
        if (_copies.Problem is { } problem)
        {
            LogStateFolder(stateFolder, problem);
        }

        _order = new LoadOrder(clock);
        var threads = new DedicatedThreads("loader", _logger);
        Unloader = new GenerationUnloader(
            threads, loggers.CreateLogger<GenerationUnloader>(), clock, goneLimit ?? GenerationUnloader.DefaultGoneLimit);
        _parts = new BackendParts(
            new GenerationLoader(_copies, Unloader, isNative ?? NativeImage.IsIn, clock),
            Unloader,
            threads,
            new FolderWatches(watch ?? ((folder, changed) => new FolderWatch(folder, changed))),
            loggers,
            clock);
    }

    /// <summary>Every installed backend, ordered by name and version.</summary>
    public IReadOnlyList<BackendStatus> Statuses => [.. _installed.Select(backend => backend.Status)];

    /// <summary>How many backends have a build that serves.</summary>
    public int Serving => _installed.Count(backend => backend.Status.Generation > 0);

    /// <summary>What unloads old generations.</summary>
    internal GenerationUnloader Unloader { get; }

    /// <summary>Finds what is installed and loads it.</summary>
    /// <returns>Completes when every backend that is there has been tried.</returns>
    public Task LoadAllAsync()
    {
        FindInstalled();
        return LoadAsync(InLoadOrder);
    }

    /// <summary>
    /// Finds what is installed and loads it beside requests, whose own backends come first: the backends beside the program at
    /// once, since the first request is probably for one of them, and the others after that request.
    /// </summary>
    /// <returns>Completes when every backend that is there has been tried, or the host is disposed.</returns>
    public async Task LoadInBackgroundAsync()
    {
        FindInstalled();
        try
        {
            await LoadAsync(InLoadOrder.Where(backend => backend.IsBesideProgram)).ConfigureAwait(false);
            if (_installed.Any(backend => backend.Status.State == BackendState.Loading))
            {
                await _order.AfterFirstRequestAsync(_ending.Token).ConfigureAwait(false);
                await LoadAsync(InLoadOrder).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // the bridge stops
        }
    }

    /// <summary>Finds an installed backend.</summary>
    /// <param name="name">Its name or an alias.</param>
    /// <param name="version">Its version.</param>
    /// <returns>The backend; null when none is installed by that name and version.</returns>
    public ValueTask<InstalledBackend?> FindAsync(string name, string version)
    {
        _order.Requested();
        return FindLoaded(name, version) is { } found
            ? ValueTask.FromResult<InstalledBackend?>(found)
            : new ValueTask<InstalledBackend?>(RescanAsync(name, version));
    }

    /// <summary>Whether a backend is installed in any version.</summary>
    /// <param name="name">A name or an alias.</param>
    /// <returns>True when there is one.</returns>
    public async ValueTask<bool> IsInstalledAsync(string name)
    {
        return (Find() ?? await RescanAsync(Find).ConfigureAwait(false)) is not null;

        InstalledBackend? Find() => _installed.FirstOrDefault(backend => backend.IsNamed(name));
    }

    public async ValueTask DisposeAsync()
    {
        InstalledBackend[] all;
        lock (_lock)
        {
            _disposed = true;
            all = [.. _installed, .. _replaced];
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(all.Select(backend => backend.DisposeAsync().AsTask())).ConfigureAwait(false);
        _parts.Watches.Dispose();
        await Unloader.DisposeAsync().ConfigureAwait(false);
        _copies.Dispose();
    }

    /// <summary>The program's own first: the editor asks for one of them, by an alias, which is not known before it is loaded.</summary>
    private IReadOnlyList<InstalledBackend> InLoadOrder => [.. _installed.OrderByDescending(backend => backend.IsBesideProgram)];

    private Task LoadAsync(IEnumerable<InstalledBackend> backends, Func<bool>? isEnough = null) =>
        _order.LoadAsync([.. backends], () => _installed, isEnough);

    private void FindInstalled()
    {
        _copies.SweepStale(_parts.Clock);
        foreach (var root in Scan())
        {
            LogEmptyRoot(root);
        }
    }

    private Task<InstalledBackend?> RescanAsync(string name, string version) => RescanAsync(() => FindLoaded(name, version));

    /// <summary>A backend may have been installed since, and an alias is not known before its backend is loaded.</summary>
    private async Task<InstalledBackend?> RescanAsync(Func<InstalledBackend?> find)
    {
        Scan();
        if (find() is { } installed)
        {
            return installed;
        }

        try
        {
            await LoadAsync(InLoadOrder, () => find() is not null).WaitAsync(InstallLimit, _parts.Clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // what cannot be loaded yet cannot be what was asked for either
        }

        return find();
    }

    private InstalledBackend? FindLoaded(string name, string version)
    {
        InstalledBackend? alias = null;
        foreach (var backend in _installed)
        {
            if (backend.Version != version)
            {
                continue;
            }

            if (backend.Name == name)
            {
                return backend;
            }

            alias ??= backend.IsNamed(name) ? backend : null;
        }

        return alias;
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
                .Select(folder => last.FirstOrDefault(backend => backend.Status.Path == folder.Path) ?? new InstalledBackend(folder, _parts))
                .ToList();

            // One whose folder is gone continues to serve, unless another folder has taken its name.
            var replaced = last.Except(present).Where(backend => present.Exists(other => other.Title == backend.Title)).ToList();
            _replaced.AddRange(replaced);
            _installed = [.. present, .. last.Except(present).Except(replaced)];
            foreach (var folder in shadowed.Where(folder => _reported.Add(folder.Path)))
            {
                LogShadowed(folder.Title, folder.Path);
            }

            return [.. _roots.Where(root => !found.Concat(shadowed).Any(
                folder => Path.GetDirectoryName(Path.GetDirectoryName(folder.Path)) == root))];
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The state folder {Folder} cannot be written: {Problem}. Backends are copied to the "
        + "temporary folder, and other FleetBridge processes are not noticed. Fix that, or name another folder with FLEETBRIDGE_STATE.")]
    private partial void LogStateFolder(string folder, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There is no backend in {Folder}. Build one into <name>/<version>/ below it, "
        + "such as hello/1/.")]
    private partial void LogEmptyRoot(string folder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The backend {Backend} in {Folder} is not used: a folder searched earlier has "
        + "the same name and version.")]
    private partial void LogShadowed(string backend, string folder);
}
