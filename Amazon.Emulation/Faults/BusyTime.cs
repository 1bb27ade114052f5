using System.Diagnostics;

namespace Amazon.Emulation.Faults;

/// <summary>
/// The time in which at least one request was here, from its arrival to its answer's end: requests at the same time count
/// once, since their client waits for them once.
/// </summary>
internal sealed class BusyTime
{
    private readonly Lock _lock = new();
    private int _here;
    private long _since;
    private TimeSpan _total;

    /// <summary>So far; what is still being answered is not in it.</summary>
    public TimeSpan Total
    {
        get
        {
            lock (_lock)
            {
                return _total;
            }
        }
    }

    /// <summary>A request has arrived.</summary>
    public void Enter()
    {
        lock (_lock)
        {
            if (_here++ == 0)
            {
                _since = Stopwatch.GetTimestamp();
            }
        }
    }

    /// <summary>Its answer was sent, or its connection has ended.</summary>
    public Task LeaveAsync()
    {
        lock (_lock)
        {
            if (--_here == 0)
            {
                _total += Stopwatch.GetElapsedTime(_since);
            }
        }

        return Task.CompletedTask;
    }
}
