using Serilog.Events;

namespace FleetBridge.Core.Logs;

/// <summary>
/// One reader of the log: its position, how far it may fall behind, and how many records it has lost that way. Received and
/// dropped are together what was added. It is used by one thread or one flow of calls at a time.
/// </summary>
internal sealed class LogReader : IDisposable
{
    private readonly SemaphoreSlim _available = new(0);
    private readonly LogRing _ring;
    private readonly LogReaderPolicy _policy;
    private readonly ITimer? _wakeTimer;
    private LogBound _bound;
    private long _next;
    private long _gap;
    private long _taken;
    private long _takenGap;
    private long _dropped;
    private bool _idle;
    private volatile bool _isDue;
    private volatile bool _hasOverflowed;

    internal LogReader(LogRing ring, LogReaderPolicy policy, long position)
    {
        (_ring, _policy, _bound, _next) = (ring, policy, policy.Bound, position);
        if (policy.WakeDelay > TimeSpan.Zero)
        {
            // the system's time, whatever the program's clock is: this is about the cost of threads
            _wakeTimer = TimeProvider.System.CreateTimer(
                _ => _available.Release(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>How many records it has lost.</summary>
    public long Dropped
    {
        get
        {
            lock (_ring.Lock)
            {
                return _dropped;
            }
        }
    }

    /// <summary>The number of the last record before the one that it reads next.</summary>
    public long Position
    {
        get
        {
            lock (_ring.Lock)
            {
                return _next;
            }
        }
    }

    /// <summary>The oldest position that it may still read. Behind a gap, the batch before the gap is not read again.</summary>
    internal long Needed => _gap > 0 ? _next : _next - _taken;

    /// <summary>Takes the next records, waiting for one. What was taken before counts as sent.</summary>
    /// <param name="batch">Receives them.</param>
    /// <param name="mostBytes">The batch ends with the record that reaches this size.</param>
    /// <param name="cancellation">Ends the wait, but only when there is nothing to take.</param>
    public async ValueTask TakeAsync(LogBatch batch, long mostBytes, CancellationToken cancellation)
    {
        while (!TryTake(batch, mostBytes))
        {
            try
            {
                await _available.WaitAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                if (!TryTake(batch, mostBytes))
                {
                    throw;
                }

                return;
            }
        }
    }

    /// <summary>The same for a thread that can wait.</summary>
    public void Take(LogBatch batch, long mostBytes, CancellationToken cancellation)
    {
        while (!TryTake(batch, mostBytes))
        {
            try
            {
                Wait(cancellation);
            }
            catch (OperationCanceledException)
            {
                if (!TryTake(batch, mostBytes))
                {
                    throw;
                }

                return;
            }
        }
    }

    /// <summary>The same without a wait.</summary>
    /// <returns>False if there is nothing to take.</returns>
    public bool TryTake(LogBatch batch, long mostBytes)
    {
        batch.Clear();
        lock (_ring.Lock)
        {
            (_taken, _takenGap) = (0, 0);
            if (_gap > 0)
            {
                batch.Records.Add(new LogRecord(
                    _ring.Clock.GetLocalNow().DateTime, LogEventLevel.Warning, LogRecord.BridgeName, _policy.DescribeGap(_gap)));
                (_takenGap, batch.Dropped, _gap) = (_gap, _gap, 0);
            }

            var size = 0L;
            for (; size < mostBytes && _next < _ring.End; _next++, _taken++)
            {
                var record = _ring[_next];
                size += record.Size;
                batch.Records.Add(record);
            }

            batch.End = _next;
            _idle = batch.Records.Count == 0;
            _ring.Trim();
            return !_idle;
        }
    }

    /// <summary>What was taken last has arrived, and need not be kept.</summary>
    public void ConfirmTaken()
    {
        lock (_ring.Lock)
        {
            (_taken, _takenGap) = (0, 0);
            _ring.Trim();
        }
    }

    /// <summary>What was taken last has not arrived: it is read again. Behind a gap it is dropped, too: nothing is read from before a gap.</summary>
    public void ReturnTaken()
    {
        lock (_ring.Lock)
        {
            if (_gap > 0)
            {
                _gap += _taken;
                _dropped += _taken;
            }
            else
            {
                _next -= _taken;
            }

            _gap += _takenGap;
            (_taken, _takenGap) = (0, 0);
        }
    }

    /// <summary>From now on it may fall behind as far as this.</summary>
    public void Rebound(LogBound bound)
    {
        lock (_ring.Lock)
        {
            _bound = bound;
            Drop();
            _ring.Trim();
        }
    }

    public void Dispose()
    {
        _ring.Close(this);
        _wakeTimer?.Dispose();
    }

    /// <summary>A record has been added. Called with the ring's lock held.</summary>
    internal void OnAdded()
    {
        var hadGap = _gap > 0;
        Drop();
        _hasOverflowed |= !hadGap && _gap > 0;
        _isDue |= _idle;
        _idle = false;
    }

    /// <summary>Wakes the reader, where it is due. Called without the lock.</summary>
    internal void Notify()
    {
        if (_isDue && Interlocked.Exchange(ref _isDue, false))
        {
            if (_wakeTimer is null)
            {
                _available.Release();
            }
            else
            {
                _wakeTimer.Change(_policy.WakeDelay, Timeout.InfiniteTimeSpan);
            }
        }

        if (_hasOverflowed && Interlocked.Exchange(ref _hasOverflowed, false))
        {
            _policy.Overflowed?.Invoke();
        }
    }

    /// <summary>A reader that is woken late would only spin before it sleeps.</summary>
    private void Wait(CancellationToken cancellation)
    {
        if (_wakeTimer is null)
        {
            _available.Wait(cancellation);
            return;
        }

        while (!_available.Wait(0, cancellation))
        {
            WaitHandle.WaitAny([_available.AvailableWaitHandle, cancellation.WaitHandle]);
        }
    }

    private void Drop()
    {
        var kept = _ring.Within(_bound, _next);
        _dropped += kept - _next;
        _gap += kept - _next;
        _next = kept;
    }
}
