using System.Globalization;

namespace FleetBridge.Core.Logs;

/// <summary>
/// The records between the log and its one client. Nobody who writes ever waits for it: when the client is absent, the
/// newest 1,000 stay; when it reads too slowly, the newest 64 MiB. What is dropped is counted, and one WARNING record
/// says so in its place.
/// </summary>
internal sealed class LogBacklog(TimeProvider clock)
{
    /// <summary>How many records wait for a client that is not there.</summary>
    public const int MostWithoutClient = 1_000;

    /// <summary>How many bytes of records wait, for whichever client.</summary>
    public const long MostBytes = 64L * 1024 * 1024;

    private readonly Lock _lock = new();

    // Taken by the client's sender and not yet sent: an absent client's successor gets them.
    private readonly List<byte[]> _taken = [];
    private Queue<byte[]> _records = new();
    private readonly List<(long Number, TaskCompletionSource Done)> _waiting = [];
    private TaskCompletionSource _available = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;
    private long _added;
    private long _delivered;
    private long _dropped;
    private long _droppedEver;
    private long _takenDropped;
    private bool _hasClient;

    /// <summary>How many records no client has got or will get.</summary>
    public long Dropped
    {
        get
        {
            lock (_lock)
            {
                return _droppedEver;
            }
        }
    }

    /// <summary>Whether somebody reads.</summary>
    public bool HasClient
    {
        get
        {
            lock (_lock)
            {
                return _hasClient;
            }
        }
    }

    /// <summary>How many records have come in.</summary>
    public long Added
    {
        get
        {
            lock (_lock)
            {
                return _added;
            }
        }
    }

    /// <summary>How many records have reached a client, or wait for one that is not there.</summary>
    public long Delivered
    {
        get
        {
            lock (_lock)
            {
                return _delivered;
            }
        }
    }

    /// <summary>Takes a record; never waits.</summary>
    /// <param name="record">The JSON of one record.</param>
    public void Add(byte[] record)
    {
        lock (_lock)
        {
            _added++;
            _bytes += record.Length;
            _records.Enqueue(record);
            Trim();
            if (_hasClient)
            {
                _available.TrySetResult();
            }
            else
            {
                Deliver(_added);
            }
        }
    }

    /// <summary>A client has come: records wait for it by bytes from now on.</summary>
    public void ClientCame()
    {
        lock (_lock)
        {
            _hasClient = true;
            if (_records.Count > 0)
            {
                _available.TrySetResult();
            }
        }
    }

    /// <summary>The client has gone: nobody has to wait for it any longer.</summary>
    public void ClientLeft()
    {
        lock (_lock)
        {
            _hasClient = false;
            GiveBack();
            Trim();
            Deliver(_added);
        }
    }

    /// <summary>Takes the records that are to be sent next, waiting until there is one.</summary>
    /// <param name="batch">Receives them.</param>
    /// <param name="mostBytes">How many bytes of them are enough for one batch; it holds at least one record.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The number that <see cref="Sent"/> takes when they have been sent.</returns>
    public async ValueTask<long> TakeAsync(List<byte[]> batch, int mostBytes, CancellationToken cancellation)
    {
        while (true)
        {
            Task available;
            lock (_lock)
            {
                if (_dropped > 0)
                {
                    batch.Add(DroppedRecord(_dropped));
                    (_takenDropped, _dropped) = (_dropped, 0);
                }

                var taken = 0;
                while (taken < mostBytes && _records.TryDequeue(out var record))
                {
                    _bytes -= record.Length;
                    taken += record.Length;
                    batch.Add(record);
                    _taken.Add(record);
                }

                if (batch.Count > 0)
                {
                    return _added - _records.Count;
                }

                if (_available.Task.IsCompleted)
                {
                    _available = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                available = _available.Task;
            }

            await available.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>All records up to a number have been written to the client.</summary>
    /// <param name="number">What <see cref="TakeAsync"/> returned.</param>
    public void Sent(long number)
    {
        lock (_lock)
        {
            _taken.Clear();
            _takenDropped = 0;
            Deliver(number);
        }
    }

    /// <summary>Waits until a record has reached the client, or lies here for one that is not there.</summary>
    /// <param name="number">The record's number, counted from 1.</param>
    /// <param name="limit">How long to wait at most.</param>
    /// <returns>Whether it has.</returns>
    public async Task<bool> WaitForDeliveryAsync(long number, TimeSpan limit)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_delivered >= number)
            {
                return true;
            }

            _waiting.Add((number, done));
        }

        try
        {
            await done.Task.WaitAsync(limit, clock).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            lock (_lock)
            {
                _waiting.Remove((number, done));
                return _delivered >= number;
            }
        }
    }

    /// <summary>How many wait; tests see that nobody is forgotten here.</summary>
    internal int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>What the client's sender took and could not send is the next client's.</summary>
    private void GiveBack()
    {
        if (_dropped > 0)
        {
            // There is a gap behind them: who gets the newest records gets none from before a gap.
            _dropped += _taken.Count;
            _droppedEver += _taken.Count;
        }
        else if (_taken.Count > 0)
        {
            _bytes += _taken.Sum(record => (long)record.Length);
            _records = new Queue<byte[]>(_taken.Concat(_records));
        }

        _dropped += _takenDropped;
        _takenDropped = 0;
        _taken.Clear();
    }

    private void Trim()
    {
        while (_bytes > MostBytes || (!_hasClient && _records.Count > MostWithoutClient))
        {
            _bytes -= _records.Dequeue().Length;
            _dropped++;
            _droppedEver++;
        }
    }

    private void Deliver(long number)
    {
        _delivered = Math.Max(_delivered, number);
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_waiting[i].Number <= _delivered)
            {
                _waiting[i].Done.TrySetResult();
                _waiting.RemoveAt(i);
            }
        }
    }

    private byte[] DroppedRecord(long count) => EditorRecord.Encode(
        clock.GetLocalNow().DateTime,
        EditorRecord.BridgeName,
        "WARNING",
        string.Create(CultureInfo.InvariantCulture, $"{count} older log records were dropped here: ")
        + "no client was there to read them, or it read too slowly. The log file has all of them.");
}
