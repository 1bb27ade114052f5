namespace Amazon.Emulation.Faults;

/// <summary>So many calls in so long, by a clock.</summary>
internal sealed class RateLimit
{
    private readonly Queue<DateTimeOffset> _calls = new();

    /// <summary>Whether one more call is within the limit; if so, it counts.</summary>
    public bool Allows(DateTimeOffset now, int count, TimeSpan span)
    {
        while (_calls.TryPeek(out var first) && now - first >= span)
        {
            _calls.Dequeue();
        }

        if (_calls.Count >= count)
        {
            return false;
        }

        _calls.Enqueue(now);
        return true;
    }
}
