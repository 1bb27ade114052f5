using System.Text.Json.Nodes;
using FleetBridge.Core.Ports;
using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Topics;

/// <summary>
/// Events in the order in which they were published, each with a number, and those who listen. A consumer that says what it has seen
/// last gets all that came since, in order, and then what comes; or it is told that this is not possible, and never gets a part.
/// </summary>
/// <param name="name">Its name.</param>
/// <param name="epoch">Which run it is: numbers of another run mean nothing.</param>
internal abstract class Topic(string name, string epoch) : IThreadPoolWorkItem
{
    /// <summary>How many bytes of events may wait to be handed out together.</summary>
    private const int MostWaiting = 64 * 1024;

    private readonly Dictionary<Consumer, Subscription> _subscriptions = [];
    private readonly List<Action<ReadOnlyMemory<byte>>> _listeners = [];
    private readonly List<byte[]> _waiting = [];
    private int _waitingBytes;
    private bool _isHandingOut;

    public string Name => name;

    public string Epoch { get; protected set; } = epoch;

    /// <summary>Makes what a consumer is told when it begins, such as who is there; null for nothing.</summary>
    public Func<JsonNode?>? Snapshot { get; init; }

    /// <summary>How many listen.</summary>
    public int Subscribers
    {
        get
        {
            lock (Lock)
            {
                return _subscriptions.Count;
            }
        }
    }

    private bool IsUnused => _subscriptions.Count == 0 && _listeners.Count == 0;

    /// <summary>Guards the numbers and the subscriptions.</summary>
    protected Lock Lock { get; } = new();

    /// <summary>The number of the last event that was published.</summary>
    protected abstract long Last { get; }

    /// <summary>The number of the oldest event that is kept; one above <see cref="Last"/> when none is.</summary>
    protected abstract long Oldest { get; }

    /// <summary>Begins to listen. The response is queued before any event.</summary>
    /// <param name="consumer">Who.</param>
    /// <param name="since">What it has seen last; null to start now.</param>
    /// <param name="newest">How many of the newest events it wants, where it has seen none.</param>
    /// <param name="respond">Writes the response from the position and whether nothing is missing.</param>
    public void Subscribe(Consumer consumer, Position? since, long newest, Func<Position, bool, JsonNode?, byte[]> respond)
    {
        lock (Lock)
        {
            HandOut();
            if (_subscriptions.Remove(consumer, out var before))
            {
                before.HasEnded = true;
            }

            if (IsUnused)
            {
                OnFirst();
            }

            var recovered = since is not { } seen || (seen.Epoch == Epoch && seen.Offset >= Oldest - 1 && seen.Offset <= Last);
            var cursor = since is { } known ? recovered ? known.Offset : Last : Math.Max(Oldest - 1, Last - Math.Max(0, newest));
            var subscription = new Subscription(this, consumer, cursor);
            _subscriptions[consumer] = subscription;
            consumer.Outbox.Send(respond(new Position(Epoch, Last), recovered, Snapshot?.Invoke()));
            if (cursor < Last && !TrySendKept(consumer.Outbox, cursor))
            {
                consumer.Outbox.Replay(subscription);
            }
            else
            {
                subscription.IsLive = true;
            }
        }
    }

    /// <summary>Listens in this process, from now on.</summary>
    /// <param name="take">Takes the JSON of each event; it must not wait.</param>
    /// <returns>Ends it.</returns>
    public IDisposable Listen(Action<ReadOnlyMemory<byte>> take)
    {
        lock (Lock)
        {
            if (IsUnused)
            {
                OnFirst();
            }

            _listeners.Add(take);
            return new Listening(this, take);
        }
    }

    /// <summary>Listens no more.</summary>
    public void Unsubscribe(Consumer consumer)
    {
        lock (Lock)
        {
            if (_subscriptions.Remove(consumer, out var subscription))
            {
                subscription.HasEnded = true;
                if (IsUnused)
                {
                    OnLast();
                }
            }
        }
    }

