namespace FleetBridge.Core.Hosting;

/// <summary>The load contexts that serve no new requests, for as long as they are in memory.</summary>
/// <remarks>The runtime holds a context for as long as anything of it can be reached (an object, a type, a running method), so
/// one whose weak reference is dead is unloaded.</remarks>
internal sealed class RetiredContexts
{
    private readonly Lock _lock = new();
    private readonly List<WeakReference> _contexts = [];
    private int _pinned;

    /// <summary>How many there are, with those that stay until the process ends.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _pinned + _contexts.Count(context => context.IsAlive);
            }
        }
    }

    /// <summary>Adds one that can be unloaded.</summary>
    /// <param name="context">The context, tracked past its finalizer.</param>
    public void Add(WeakReference context)
    {
        lock (_lock)
        {
            _contexts.RemoveAll(other => !other.IsAlive);
            _contexts.Add(context);
        }
    }

    /// <summary>Adds one that stays until the process ends.</summary>
    public void AddPinned()
    {
        lock (_lock)
        {
            _pinned++;
        }
    }

    /// <summary>How many there are that can be unloaded. Collects first.</summary>
    public int CountAfterCollection()
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
}
