namespace FleetBridge.Backends;

/// <summary>
/// A deployment target that the bridge can load: derive from this class, keep it public and sealed with a
/// parameterless constructor, and put the built assembly into <c>backends/&lt;name&gt;/&lt;version&gt;/</c>.
/// </summary>
/// <remarks>
/// The folder gives the backend its name and version. The bridge makes one instance a generation, which is a loaded
/// build of the backend, calls it from many threads, and disposes it after its last request. Caches may live in it;
/// state that has to survive a rebuild may not. A timer, a thread or a static event handler left running after
/// <see cref="DisposeAsync"/> keeps the old generation in memory for as long as the bridge runs.
/// </remarks>
public abstract class Backend : IAsyncDisposable
{
    /// <summary>Further names that requests may use for this backend, such as <c>aws_backend</c> for <c>aws</c>.</summary>
    public virtual IReadOnlyList<string> Aliases => [];

    /// <summary>
    /// What the editor shows, where it is built in code; null (the default) when it is in a file
    /// <c>metadata.json</c> beside the assembly.
    /// </summary>
    public virtual BackendMetadata? Metadata => null;

    /// <summary>The parameters that requests may carry. Any other is refused by name.</summary>
    public virtual IReadOnlyList<Setting> Settings => [];

    /// <summary>The things this backend deploys. Read once, right after construction.</summary>
    public abstract IReadOnlyList<Resource> Resources { get; }

    /// <summary>What <c>fleetbridge doctor</c> examines for this backend. Read once, right after construction.</summary>
    public virtual IReadOnlyList<EnvironmentCheck> EnvironmentChecks => [];

    /// <summary>
    /// Ends what the backend started: clients, timers, threads. Called once, when no request is running any more.
    /// </summary>
    /// <returns>A task that completes when all has ended; the bridge waits for it up to 10 seconds.</returns>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
