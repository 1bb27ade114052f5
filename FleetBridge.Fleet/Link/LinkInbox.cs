using System.Threading.Channels;

namespace FleetBridge.Fleet.Link;

/// <summary>What one session has received: messages in order, each once, whichever connection brought them.</summary>
/// <param name="deliveries">Where they wait for the handler.</param>
internal sealed class LinkInbox(ChannelWriter<LinkDelivery> deliveries)
{
    private readonly Lock _lock = new();
    private long _received;
    private long _handled;
    private bool _isRetired;

    /// <summary>The number of the last message received.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>The number of the last message handled, which is what is acknowledged.</summary>
    public long Handled
    {
        get => Volatile.Read(ref _handled);
        set => Volatile.Write(ref _handled, value);
    }

    /// <summary>Takes a frame's messages.</summary>
    /// <param name="first">The number of the first.</param>
    /// <param name="messages">The frame behind its head.</param>
    /// <returns>How many came twice, and what the others weigh.</returns>
    /// <exception cref="LinkProtocolException">The frame cannot be read, or there is a hole before it.</exception>
    public (long Duplicates, long Weight) Receive(long first, ReadOnlyMemory<byte> messages)
    {
        lock (_lock)
        {
            var (number, duplicates, weight) = (first, 0L, 0L);
            while (!messages.IsEmpty && !_isRetired)
            {
                var (type, payload, count) = LinkFrame.ReadMessage(ref messages);
                if (number > _received + 1)
                {
                    throw new LinkProtocolException($"Message {number} came, and message {_received + 1} did not.");
                }

                var last = number + count - 1;
                if (last < number)
                {
                    throw new LinkProtocolException($"A gap of {count} messages leads beyond the last number.");
                }

                if (last <= _received)
                {
                    duplicates += type == LinkFrame.Gap ? 0 : 1;
                }
                else
                {
                    var delivery = new LinkDelivery(this, last, type, payload, last - _received);
                    _received = last;
                    weight += delivery.Weight;
                    deliveries.TryWrite(delivery);
                }

                number = last + 1;
            }

            return (duplicates, weight);
        }
    }

    /// <summary>Takes nothing more: another session has begun.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            _isRetired = true;
        }
    }
}

/// <summary>What waits for the handler: a message, a gap, or a notice about the connection.</summary>
/// <param name="Inbox">Where its number counts; null for a notice.</param>
/// <param name="Number">Its number, for a gap the last one.</param>
/// <param name="Type">Its type.</param>
/// <param name="Payload">Its payload.</param>
/// <param name="Missing">For a gap, how many messages are missing.</param>
/// <param name="Notice">A <see cref="LinkSession"/> or a <see cref="LinkEnd"/>.</param>
internal readonly record struct LinkDelivery(
    LinkInbox? Inbox, long Number, int Type, ReadOnlyMemory<byte> Payload, long Missing, object? Notice = null)
{
    private const int Overhead = 64;

    /// <summary>How much memory it takes, about.</summary>
    public long Weight => Payload.Length + Overhead;
}
