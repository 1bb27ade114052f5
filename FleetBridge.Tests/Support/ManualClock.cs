namespace FleetBridge.Tests.Support;

/// <summary>A clock that stands still until the test moves it, with the timers that hang on it.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];

    // long ago, so that every file of a test is newer
    private DateTimeOffset _now = new(2000, 1, 1, 10, 22, 33, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until something waits for so long from now: only then is there a point in moving the clock.</summary>
    public Task WaitForTimerAsync(TimeSpan due) => Eventually.TrueAsync(
        () =>
        {
            lock (_lock)
            {
                return _timers.Exists(timer => timer.Due == _now + due);
            }
        },
        $"something waits for {due}");

    /// <summary>Whether something waits for a span of this length: tells that what runs has come that far.</summary>
    public bool IsAwaited(TimeSpan span)
    {
        lock (_lock)
        {
            return _timers.Exists(timer => timer.Span == span);
        }
    }

    /// <summary>Moves the clock on and calls what is due.</summary>
    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _now += by;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
            due.ForEach(timer => timer.Next());
        }

        due.ForEach(timer => timer.Call());
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset Due { get; private set; } = DateTimeOffset.MaxValue;

        public TimeSpan Span { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                _period = period;
                clock._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    (Due, Span) = (clock._now + dueTime, dueTime);
                    clock._timers.Add(this);
                }
            }

            return true;
        }

        /// <summary>Called with the lock held.</summary>
        public void Next()
        {
            if (_period > TimeSpan.Zero)
            {
                Due += _period;
            }
            else
            {
                clock._timers.Remove(this);
            }
        }

        public void Call() => callback(state);

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
