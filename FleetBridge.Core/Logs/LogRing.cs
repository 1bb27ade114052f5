namespace FleetBridge.Core.Logs;

/// <summary>
/// The records that any reader still has to read, each stored once. A reader is a position in the ring, and adding a record
/// never waits for one: whoever falls behind its bound loses its oldest records, and nobody else's.
/// </summary>
/// <param name="history">How much is kept for readers that come later.</param>
/// <param name="clock">The clock.</param>
internal sealed class LogRing(LogBound history, TimeProvider clock)
{
    private const int LeastLength = 256;

    private Slot[] _slots = new Slot[LeastLength];
    private LogReader[] _readers = [];
    private long _historyStart;
    private long _totalSize;

    /// <summary>Guards the ring and the positions of its readers.</summary>
    internal Lock Lock { get; } = new();

    /// <summary>How many records have been added: also the number of the newest one, counted from 1.</summary>
    public long Added
    {
        get
        {
            lock (Lock)
            {
                return End;
            }
        }
    }

    /// <summary>How many records are stored.</summary>
    public long Stored
    {
        get
        {
            lock (Lock)
            {
                return End - First;
            }
        }
    }

    /// <summary>The position of the oldest record that is stored: one below its number.</summary>
    public long Oldest
    {
        get
        {
            lock (Lock)
            {
                return First;
            }
        }
    }

    /// <summary>The position of the oldest record that is stored.</summary>
    internal long First { get; private set; }

    /// <summary>The position behind the newest record.</summary>
    internal long End { get; private set; }

    internal TimeProvider Clock => clock;

    internal LogRecord this[long position] => _slots[position & (_slots.Length - 1)].Record;

    /// <summary>Adds a record, and wakes readers that wait for one.</summary>
    public void Add(LogRecord record)
    {
        LogReader[] readers;
        lock (Lock)
        {
            if (End - First == _slots.Length)
            {
                Resize(_slots.Length * 2);
            }

            _slots[End & (_slots.Length - 1)] = new Slot(record, _totalSize);
            _totalSize += record.Size;
            End++;
            readers = _readers;
            foreach (var reader in readers)
            {
                reader.OnAdded();
            }

            Trim();
        }

        foreach (var reader in readers)
        {
            reader.Notify();
        }
    }

    /// <summary>Adds a reader, which is one until it is disposed of.</summary>
    public LogReader Open(LogReaderPolicy policy)
    {
        lock (Lock)
        {
            var reader = new LogReader(this, policy, Math.Max(First, End - policy.StartWithNewest));
            _readers = [.. _readers, reader];
            return reader;
        }
    }

    /// <summary>Reads records that are stored, for somebody who is no reader.</summary>
    /// <param name="after">The number of the record before the first one.</param>
    /// <param name="until">The number of the last one.</param>
    /// <param name="mostBytes">It ends with the record that reaches this size.</param>
    /// <param name="into">Takes them, and nothing else.</param>
    public void Read(long after, long until, long mostBytes, List<LogRecord> into)
    {
        into.Clear();
        lock (Lock)
        {
            var size = 0L;
            for (var position = after; position >= First && position < Math.Min(until, End) && size < mostBytes; position++)
            {
                into.Add(this[position]);
                size += this[position].Size;
            }
        }
    }

    internal void Close(LogReader reader)
    {
        lock (Lock)
        {
            _readers = [.. _readers.Where(other => other != reader)];
            Trim();
        }
    }

    /// <summary>The first position from which a bound is kept.</summary>
    /// <param name="position">A position to begin at.</param>
    internal long Within(LogBound bound, long position)
    {
        position = Math.Max(position, End - bound.Records);
        while (position < End && _totalSize - _slots[position & (_slots.Length - 1)].SizeBefore > bound.Bytes)
        {
            position++;
        }

        return position;
    }

    /// <summary>Forgets what neither a reader nor the history needs.</summary>
    internal void Trim()
    {
        _historyStart = Within(history, _historyStart);
        var needed = _historyStart;
        foreach (var reader in _readers)
        {
            needed = Math.Min(needed, reader.Needed);
        }

        for (; First < needed; First++)
        {
            _slots[First & (_slots.Length - 1)] = default;
        }

        if (_slots.Length > LeastLength && End - First < _slots.Length / 8)
        {
            Resize(_slots.Length / 4);
        }
    }

    private void Resize(int length)
    {
        var slots = new Slot[length];
        for (var position = First; position < End; position++)
        {
            slots[position & (length - 1)] = _slots[position & (_slots.Length - 1)];
        }

        _slots = slots;
    }

    /// <param name="SizeBefore">The sizes of all records before this one.</param>
    private readonly record struct Slot(LogRecord Record, long SizeBefore);
}
