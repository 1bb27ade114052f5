namespace FleetBridge.Fleet.Model;

/// <summary>
/// Records in the order of their numbers. Numbers grow, so that nearly every addition is at the end, and the oldest go first.
/// </summary>
internal sealed class NumberedIndex<T> where T : class
{
    private const int FewGaps = 32;

    private readonly List<(long Number, T? Record)> _entries = new(1);
    private int _first;

    /// <summary>How many records there are.</summary>
    public int Count { get; private set; }

    /// <summary>The record with the lowest number.</summary>
    public T? First
    {
        get
        {
            while (_first < _entries.Count && _entries[_first].Record is null)
            {
                _first++;
            }

            return _first < _entries.Count ? _entries[_first].Record : null;
        }
    }

    /// <summary>Adds the record of a number, or puts it in the other's place.</summary>
    public void Set(long number, T record)
    {
        if (_entries.Count == 0 || _entries[^1].Number < number)
        {
            _entries.Add((number, record));
            Count++;
            return;
        }

        var at = Find(number);
        if (at < 0)
        {
            _entries.Insert(~at, (number, record));
            Count++;
            _first = Math.Min(_first, ~at);
            return;
        }

        Count += _entries[at].Record is null ? 1 : 0;
        _entries[at] = (number, record);
        _first = Math.Min(_first, at);
    }

    public void Remove(long number)
    {
        var at = Find(number);
        if (at < 0 || _entries[at].Record is null)
        {
            return;
        }

        _entries[at] = (number, null);
        Count--;
        if (_entries.Count - Count > Math.Max(FewGaps, Count))
        {
            _entries.RemoveAll(entry => entry.Record is null);
            _first = 0;
        }
    }

    /// <summary>The records with higher numbers, in order. What changes meanwhile may be missed, so copy it to change anything.</summary>
    public IEnumerable<T> After(long number = long.MinValue)
    {
        var at = number == long.MinValue ? _first : Find(number) is >= 0 and var found ? found + 1 : ~Find(number);
        for (var i = at; i < _entries.Count; i++)
        {
            if (_entries[i].Record is { } record)
            {
                yield return record;
            }
        }
    }

    private int Find(long number)
    {
        var (low, high) = (0, _entries.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            switch (_entries[middle].Number.CompareTo(number))
            {
                case 0: return middle;
                case < 0: low = middle + 1; break;
                default: high = middle - 1; break;
            }
        }

        return ~low;
    }
}
