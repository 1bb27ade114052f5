namespace Amazon.Emulation.Faults;

/// <summary>The faults that wait for their calls.</summary>
internal sealed class FaultList
{
    /// <summary>Stands for every operation.</summary>
    public const string Any = "*";

    private readonly Lock _lock = new();
    private readonly List<Planned> _planned = [];

    /// <summary>Plans a fault.</summary>
    /// <param name="operation">The operation's name: <c>CreateFleet</c>; with its service where two share a name: <c>lambda:Invoke</c>.</param>
    /// <param name="fault">What goes wrong.</param>
    /// <param name="times">For how many calls; <see cref="int.MaxValue"/> for all.</param>
    /// <param name="after">How many calls of that operation pass before.</param>
    public void Add(string operation, Fault fault, int times = 1, int after = 0)
    {
        lock (_lock)
        {
            _planned.Add(new Planned(operation, fault) { Times = times, After = after });
        }
    }

    /// <summary>Forgets what has not happened yet.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _planned.Clear();
        }
    }

    /// <summary>Whether every fault that was planned has happened: a test whose fault never came shows nothing.</summary>
    public bool AllHappened
    {
        get
        {
            lock (_lock)
            {
                return _planned.TrueForAll(planned => planned.Times is 0 or int.MaxValue);
            }
        }
    }

    /// <summary>The fault of this call, if one was planned; it counts as having happened.</summary>
    public Fault? Take(string service, string operation)
    {
        lock (_lock)
        {
            Planned? taken = null;
            foreach (var planned in _planned.Where(planned => planned.IsFor(service, operation)))
            {
                if (planned.After > 0)
                {
                    planned.After--;
                }
                else if (planned.Times > 0 && taken is null)
                {
                    taken = planned;
                }
            }

            if (taken is { Times: < int.MaxValue })
            {
                taken.Times--;
            }

            return taken?.Fault;
        }
    }

    private sealed record Planned(string Operation, Fault Fault)
    {
        public int Times { get; set; }

        public int After { get; set; }

        public bool IsFor(string service, string operation) =>
            Operation == Any || Operation == operation || Operation == $"{service}:{operation}";
    }
}
