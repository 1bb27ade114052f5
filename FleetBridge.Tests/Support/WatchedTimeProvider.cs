using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Support;

/// <summary>
/// A <see cref="FakeTimeProvider"/> that knows its timers. That one does not say whether anything waits on it, and time that is
/// advanced before the code under test waits is lost to the wait.
/// </summary>
internal sealed class WatchedTimeProvider : FakeTimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<WatchedTimer> _timers = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WatchedTimer(this, callback, state);
        timer.Start(dueTime, period);
        return timer;
    }

    /// <summary>Waits until a timer is due after this time from now, so that there is a point in advancing.</summary>
    /// <param name="due">The time from now.</param>
    public Task WaitForTimerAsync(TimeSpan due) => Eventually.TrueAsync(
        () =>
        {
            // not under the lock: who reads the time may have to call timers that are due
            var now = GetUtcNow();
            return Has(timer => timer.Due == now + due);
        },
        $"a timer is due in {due}");

    /// <summary>Whether a timer runs that was set to this time, whenever that was.</summary>
    /// <param name="dueTime">The time from its start.</param>
    public bool HasTimer(TimeSpan dueTime) => Has(timer => timer.DueTime == dueTime);

    private bool Has(Func<WatchedTimer, bool> condition)
    {
        lock (_lock)
        {
            return _timers.Any(condition);
        }
    }

    /// <summary>Starts and calls the timer of the base class, and is listed while it runs.</summary>
    private sealed class WatchedTimer(WatchedTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private ITimer? _timer;
        private TimeSpan _period;
        private bool _isSet;

        public TimeSpan DueTime { get; private set; }

        public DateTimeOffset Due { get; private set; }

        public void Start(TimeSpan dueTime, TimeSpan period)
        {
            _timer = clock.CreateBaseTimer(Call);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var due = clock.GetUtcNow() + dueTime;
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                (DueTime, Due, _period, _isSet) = (dueTime, due, period, dueTime != Timeout.InfiniteTimeSpan);
            }

            var isChanged = _timer!.Change(dueTime, period);
            lock (clock._lock)
            {
                // listed when it is set and not before: whoever waits for it advances the time at once
                if (_isSet && isChanged)
                {
                    clock._timers.Add(this);
                }
            }

            return isChanged;
        }

        public void Dispose()
        {
            Unlist();
            _timer?.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Unlist();
            return _timer?.DisposeAsync() ?? ValueTask.CompletedTask;
        }

        private void Call(object? unused)
        {
            var now = clock.GetUtcNow();
            lock (clock._lock)
            {
                if (_period > TimeSpan.Zero)
                {
                    (DueTime, Due) = (_period, now + _period);
                }
                else
                {
                    _isSet = false;
                    clock._timers.Remove(this);
                }
            }

            callback(state);
        }

        private void Unlist()
        {
            lock (clock._lock)
            {
                _isSet = false;
                clock._timers.Remove(this);
            }
        }
    }

    private ITimer CreateBaseTimer(TimerCallback callback) =>
        base.CreateTimer(callback, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
