using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Ports;
using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Topics;

/// <summary>A topic that keeps its newest events as they were sent.</summary>
/// <param name="name">Its name.</param>
/// <param name="epoch">Which run it is.</param>
/// <param name="kept">How many it keeps.</param>
internal class StoredTopic(string name, string epoch, int kept = StoredTopic.Kept) : Topic(name, epoch)
{
    /// <summary>How many events a topic keeps unless it says otherwise.</summary>
    public const int Kept = 1_000;

    private const long MostAtOnce = Outbox.MostUnsent / 2;

    private readonly Queue<byte[]> _events = new();
    private long _last;

    protected override long Last => _last;

    protected override long Oldest => _last - _events.Count + 1;

    /// <summary>Publishes an event.</summary>
    /// <param name="event">Its JSON.</param>
    public void Publish(ReadOnlyMemory<byte> @event)
    {
        lock (Lock)
        {
            var frame = Outgoing.Event(Name, new Position(Epoch, ++_last), @event);
            _events.Enqueue(frame);
            if (_events.Count > kept)
            {
                _events.Dequeue();
            }

            SendToLive(frame);
            Tell(@event);
        }
    }

    /// <summary>Publishes an event.</summary>
    public void Publish(JsonObject @event) => Publish(Encoding.UTF8.GetBytes(@event.ToJsonString()));

    protected override bool TrySendKept(Outbox outbox, long after)
    {
        var missed = _events.Skip((int)(after - Oldest + 1));
        if (missed.Sum(frame => (long)frame.Length) > MostAtOnce)
        {
            return false;
        }

        // the stored frames themselves: they take no memory of the consumer's
        foreach (var frame in missed)
        {
            outbox.Send(frame);
        }

        return true;
    }

    /// <summary>Begins again: what happened while nobody listened is not known. Called with the lock held.</summary>
    protected void Restart()
    {
        Epoch = Guid.NewGuid().ToString("N")[..16];
        _events.Clear();
        _last = 0;
    }

    protected override long Write(long after, long until, FrameBuffer into, int mostBytes)
    {
        var skipped = (int)(after - Oldest + 1);
        foreach (var frame in _events.Skip(skipped))
        {
            if (after == until || into.Frames.Length >= mostBytes)
            {
                break;
            }

            frame.CopyTo(into.GetSpan(frame.Length));
            into.Advance(frame.Length);
            after++;
        }

        return after;
    }
}
