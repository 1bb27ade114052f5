namespace FleetBridge.Core.Hosting;

/// <summary>Work that begins on a thread of its own (<see cref="DedicatedThreads"/>), and its result.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
/// <param name="work">The work.</param>
internal sealed class WorkStart<T>(Func<Task<T>> work)
    : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private readonly ExecutionContext? _caller = ExecutionContext.Capture();

    /// <summary>Begins the work on this thread.</summary>
    public void Run()
    {
        var running = Begin();

        // What waits for the result continues on the thread pool: here it could block the thread that other work waits for.
        SynchronizationContext.SetSynchronizationContext(null);
        if (running.IsCompleted)
        {
            TrySetFromTask(running);
            return;
        }

        running.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => TrySetFromTask(running));
    }

    private Task<T> Begin()
    {
        if (_caller is null)
        {
            return Call();
        }

        var running = default(Task<T>)!;
        ExecutionContext.Run(_caller, _ => running = Call(), null);
        return running;
    }

    private Task<T> Call()
    {
        try
        {
            return work();
        }
        catch (Exception exception)
        {
            return System.Threading.Tasks.Task.FromException<T>(exception);
        }
    }
}