    /// <summary>Reads the next piece of what a consumer has missed.</summary>
    internal ReplayStep Replay(Subscription subscription, FrameBuffer into, int mostBytes)
    {
        lock (Lock)
        {
            if (subscription.HasEnded)
            {
                return ReplayStep.CaughtUp;
            }

            if (subscription.Cursor >= Last)
            {
                HandOut();
                subscription.IsLive = true;
                return ReplayStep.CaughtUp;
            }

            if (subscription.Cursor < Oldest - 1)
            {
                return ReplayStep.Lost;
            }

            subscription.Cursor = Write(subscription.Cursor, Last, into, mostBytes);
            return ReplayStep.More;
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (Lock)
        {
            _isHandingOut = false;
            HandOut();
        }
    }

    /// <summary>
    /// Sends an event to all that are live, soon: what is published meanwhile reaches each of them in the same write. Called with the lock
    /// held, in order.
    /// </summary>
    protected void SendToLive(byte[] frame)
    {
        if (_subscriptions.Count == 0)
        {
            return;
        }

        if (_waitingBytes > 0 && _waitingBytes + frame.Length > MostWaiting)
        {
            HandOut();
        }

        _waiting.Add(frame);
        _waitingBytes += frame.Length;
        if (!_isHandingOut)
        {
            _isHandingOut = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>
    /// Hands what waits to all that are live. Called with the lock held, and before anyone becomes live, for whom it is too old.
    /// </summary>
    private void HandOut()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        var frames = _waiting.Count == 1 ? _waiting[0] : Joined();
        _waiting.Clear();
        _waitingBytes = 0;
        foreach (var (_, subscription) in _subscriptions)
        {
            if (subscription.IsLive)
            {
                subscription.Consumer.Outbox.Send(frames);
            }
        }
    }

    private byte[] Joined()
    {
        var frames = GC.AllocateUninitializedArray<byte>(_waitingBytes);
        var length = 0;
        foreach (var frame in _waiting)
        {
            frame.CopyTo(frames, length);
            length += frame.Length;
        }

        return frames;
    }

    /// <summary>Hands an event to those that listen in this process. Called with the lock held, in order.</summary>
    protected void Tell(ReadOnlyMemory<byte> @event) => _listeners.ForEach(take => take(@event));

    /// <summary>Closes all that are live: an event is lost to them. Called with the lock held.</summary>
    protected void CloseLive(string reason)
    {
        foreach (var (_, subscription) in _subscriptions.Where(one => one.Value.IsLive))
        {
            subscription.Consumer.Outbox.Close(CloseCode.Slow, reason, discards: true);
        }
    }

    /// <summary>Writes the frames of events that are kept. Called with the lock held.</summary>
    /// <param name="after">The number before the first one.</param>
    /// <param name="until">The number of the last one.</param>
    /// <param name="into">Takes them.</param>
    /// <param name="mostBytes">Where to end.</param>
    /// <returns>The number of the last one that was written.</returns>
    protected abstract long Write(long after, long until, FrameBuffer into, int mostBytes);

    /// <summary>Sends what a consumer has missed at once, where that is little: then nothing can fall out of the history before it is read.
    /// Called with the lock held.</summary>
    protected virtual bool TrySendKept(Outbox outbox, long after) => false;

    /// <summary>The first consumer listens. Called with the lock held, before its position is read.</summary>
    protected virtual void OnFirst()
    {
    }

    /// <summary>Nobody listens any more. Called with the lock held.</summary>
    protected virtual void OnLast()
    {
    }

    private sealed class Listening(Topic topic, Action<ReadOnlyMemory<byte>> take) : IDisposable
    {
        public void Dispose()
        {
            lock (topic.Lock)
            {
                if (topic._listeners.Remove(take) && topic.IsUnused)
                {
                    topic.OnLast();
                }
            }
        }
    }
}
