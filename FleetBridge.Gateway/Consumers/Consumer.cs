using System.Net;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Gateway.Consumers;

/// <summary>One connection of a user: a handler, in the words of the service mesh.</summary>
/// <param name="id">The session's id, which the consumer is told.</param>
/// <param name="identity">Who it is; null until its first message says so.</param>
/// <param name="address">Where it comes from.</param>
/// <param name="connection">The way to it.</param>
/// <param name="limits">What it may use.</param>
/// <param name="now">The timestamp of its beginning.</param>
internal sealed class Consumer(
    string id, Identity? identity, IPAddress address, IConsumerConnection connection, ConsumerLimits limits, long now)
{
    private TokenBucket _messages = new(limits.MessagesPerSecond, limits.Burst);

    public string Id => id;

    public Identity? Identity { get; set; } = identity;

    public IPAddress Address => address;

    /// <summary>The address as text, made once.</summary>
    public string AddressText { get; } = address.ToString();

    public IConsumerConnection Connection => connection;

    /// <summary>What waits to be sent to it.</summary>
    public Outbox Outbox { get; } = new(connection);

    /// <summary>The timestamp of its beginning.</summary>
    public long Began => now;

    /// <summary>The timestamp of the last ping; 0 when it has been heard of since.</summary>
    public long Pinged { get; set; }

    /// <summary>The timestamp of a message's beginning whose end has not come; 0 for none.</summary>
    public long MessageBegan { get; set; }

    /// <summary>The timestamp of its close; 0 while it is open.</summary>
    public long Closed { get; set; }

    /// <summary>How many of its messages were refused one after the other.</summary>
    public int Refused { get; set; }

    /// <summary>Its calls; null before the first one.</summary>
    public object? Calls { get; set; }

    /// <summary>The names of the topics that it listens to; null for none. Used by its own flow of messages only.</summary>
    public HashSet<string>? Topics { get; set; }

    /// <summary>Whether it may send one more message now.</summary>
    public bool TryCount(TimeProvider clock) => _messages.TryTake(clock);
}
