using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace FleetBridge.Core.Hosting;

/// <summary>One thread, and what it runs next.</summary>
/// <param name="owner">Gives it work.</param>
/// <param name="name">Its name.</param>
/// <param name="context">What an <c>await</c> on it captures.</param>
internal sealed class DedicatedThread(DedicatedThreads owner, string name, SynchronizationContext context) : IDisposable
{
    /// <summary>How long it waits for work before it ends.</summary>
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _given = new(0);
    private Thread? _thread;
    private WorkItem? _item;
    private bool _isStart;

    /// <summary>Called with the owner's lock held.</summary>
    public void Give(WorkItem item, bool isStart) => (_item, _isStart) = (item, isStart);

    /// <summary>Lets it run what it was given.</summary>
    public void Wake()
    {
        if (_thread is not null)
        {
            _given.Release();
            return;
        }

        _thread = new Thread(Run) { IsBackground = true, Name = name };
        try
        {
            // the execution context of the caller would live as long as the thread
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
        SynchronizationContext.SetSynchronizationContext(context);
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
