using System.Globalization;

namespace FleetBridge.Core.Logs;

/// <summary>
/// The log's one place for an editor. Without a client its newest 1,000 records wait for the next one; with a client, as much
/// as 64 MiB. A request waits here until its own records have been sent.
/// </summary>
internal sealed class EditorPlace
{
    /// <summary>How far a client that reads slowly may fall behind.</summary>
    public static readonly LogBound WithClient = new(long.MaxValue, 64L * 1024 * 1024);

    /// <summary>What waits for a client that is not there.</summary>
    public static readonly LogBound WithoutClient = WithClient with { Records = 1_000 };

    private readonly Lock _lock = new();
    private readonly List<(long Number, TaskCompletionSource Done)> _waiting = [];
    private readonly LogRing _ring;
    private readonly LogReader _reader;
    private readonly TimeProvider _clock;
    private long _delivered;
    private bool _hasClient;

    public EditorPlace(LogRing ring, TimeProvider clock)
    {
        (_ring, _clock) = (ring, clock);
        _reader = ring.Open(new LogReaderPolicy { Bound = WithoutClient, DescribeGap = DescribeGap });
    }

    /// <summary>How many records no client has got or will get.</summary>
    public long Dropped => _reader.Dropped;

    /// <summary>Whether a client is connected.</summary>
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

    /// <summary>How many records there have been.</summary>
    public long Added => _ring.Added;

    /// <summary>How many records have been sent, or wait for a client that is not there.</summary>
    public long Delivered
    {
        get
        {
            lock (_lock)
            {
                return _hasClient ? _delivered : _ring.Added;
            }
        }
    }

    /// <summary>How many requests wait; tests see that none is forgotten here.</summary>
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

    /// <summary>A client has connected. Requests do not wait for the records that were there before it.</summary>
    public void ClientCame()
    {
        lock (_lock)
        {
            _hasClient = true;
            _delivered = _ring.Added;
            _reader.Rebound(WithClient);
        }
    }

    /// <summary>The client has gone: what it did not get is for the next one, and no request waits any longer.</summary>
    public void ClientLeft()
    {
        lock (_lock)
        {
            _hasClient = false;
            _reader.ReturnTaken();
            _reader.Rebound(WithoutClient);
            Complete(long.MaxValue);
        }
    }

    /// <summary>Takes the records that are to be sent next, waiting for one.</summary>
    /// <param name="batch">Receives them.</param>
    /// <param name="mostBytes">The batch ends with the record that reaches this size.</param>
    /// <param name="cancellation">Ends the wait, but only when there is nothing to take.</param>
    public ValueTask TakeAsync(LogBatch batch, long mostBytes, CancellationToken cancellation) =>
        _reader.TakeAsync(batch, mostBytes, cancellation);

    /// <summary>What was taken has been written to the client.</summary>
    public void Sent(LogBatch batch)
    {
        _reader.ConfirmTaken();
        lock (_lock)
        {
            _delivered = Math.Max(_delivered, batch.End);
            Complete(_delivered);
        }
    }

    /// <summary>Waits until a record has been sent, or waits for a client that is not there.</summary>
    /// <param name="number">The record's number, counted from 1.</param>
    /// <param name="limit">How long to wait at most.</param>
    /// <returns>Whether it has.</returns>
    public async Task<bool> WaitForDeliveryAsync(long number, TimeSpan limit)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (!_hasClient || _delivered >= number)
            {
                return true;
            }

            _waiting.Add((number, done));
        }

        try
        {
            await done.Task.WaitAsync(limit, _clock).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            lock (_lock)
            {
                return !_waiting.Remove((number, done));
            }
        }
    }

    /// <summary>What is in the place of dropped records.</summary>
    public static string DescribeGap(long count) => string.Create(
        CultureInfo.InvariantCulture,
        $"{count} older log records were dropped here: there was no client, or it was too slow. The log file has them all.");

    private void Complete(long number)
    {
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_waiting[i].Number <= number)
            {
                _waiting[i].Done.TrySetResult();
                _waiting.RemoveAt(i);
            }
        }
    }
}
