namespace FleetBridge.Core.Hosting;

/// <summary>
/// A backend's folder and the generation that serves it at the moment. A changed folder is loaded when it has been unchanged
/// for a moment; a good build takes over, and with a bad one the old generation continues to serve.
/// </summary>
internal sealed class InstalledBackend : IAsyncDisposable
{
    /// <summary>How long a build may take before requests get the old generation.</summary>
    private static readonly TimeSpan BuildLimit = TimeSpan.FromSeconds(5);

    /// <summary>How long the first build may take, when there is no old generation: on a busy machine a script's compiler needs its time.</summary>
    private static readonly TimeSpan FirstBuildLimit = TimeSpan.FromMinutes(1);

    private readonly BackendFolder _folder;
    private readonly BackendReloader _reloader;
    private readonly TimeProvider _clock;

    public InstalledBackend(BackendFolder folder, BackendParts parts)
    {
        (_folder, _clock) = (folder, parts.Clock);
        _reloader = new BackendReloader(folder, parts);
    }

    public string Name => _folder.Name;

    public string Version => _folder.Version;

    /// <inheritdoc cref="BackendFolder.Title"/>
    public string Title => _folder.Title;

    /// <summary>Whether it is one of the program's own.</summary>
    public bool IsBesideProgram => _folder.Path.StartsWith(BackendFolder.BesideProgram + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Completes when the build that is being loaded has been tried; completed when there is none.</summary>
    public Task Loading => _reloader.Loading;

    /// <summary>The state at this moment.</summary>
    public BackendStatus Status
    {
        get
        {
            var (current, problem, isLoading) = _reloader.Read();
            var state = (current, problem, isLoading) switch
            {
                (null, null, _) => BackendState.Loading,
                (null, _, _) => BackendState.Failed,
                (_, not null, _) => BackendState.Outdated,
                (_, _, true) => BackendState.Reloading,
                _ => BackendState.Serving,
            };
            return new BackendStatus(Name, Version, current?.Aliases ?? [], current?.Number ?? 0, _folder.Path, state, problem);
        }
    }

    /// <summary>Whether a request for this name means this backend.</summary>
    /// <param name="name">The first segment of a request.</param>
    /// <returns>True for its name and, once it is loaded, its aliases.</returns>
    public bool IsNamed(string name) => name == Name || (_reloader.Current?.Aliases.Contains(name) ?? false);

    /// <inheritdoc cref="BackendReloader.RefreshAsync"/>
    public Task RefreshAsync() => _reloader.RefreshAsync();

    /// <summary>Takes the newest build for a request.</summary>
    /// <param name="cancellation">Ends the wait for a build that is under way.</param>
    /// <returns>The lease; null when no build of it can serve, and <see cref="Status"/> says why.</returns>
    public ValueTask<BackendLease?> LeaseAsync(CancellationToken cancellation) =>
        !_reloader.IsStale() && _reloader.Current?.TryLease() is { } lease
            ? ValueTask.FromResult<BackendLease?>(lease)
            : LeaseNewestAsync(cancellation);

    /// <inheritdoc cref="BackendReloader.DisposeAsync"/>
    public ValueTask DisposeAsync() => _reloader.DisposeAsync();

    private async ValueTask<BackendLease?> LeaseNewestAsync(CancellationToken cancellation)
    {
        // More than once: a build may have ended while an earlier one was being loaded.
        var started = _clock.GetTimestamp();
        while (_reloader.IsStale()
            && (_reloader.Current is null ? FirstBuildLimit : BuildLimit) - _clock.GetElapsedTime(started) is { Ticks: > 0 } left)
        {
            try
            {
                await _reloader.RefreshAsync().WaitAsync(left, _clock, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // still being built: the old generation serves, if there is one
            }
        }

        while (_reloader.Current is { } current)
        {
            if (current.TryLease() is { } lease)
            {
                return lease;
            }
        }

        return null;
    }
}
