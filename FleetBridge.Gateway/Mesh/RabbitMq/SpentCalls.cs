namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>Whether a signed call may run.</summary>
internal enum Spending
{
    /// <summary>It may.</summary>
    First,

    /// <summary>It was taken before: somebody sends what they have recorded.</summary>
    Again,

    /// <summary>So many valid signatures are known that no further one can be remembered.</summary>
    Full,
}

/// <summary>
/// The signed calls that were taken, each as long as its signature is valid: who records one at the broker cannot have it run again.
/// Nothing is forgotten early. Where the table is full, calls are refused until signatures end, which takes minutes.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="most">How many are remembered; one takes about 40 bytes.</param>
internal sealed class SpentCalls(TimeProvider clock, int most = SpentCalls.Most)
{
    /// <summary>Three thousand calls a second, for calls that may take two minutes.</summary>
    public const int Most = 1_000_000;

    /// <summary>Signatures that end within the same so many seconds are forgotten together.</summary>
    private const long Slot = 16;

    private static readonly UInt128 Redelivered = (UInt128)1 << 127;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, HashSet<UInt128>> _bySlot = [];
    private int _count;

    /// <summary>How many are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Takes a call.</summary>
    /// <param name="call">What the signature says, of which nobody can make a second one.</param>
    /// <param name="isRedelivered">Whether the broker says that it has delivered it before: one process ended with it, and another gets it.</param>
    public Spending Take(SignedCall call, bool isRedelivered)
    {
        lock (_lock)
        {
            Forget();
            if (_count >= most)
            {
                return Spending.Full;
            }

            var slot = (call.End.ToUnixTimeSeconds() / Slot) + 1;
            if (!_bySlot.TryGetValue(slot, out var calls))
            {
                _bySlot[slot] = calls = [];
            }

            // the broker's word is good for one more time, and not for any number of them
            var id = call.Id & ~Redelivered;
            var isFirst = calls.Add(id);
            _count += isFirst ? 1 : 0;
            if (!isRedelivered)
            {
                return isFirst ? Spending.First : Spending.Again;
            }

            var isFirstRedelivery = calls.Add(id | Redelivered);
            _count += isFirstRedelivery ? 1 : 0;
            return isFirstRedelivery ? Spending.First : Spending.Again;
        }
    }

    private void Forget()
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds() / Slot;
        while (_bySlot.Count > 0 && _bySlot.First() is { Key: var slot, Value: var calls } && slot < now)
        {
            _count -= calls.Count;
            _bySlot.Remove(slot);
        }
    }
}

/// <summary>A signed call as the table of spent ones knows it.</summary>
/// <param name="Id">128 bits of the signature.</param>
/// <param name="End">From then on the signature is worth nothing.</param>
internal readonly record struct SignedCall(UInt128 Id, DateTimeOffset End);
