using System.Runtime.CompilerServices;
using FleetBridge.Core.Text;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// Takes a generation out of service: waits for its last request, disposes it, unloads it, makes sure that it is really
/// gone, and deletes its copy.
/// </summary>
/// <param name="logger">Where it says what stays.</param>
/// <param name="clock">The clock.</param>
/// <param name="goneLimit">How long after its unloading a generation may be in memory without a warning.</param>
internal sealed partial class GenerationUnloader(ILogger<GenerationUnloader> logger, TimeProvider clock, TimeSpan goneLimit)
    : IAsyncDisposable
{
    public static readonly TimeSpan DefaultGoneLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan DisposeLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long requests have when the bridge ends; those that still run then were given their time before.</summary>
    private static readonly TimeSpan LastRequestsLimit = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<WeakReference> _contexts = [];
    private readonly List<Task> _ending = [];
    private readonly List<Task> _confirming = [];
    private readonly CancellationTokenSource _abandon = new();
    private int _staying;

    /// <summary>How many builds are in memory that serve no new requests, those among them that stay until the end.</summary>
    public int InMemory
    {
        get
        {
            lock (_lock)
            {
                return _staying + _contexts.Count(context => context.IsAlive);
            }
        }
    }

    /// <summary>
    /// How many contexts are in memory that serve no new requests: retired ones, whether their last request has ended or
    /// not, and those of builds that could not be loaded. Collects first.
    /// </summary>
    /// <remarks>The runtime holds a context for as long as anything of it can be reached (an object, a type, a running
    /// method), so one whose weak reference is dead is gone.</remarks>
    /// <returns>0 when everything that was taken out of service is gone.</returns>
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
        if (generation.Stays)
        {
            RememberStaying();
        }
        else
        {
            Remember(generation.Context);
        }

        return Begin(_ending, () => EndAsync($"{backend} generation {generation.Number}", generation));
    }

    /// <summary>Unloads a build that could not be loaded whole, and deletes its copy when it is gone.</summary>
    /// <param name="backend">Its backend, for the log.</param>
    /// <param name="context">Where it was loaded; null when not even that could be made.</param>
    /// <param name="copy">The copy that it was loaded from.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Discard(string backend, BackendLoadContext? context, string copy)
    {
        if (context is { IsCollectible: false })
        {
            RememberStaying();
            LogStays($"{backend}'s build that could not be loaded");
            return;
        }

        var weak = new WeakReference(context, trackResurrection: true);
        Remember(weak);
        context?.Unload();
        _ = Begin(_confirming, () => ConfirmGoneAsync($"{backend}'s build that could not be loaded", copy, weak));
    }

    /// <summary>Waits until all that was retired has ended, except for requests that do not end.</summary>
    /// <returns>Completes then; what is still in memory is not looked after any more.</returns>
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
        // A flowing ExecutionContext could carry the backend's AsyncLocal values into a long-lived task.
        using (ExecutionContext.SuppressFlow())
        {
            var task = Task.Run(work);
            lock (_lock)
            {
                tasks.RemoveAll(other => other.IsCompleted);
                tasks.Add(task);
            }

            return task;
        }
    }

    private void Remember(WeakReference context)
    {
        lock (_lock)
        {
            _contexts.RemoveAll(other => !other.IsAlive);
            _contexts.Add(context);
        }
    }

    private void RememberStaying()
    {
        lock (_lock)
        {
            _staying++;
        }
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
        if (generation.Stays)
        {
            LogStays(build);
            return;
        }

        var (copy, context) = (generation.Copy, generation.Context);
        _ = Begin(_confirming, () => ConfirmGoneAsync(build, copy, context));
    }

    private async Task DisposeBackendAsync(string build, BackendGeneration generation)
    {
        try
        {
            await Task.Run(generation.DisposeBackendAsync).WaitAsync(DisposeLimit, clock).ConfigureAwait(false);
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
                // Once a rebuild, and in the background: what the old build's objects took is the system's again.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                ShadowCopies.TryDelete(copy);
                LogGone(build);
                return;
            }

            var left = goneLimit - clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                LogStillAlive(build, goneLimit.TotalSeconds);
                return;
            }

            // ever more seldom: collecting costs, and nobody waits for it
            await Task.Delay(pause < left ? pause : left, clock, _abandon.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_abandon.IsCancellationRequested)
            {
                return;
            }

            pause *= 2;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Build} is out of memory.")]
    private partial void LogGone(string build);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Build} stays in memory until the bridge ends, since it was compiled ahead "
        + "of time.")]
    private partial void LogStays(string build);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Build} is still in memory {Seconds} s after its last request. "
        + "Something it started still runs (a timer, a thread, a static event handler); end it in the backend's "
        + "DisposeAsync. Nothing waits for it.")]
    private partial void LogStillAlive(string build, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Build} did not end within {Seconds} s in its DisposeAsync; it is "
        + "unloaded all the same.")]
    private partial void LogDisposeSlow(string build, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Build} failed in its DisposeAsync: {Error}")]
    private partial void LogDisposeFailed(string build, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Build} still runs a request that does not end; the bridge ends without "
        + "it.")]
    private partial void LogAbandoned(string build);
}
