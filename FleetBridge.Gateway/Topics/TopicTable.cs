using System.Collections.Concurrent;

namespace FleetBridge.Gateway.Topics;

/// <summary>The topics of a gateway. A name of a consumer is compared with what is here, and makes nothing.</summary>
internal sealed class TopicTable
{
    private readonly ConcurrentDictionary<string, Topic> _topics = new(StringComparer.Ordinal);

    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Names => [.. _topics.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Adds a topic.</summary>
    /// <returns>The topic.</returns>
    public T Add<T>(T topic)
        where T : Topic
    {
        _topics[topic.Name] = topic;
        return topic;
    }

    /// <summary>Finds a topic.</summary>
    public Topic? Find(string name) => _topics.GetValueOrDefault(name);
}
