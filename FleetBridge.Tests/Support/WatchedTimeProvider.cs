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

        public TimeSpan DueTime { get; private set; }

        public DateTimeOffset Due { get; private set; }

        public void Start(TimeSpan dueTime, TimeSpan period)
        {
            List(dueTime, period);
            _timer = clock.CreateBaseTimer(Call, dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            List(dueTime, period);
            return _timer!.Change(dueTime, period);
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
            if (_period > TimeSpan.Zero)
            {
                List(_period, _period);
            }
            else
            {
                Unlist();
            }

            callback(state);
        }

        private void List(TimeSpan dueTime, TimeSpan period)
        {
            var now = clock.GetUtcNow();
            lock (clock._lock)
            {
                (DueTime, Due, _period) = (dueTime, now + dueTime, period);
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    clock._timers.Remove(this);
                }
                else
                {
                    clock._timers.Add(this);
                }
            }
        }

        private void Unlist()
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
            }
        }
    }

    private ITimer CreateBaseTimer(TimerCallback callback, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, null, dueTime, period);
}
