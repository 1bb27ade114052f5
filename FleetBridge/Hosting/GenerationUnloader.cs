using Microsoft.Extensions.Logging;

namespace FleetBridge.Hosting;

/// <summary>
/// Takes a generation out of service: waits for its last request, disposes it, unloads it, makes sure that it is really
/// gone, and deletes its copy.
/// </summary>
internal sealed partial class GenerationUnloader(ILogger<GenerationUnloader> logger, TimeProvider clock)
{
    private static readonly TimeSpan DisposeLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GoneLimit = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<WeakReference> _contexts = [];

    /// <summary>How many unloaded contexts are still in memory. Collects them first.</summary>
    /// <returns>0 when every generation that was taken out of service is gone.</returns>
    public int CountAlive()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        lock (_lock)
        {
            _contexts.RemoveAll(context => !context.IsAlive);
            return _contexts.Count;
        }
    }

    /// <summary>Retires a generation; what follows happens in the background.</summary>
    /// <param name="backend">Its backend, for the log.</param>
    /// <param name="generation">The generation; it gives no leases from now on.</param>
    /// <returns>Completes when it is disposed and its unloading has begun.</returns>
    public Task RetireAsync(string backend, BackendGeneration generation)
    {
        generation.Retire();

        // A flowing ExecutionContext could carry the backend's AsyncLocal values into this long-lived task.
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(() => EndAsync(backend, generation));
        }
    }

    private async Task EndAsync(string backend, BackendGeneration generation)
    {
        await generation.Drained.ConfigureAwait(false);
        await DisposeAsync(backend, generation).ConfigureAwait(false);
        var context = generation.Unload();
        lock (_lock)
        {
            _contexts.RemoveAll(other => !other.IsAlive);
            _contexts.Add(context);
        }

        _ = ConfirmGoneAsync(backend, generation.Number, generation.Copy, context);
    }

    private async Task DisposeAsync(string backend, BackendGeneration generation)
    {
        try
        {
            await Task.Run(generation.DisposeBackendAsync).WaitAsync(DisposeLimit, clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LogDisposeSlow(backend, generation.Number, DisposeLimit.TotalSeconds);
        }
        catch (Exception exception)
        {
            LogDisposeFailed(backend, generation.Number, $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    private async Task ConfirmGoneAsync(string backend, int number, string copy, WeakReference context)
    {
        var started = clock.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(100);
        while (clock.GetElapsedTime(started) < GoneLimit)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            if (!context.IsAlive)
            {
                GenerationCopies.TryDelete(copy);
                LogGone(backend, number);
                return;
            }

            // ever more seldom: collecting costs, and nobody waits for it
            await Task.Delay(pause, clock).ConfigureAwait(false);
            pause *= 2;
        }

        LogStillAlive(backend, number, GoneLimit.TotalSeconds);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Backend} generation {Generation} is out of memory.")]
    private partial void LogGone(string backend, int generation);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Backend} generation {Generation} is still in memory {Seconds} s "
        + "after its last request. Something it started still runs (a timer, a thread, a static event handler); end it in "
        + "the backend's DisposeAsync. Nothing waits for it.")]
    private partial void LogStillAlive(string backend, int generation, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Backend} generation {Generation} did not end within {Seconds} s in "
        + "its DisposeAsync; it is unloaded all the same.")]
    private partial void LogDisposeSlow(string backend, int generation, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Backend} generation {Generation} failed in its DisposeAsync: {Error}")]
    private partial void LogDisposeFailed(string backend, int generation, string error);
}
