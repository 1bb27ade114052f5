using FleetBridge.Core.Ports;
using FleetBridge.Gateway.Consumers;

namespace FleetBridge.Gateway.Topics;

/// <summary>A consumer that listens to a topic: live, or still behind.</summary>
internal sealed class Subscription(Topic topic, Consumer consumer, long cursor) : IReplay
{
    public Consumer Consumer => consumer;

    /// <summary>The offset of the last event that it got while it was behind.</summary>
    public long Cursor { get; set; } = cursor;

    /// <summary>Whether it gets what is published at once.</summary>
    public bool IsLive { get; set; }

    /// <summary>Whether the consumer has left the topic.</summary>
    public bool HasEnded { get; set; }

    public ReplayStep Read(FrameBuffer into, int mostBytes) => topic.Replay(this, into, mostBytes);
}
