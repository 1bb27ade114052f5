namespace FleetBridge.Fleet.Model;

/// <summary>A kind of record, without its type.</summary>
internal interface ITable
{
    /// <summary>The kind's name, which is the store's table.</summary>
    string Name { get; }

    /// <summary>In no order.</summary>
    IEnumerable<IRecord> Records { get; }

    /// <summary>Puts a record back as it was, without writing that down.</summary>
    void Restore(string key, object? record);
}

/// <summary>One record of a kind that has changed.</summary>
/// <param name="Before">Null when it is new.</param>
/// <param name="After">Null when it was removed.</param>
/// <param name="IsStored">False for what lives in memory only, such as the time of a heartbeat.</param>
internal readonly record struct RecordChange(ITable Table, string Key, object? Before, object? After, bool IsStored);

/// <summary>The records of one kind by key; every change is written down, and can be taken back.</summary>
/// <param name="name">The kind's name.</param>
/// <param name="journal">Where changes are written down.</param>
/// <param name="changed">Keeps the indexes: the record before (null when new) and after (null when removed).</param>
internal sealed class Table<T>(string name, List<RecordChange> journal, Action<T?, T?>? changed = null) : ITable
    where T : class, IRecord
{
    private readonly Dictionary<string, T> _records = new(StringComparer.Ordinal);

    public string Name => name;

    public int Count => _records.Count;

    /// <summary>In no order.</summary>
    public Dictionary<string, T>.ValueCollection All => _records.Values;

    public IEnumerable<IRecord> Records => _records.Values;

    public T? Find(string key) => _records.GetValueOrDefault(key);

    /// <summary>Adds or replaces a record.</summary>
    /// <returns>The record.</returns>
    public T Set(T record, bool stored = true)
    {
        var key = record.Key;
        _records.TryGetValue(key, out var before);
        _records[key] = record;
        journal.Add(new RecordChange(this, key, before, record, stored));
        changed?.Invoke(before, record);
        return record;
    }

    public void Remove(string key)
    {
        if (_records.Remove(key, out var before))
        {
            journal.Add(new RecordChange(this, key, before, null, IsStored: true));
            changed?.Invoke(before, null);
        }
    }

    public void Restore(string key, object? record)
    {
        _records.TryGetValue(key, out var before);
        if (record is T after)
        {
            _records[key] = after;
            changed?.Invoke(before, after);
        }
        else if (_records.Remove(key))
        {
            changed?.Invoke(before, null);
        }
    }
}
