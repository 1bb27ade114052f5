using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// Threads for code that may block: a backend's operations, and the loading of builds. The server's requests run on the
/// thread pool, which a few dozen blocking calls would starve. A thread is created when there is work and none is idle,
/// and ends after some seconds without work.
/// </summary>
internal sealed partial class DedicatedThreads
{
    /// <summary>How many pieces of work may hold a thread at the same time.</summary>
    public const int DefaultLimit = 256;

    private readonly Lock _lock = new();
    private readonly Queue<WorkItem> _starts = new();
    private readonly Queue<WorkItem> _continuations = new();
    private readonly List<DedicatedThread> _idle = [];
    private readonly string _name;
    private readonly ILogger _logger;
    private readonly int _limit;
    private readonly ThreadsContext _context;
    private int _threads;
    private int _running;
    private bool _limitReported;

    /// <summary>Prepares them; there is no thread yet.</summary>
    /// <param name="name">What they are for: a backend's title, for the log and for debuggers.</param>
    /// <param name="logger">Where a reached limit is reported.</param>
    /// <param name="limit">How many pieces of work may hold a thread at the same time.</param>
    public DedicatedThreads(string name, ILogger logger, int limit = DefaultLimit)
    {
        (_name, _logger, _limit) = (name, logger, limit);
        _context = new ThreadsContext(this);
    }

    /// <summary>How many threads there are at this moment.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _threads;
            }
        }
    }

    /// <summary>
    /// Begins work on one of the threads, in the caller's execution context. What the work awaits without
    /// <c>ConfigureAwait(false)</c> continues there too.
    /// </summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="work">The work.</param>
    /// <returns>Its result. The caller continues on the thread pool.</returns>
    public Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var start = new WorkStart<T>(work);
        Add(new WorkItem(static start => ((WorkStart<T>)start!).Run(), start), isStart: true);
        return start.Task;
    }

    /// <inheritdoc cref="RunAsync{T}(Func{Task{T}})"/>
    public Task RunAsync(Func<Task> work) => RunAsync<object?>(async () =>
    {
        await work();
        return null;
    });

    /// <summary>Begins work that lives longer than its caller, whose execution context it does not get: a value in it could keep a
    /// backend's code in memory.</summary>
    /// <param name="work">The work.</param>
    /// <returns>Completes with it.</returns>
    public Task RunDetachedAsync(Func<Task> work)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return RunAsync(work);
        }
    }

    private void Add(WorkItem item, bool isStart)
    {
        DedicatedThread? worker;
        lock (_lock)
        {
            if (isStart && _running >= _limit)
            {
                _starts.Enqueue(item);
                ReportLimit();
                return;
            }

            worker = TakeWorker(isStart);
            if (worker is null)
            {
                _continuations.Enqueue(item);
                return;
            }

            worker.Give(item, isStart);
        }

        worker.Wake();
    }

    /// <summary>Called with the lock held.</summary>
    /// <returns>The worker that was idle last, or else a new one; null when a continuation has to wait. What has begun must be
    /// able to end, also while everything that was started blocks: so continuations may have as many threads again.</returns>
    private DedicatedThread? TakeWorker(bool isStart)
    {
        DedicatedThread worker;
        if (_idle.Count > 0)
        {
            worker = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
        }
        else if (isStart || _threads < 2 * _limit)
        {
            _threads++;
            worker = new DedicatedThread(this, _name, _context);
        }
        else
        {
            return null;
        }

        _running += isStart ? 1 : 0;
        return worker;
    }

    /// <summary>Gives a worker that has finished its item the next one.</summary>
    /// <returns>Whether there is one; if not, the worker is idle now.</returns>
    public bool TryContinue(DedicatedThread worker, bool wasStart)
    {
        lock (_lock)
        {
            _running -= wasStart ? 1 : 0;
            if (_continuations.TryDequeue(out var item))
            {
                worker.Give(item, isStart: false);
                return true;
            }

            if (_running < _limit && _starts.TryDequeue(out item))
            {
                _running++;
                worker.Give(item, isStart: true);
                return true;
            }

            _idle.Add(worker);
            return false;
        }
    }

    /// <summary>Ends a worker that has been idle for long.</summary>
    /// <returns>False when it was given work in the last moment.</returns>
    public bool TryEnd(DedicatedThread worker)
    {
        lock (_lock)
        {
            var ends = _idle.Remove(worker);
            _threads -= ends ? 1 : 0;
            return ends;
        }
    }

    private void ReportLimit()
    {
        if (!_limitReported)
        {
            _limitReported = true;
            LogLimit(_name, _limit);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} has {Limit} operations that block their threads. Further ones wait until "
        + "one of them ends. This is logged once.")]
    private partial void LogLimit(string name, int limit);

    /// <summary>What an <c>await</c> on one of the threads captures, so that it continues on one of them.</summary>
    private sealed class ThreadsContext(DedicatedThreads threads) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => threads.Add(new WorkItem(d, state), isStart: false);

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;
    }
}
