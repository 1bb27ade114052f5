using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
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

    /// <summary>How long a thread waits for work before it ends.</summary>
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<Item> _starts = new();
    private readonly Queue<Item> _continuations = new();
    private readonly List<Worker> _idle = [];
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
    /// <returns>Its result. The caller continues on any thread, perhaps on one of these.</returns>
    public Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var start = new WorkStart<T>(work);
        Add(new Item(static start => ((WorkStart<T>)start!).Run(), start), isStart: true);
        return start.Task;
    }

    /// <inheritdoc cref="RunAsync{T}(Func{Task{T}})"/>
    public Task RunAsync(Func<Task> work) => RunAsync<object?>(async () =>
    {
        await work();
        return null;
    });

    private void Add(Item item, bool isStart)
    {
        Worker? worker;
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
    private Worker? TakeWorker(bool isStart)
    {
        Worker worker;
        if (_idle.Count > 0)
        {
            worker = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
        }
        else if (isStart || _threads < 2 * _limit)
        {
            _threads++;
            worker = new Worker(this);
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
    private bool TryContinue(Worker worker, bool wasStart)
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
    private bool TryEnd(Worker worker)
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

    /// <summary>A class: the framework's generic methods over a value type of ours are compiled at every start.</summary>
    private sealed record Item(SendOrPostCallback Run, object? State);

    /// <summary>What an <c>await</c> on one of the threads captures, so that it continues on one of them.</summary>
    private sealed class ThreadsContext(DedicatedThreads threads) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => threads.Add(new Item(d, state), isStart: false);

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;
    }

    /// <summary>One thread, and what it runs next.</summary>
    private sealed class Worker(DedicatedThreads owner) : IDisposable
    {
        private readonly SemaphoreSlim _given = new(0);
        private Thread? _thread;
        private Item? _item;
        private bool _isStart;

        /// <summary>Called with the owner's lock held.</summary>
        public void Give(Item item, bool isStart) => (_item, _isStart) = (item, isStart);

        /// <summary>Lets it run what it was given.</summary>
        public void Wake()
        {
            if (_thread is not null)
            {
                _given.Release();
                return;
            }

            _thread = new Thread(Run) { IsBackground = true, Name = owner._name };
            try
            {
                // without the caller's execution context, which would live as long as the thread
                _thread.UnsafeStart();
            }
            catch (OutOfMemoryException)
            {
                // the system allows no further thread
                ThreadPool.UnsafeQueueUserWorkItem(static worker => worker.Run(), this, preferLocal: false);
            }
        }

        public void Dispose() => _given.Dispose();

        private void Run()
        {
            var clean = ExecutionContext.Capture()!;
            do
            {
                RunItem();
                ExecutionContext.Restore(clean);
            }
            while (owner.TryContinue(this, _isStart) || WaitForItem());

            Dispose();
        }

        /// <summary>In a method of its own: an idle thread's stack must not hold what it ran last.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void RunItem()
        {
            var item = _item!;
            _item = null;
            SynchronizationContext.SetSynchronizationContext(owner._context);
            try
            {
                item.Run(item.State);
            }
            catch (Exception exception)
            {
                // of an async void method: there is nobody to throw it to
                var thrown = ExceptionDispatchInfo.Capture(exception);
                ThreadPool.UnsafeQueueUserWorkItem(static thrown => thrown.Throw(), thrown, preferLocal: false);
            }
        }

        private bool WaitForItem()
        {
            if (_given.Wait(IdleLimit))
            {
                return true;
            }

            if (owner.TryEnd(this))
            {
                return false;
            }

            _given.Wait();
            return true;
        }
    }
}
