namespace FleetBridge.Gateway.Calls;

/// <summary>The calls of one consumer: some run, others wait in their order.</summary>
internal sealed class ConsumerCalls
{
    /// <summary>Guards them.</summary>
    public Lock Lock { get; } = new();

    /// <summary>All that are not answered or still run.</summary>
    public HashSet<Call> All { get; } = [];

    /// <summary>Those with an id of the consumer's.</summary>
    public Dictionary<string, Call> ById { get; } = new(StringComparer.Ordinal);

    /// <summary>Those that wait.</summary>
    public Queue<Call> Waiting { get; } = new();

    /// <summary>How many run.</summary>
    public int Running { get; set; }

    /// <summary>Whether the consumer has gone.</summary>
    public bool HasLeft { get; set; }
}
