namespace FleetBridge.Core.Hosting;

/// <summary>
/// Loads backends in the background without taking the processor from requests: one at a time, and only while no request waits
/// for a backend of its own.
/// </summary>
/// <param name="clock">The clock.</param>
internal sealed class LoadOrder(TimeProvider clock)
{
    /// <summary>How long the loading of backends that nobody may need waits for the first request.</summary>
    private static readonly TimeSpan FirstRequestLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>How long it leaves the processor to the first request.</summary>
    private static readonly TimeSpan FirstRequestTime = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the next backend waits for one whose loading takes long, such as one whose constructor hangs.</summary>
    private static readonly TimeSpan TurnLimit = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _requested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A request has come.</summary>
    public void Requested()
    {
        if (!_requested.Task.IsCompleted)
        {
            _requested.TrySetResult();
        }
    }

    /// <summary>Waits until the first request has had its time, or does not come.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task AfterFirstRequestAsync(CancellationToken cancellation)
    {
        try
        {
            await _requested.Task.WaitAsync(FirstRequestLimit, clock, cancellation).ConfigureAwait(false);
            await Task.Delay(FirstRequestTime, clock, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // nobody is there yet
        }
    }

    /// <summary>Loads backends one after the other.</summary>
    /// <param name="backends">The backends.</param>
    /// <param name="others">All installed backends: what is being loaded for a request comes first.</param>
    /// <param name="isEnough">Whether the rest need not be loaded.</param>
    /// <returns>Completes when each has been tried, or it is enough.</returns>
    public async Task LoadAsync(
        IReadOnlyList<InstalledBackend> backends, Func<IEnumerable<InstalledBackend>> others, Func<bool>? isEnough = null)
    {
        var slow = new HashSet<Task>();
        foreach (var backend in backends)
        {
            await TakeTurnAsync(others, slow).ConfigureAwait(false);
            if (isEnough?.Invoke() ?? false)
            {
                return;
            }

            if (backend.Status.State == BackendState.Loading)
            {
                _ = backend.RefreshAsync();
            }
        }

        await TakeTurnAsync(others, slow).ConfigureAwait(false);
        if (!(isEnough?.Invoke() ?? false))
        {
            await Task.WhenAll(backends.Select(backend => backend.Loading)).ConfigureAwait(false);
        }
    }

    private async Task TakeTurnAsync(Func<IEnumerable<InstalledBackend>> others, HashSet<Task> slow)
    {
        var running = others().Select(backend => backend.Loading).Where(load => !load.IsCompleted && !slow.Contains(load)).ToList();
        try
        {
            await Task.WhenAll(running).WaitAsync(TurnLimit, clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            slow.UnionWith(running);
        }
    }
}
