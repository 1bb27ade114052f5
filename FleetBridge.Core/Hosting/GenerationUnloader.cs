using System.Runtime.CompilerServices;
using FleetBridge.Core.Text;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// Takes a generation out of service: waits for its last request, disposes it, unloads it, checks that it has left memory, and
/// deletes its copy.
/// </summary>
/// <param name="threads">The threads that wait for the garbage collector.</param>
/// <param name="logger">Where it reports what stays in memory.</param>
/// <param name="clock">The clock.</param>
/// <param name="goneLimit">How long after its unloading a generation may be in memory without a warning.</param>
internal sealed partial class GenerationUnloader(
    DedicatedThreads threads, ILogger<GenerationUnloader> logger, TimeProvider clock, TimeSpan goneLimit) : IAsyncDisposable
{
    public static TimeSpan DefaultGoneLimit => TimeSpan.FromSeconds(30);

    private static readonly TimeSpan DisposeLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long requests have when the bridge stops; those that are still running then had their time before.</summary>
    private static readonly TimeSpan LastRequestsLimit = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly RetiredContexts _retired = new();
    private readonly List<Task> _ending = [];
    private readonly List<Task> _confirming = [];
    private readonly CancellationTokenSource _abandon = new();

    /// <inheritdoc cref="RetiredContexts.Count"/>
    public int InMemory => _retired.Count;

    /// <summary>
    /// How many contexts are in memory that serve no new requests: retired ones, whether their last request has ended or
    /// not, and those of builds that could not be loaded. Collects first.
    /// </summary>
    /// <returns>0 when everything that was taken out of service has been unloaded.</returns>
    public int CountAlive() => _retired.CountAfterCollection();

    /// <summary>Retires a generation; what follows happens in the background.</summary>
    /// <param name="backend">Its backend, for the log.</param>
    /// <param name="generation">The generation; it gives no more leases.</param>
    /// <returns>Completes when it is disposed and its unloading has begun.</returns>
    public Task RetireAsync(string backend, BackendGeneration generation)
    {
        generation.Retire();
        if (generation.IsPinned)
        {
            _retired.AddPinned();
        }
        else
        {
            _retired.Add(generation.Context);
        }

        return Begin(_ending, () => EndAsync($"{backend} generation {generation.Number}", generation));
    }

    /// <summary>Unloads a build that could not be loaded completely, and deletes its copy when it has left memory.</summary>
    /// <param name="backend">Its backend, for the log.</param>
    /// <param name="context">Its load context; null when there is none yet.</param>
    /// <param name="copy">The copy that it was loaded from.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Discard(string backend, BackendLoadContext? context, string copy)
    {
        if (context is { IsCollectible: false })
        {
            _retired.AddPinned();
            LogPinned($"{backend}'s build that could not be loaded");
            return;
        }

        var weak = new WeakReference(context, trackResurrection: true);
        _retired.Add(weak);
        context?.Unload();
        _ = Begin(_confirming, () => ConfirmGoneAsync($"{backend}'s build that could not be loaded", copy, weak));
    }

    /// <summary>Waits until all that was retired has ended, except for requests that do not end.</summary>
    /// <returns>Completes then; what is still in memory then is no longer watched.</returns>
    public async ValueTask DisposeAsync()
    {
        var ending = All(_ending);
        try
        {
            await ending.WaitAsync(LastRequestsLimit, clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // a request that does not end, or a backend that takes its time in DisposeAsync: only the first is abandoned
        }

        await _abandon.CancelAsync().ConfigureAwait(false);
        await ending.ConfigureAwait(false);
        await All(_confirming).ConfigureAwait(false);
    }

    private Task All(List<Task> tasks)
    {
        lock (_lock)
        {
            return Task.WhenAll(tasks);
        }
    }

    private Task Begin(List<Task> tasks, Func<Task> work)
    {
        var task = threads.RunDetachedAsync(work);
        lock (_lock)
        {
            tasks.RemoveAll(other => other.IsCompleted);
            tasks.Add(task);
        }

        return task;
    }

    private async Task EndAsync(string build, BackendGeneration generation)
    {
        try
        {
            await generation.Drained.WaitAsync(_abandon.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            LogAbandoned(build);
            return;
        }

        await DisposeBackendAsync(build, generation).ConfigureAwait(false);
        generation.Unload();
        if (generation.IsPinned)
        {
            LogPinned(build);
            return;
        }

        var (copy, context) = (generation.Copy, generation.Context);
        _ = Begin(_confirming, () => ConfirmGoneAsync(build, copy, context));
    }

    private async Task DisposeBackendAsync(string build, BackendGeneration generation)
    {
        try
        {
            await generation.Threads.RunAsync(generation.DisposeBackendAsync).WaitAsync(DisposeLimit, clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LogDisposeSlow(build, DisposeLimit.TotalSeconds);
        }
        catch (Exception exception)
        {
            LogDisposeFailed(build, ExceptionText.Brief(exception));
        }
    }

    private async Task ConfirmGoneAsync(string build, string copy, WeakReference context)
    {
        var started = clock.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            if (!context.IsAlive)
            {
                // Once for each rebuild, and in the background: it returns the memory of the old build's objects to the system.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                ShadowCopies.TryDelete(copy);
                LogUnloaded(build);
                return;
            }

            var left = goneLimit - clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                LogStillAlive(build, goneLimit.TotalSeconds);
                return;
            }

            // less and less often: collecting costs, and nobody waits for it
            await Task.Delay(pause < left ? pause : left, clock, _abandon.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (_abandon.IsCancellationRequested)
            {
                return;
            }

            pause *= 2;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Build} was unloaded.")]
    private partial void LogUnloaded(string build);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Build} stays in memory until the bridge stops, because it was compiled ahead "
        + "of time.")]
    private partial void LogPinned(string build);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Build} is still in memory {Seconds} s after its last request. "
        + "Something that it started is still running (a timer, a thread, a static event handler). Stop it in the backend's "
        + "DisposeAsync.")]
    private partial void LogStillAlive(string build, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The DisposeAsync of {Build} did not end within {Seconds} s; unloading it "
        + "anyway.")]
    private partial void LogDisposeSlow(string build, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The DisposeAsync of {Build} failed: {Error}")]
    private partial void LogDisposeFailed(string build, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Build} is still running a request that does not end; the bridge stops "
        + "without waiting for it.")]
    private partial void LogAbandoned(string build);
}
