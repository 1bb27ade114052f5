using System.Buffers;
using System.Runtime.InteropServices;

namespace FleetBridge.Fleet.Link;

/// <summary>
/// The messages that the other side has not acknowledged, in order, whether sent or not. Each has its number from the moment it is put
/// in. A message is sent over one connection at a time, which takes them from the first on: what the last connection has sent and is not
/// acknowledged goes again before anything new.
/// </summary>
/// <param name="bounds">How much it keeps.</param>
/// <param name="clock">Measures how long messages wait.</param>
internal sealed class LinkOutbox(LinkBounds bounds, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Outgoing> _messages = new();
    private readonly Queue<LinkedListNode<Outgoing>> _telemetry = new();
    private readonly Queue<Waiting> _waiting = new();
    private LinkedListNode<Outgoing>? _next;
    private object? _connection;
    private long _last;
    private long _sent;
    private int _controlCount;
    private long _controlBytes;
    private long _telemetryBytes;
    private long _dropped;
    private bool _isClosed;

    /// <summary>Puts a message in; completes when it has a number.</summary>
    /// <param name="type">Its type, at least 1.</param>
    /// <param name="payload">Its payload, which must not change until it is acknowledged.</param>
    /// <param name="kind">What happens if there is no room.</param>
    /// <param name="cancellation">Ends the wait for room.</param>
    public ValueTask AddAsync(int type, ReadOnlyMemory<byte> payload, LinkClass kind, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(type, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, LinkBounds.LargestMessage, nameof(payload));
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_isClosed)
            {
                throw new LinkException("The link has ended: nothing can be sent.");
            }

            if (kind == LinkClass.Telemetry)
            {
                Append(type, payload, isTelemetry: true);
                DropTelemetry();
                return ValueTask.CompletedTask;
            }

            if (_waiting.Count == 0 && HasRoom(payload.Length))
            {
                Append(type, payload, isTelemetry: false);
                return ValueTask.CompletedTask;
            }

            var waiting = new Waiting(type, payload);
            _waiting.Enqueue(waiting);
            return new ValueTask(WaitAsync(waiting, cancellation));
        }
    }

    /// <summary>Sends from the first message on over another connection, and no more over the last one.</summary>
    /// <param name="connection">The connection.</param>
    public void SendOver(object connection)
    {
        lock (_lock)
        {
            (_connection, _next) = (connection, _messages.First);
        }
    }

    /// <summary>Writes a frame with the next messages.</summary>
    /// <param name="connection">The connection that it goes over.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="isPing">Whether it asks for a response.</param>
    /// <param name="acknowledged">What it acknowledges.</param>
    /// <param name="isNeeded">Whether to write one without messages.</param>
    /// <returns>False if nothing was written.</returns>
    public bool TryWriteFrame(object connection, ArrayBufferWriter<byte> writer, bool isPing, long acknowledged, bool isNeeded)
    {
        lock (_lock)
        {
            if (_connection != connection || (_next is null && !isNeeded))
            {
                return false;
            }

            LinkFrame.WriteHead(writer, isPing, acknowledged, _next?.ValueRef.First ?? _last + 1);
            for (; _next is not null && writer.WrittenCount < LinkFrame.Full; _next = _next.Next)
            {
                ref var message = ref _next.ValueRef;
                if (message.IsGap)
                {
                    LinkFrame.WriteGap(writer, message.Count);
                }
                else
                {
                    LinkFrame.WriteMessage(writer, message.Type, message.Payload.Span);
                }

                _sent = Math.Max(_sent, message.First + message.Count - 1);
            }

            return true;
        }
    }

    /// <summary>Forgets what the other side has handled.</summary>
    /// <param name="connection">The connection that says so; nothing happens unless it is the present one.</param>
    /// <param name="number">The number of the last message handled.</param>
    /// <exception cref="LinkProtocolException">That message was not sent yet.</exception>
    public void Acknowledge(object connection, long number)
    {
        lock (_lock)
        {
            if (_connection != connection)
            {
                return;
            }

            if (number > _sent)
            {
                throw new LinkProtocolException($"Message {number} is acknowledged, and the last one sent is {_sent}.");
            }

            Forget(number);
        }
    }

    /// <summary>Continues the session: forgets what the other side has handled.</summary>
    /// <param name="number">The number of the last message handled there.</param>
    /// <returns>False if the other side has handled other messages than these, and the session cannot continue.</returns>
    public bool TryContinue(long number)
    {
        lock (_lock)
        {
            _connection = null;
            if (number > _sent || number < (_messages.First?.ValueRef.First ?? _last + 1) - 1)
            {
                return false;
            }

            Forget(number);
            return true;
        }
    }

    /// <summary>Begins a session: telemetry is left behind, control messages that survive get new numbers.</summary>
    /// <param name="survives">Whether a type does; null for all.</param>
    public void Restart(Func<int, bool>? survives)
    {
        lock (_lock)
        {
            (_connection, _next) = (null, null);
            (_last, _sent) = (0, 0);
            _telemetry.Clear();
            _telemetryBytes = 0;
            for (var node = _messages.First; node is not null;)
            {
                var next = node.Next;
                ref var message = ref node.ValueRef;
                if (message.IsGap)
                {
                    _messages.Remove(node);
                }
                else if (message.IsTelemetry)
                {
                    _dropped++;
                    _messages.Remove(node);
                }
                else if (survives?.Invoke(message.Type) == false)
                {
                    _controlCount--;
                    _controlBytes -= message.Payload.Length;
                    _messages.Remove(node);
                }
                else
                {
                    message.First = ++_last;
                }

                node = next;
            }

            AdmitWaiting();
        }
    }

    /// <summary>Takes no more messages; those that wait for room fail.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            while (_waiting.TryDequeue(out var waiting))
            {
                waiting.Admitted.TrySetException(new LinkException("The link has ended: the message was not sent."));
            }
        }
    }

    /// <summary>Adds what it knows to a status.</summary>
    public LinkStatus Describe(LinkStatus status)
    {
        lock (_lock)
        {
            return status with
            {
                Numbered = _last,
                Dropped = _dropped,
                Unacknowledged = _controlCount + _telemetry.Count,
                OldestAge = _messages.First is { } first ? clock.GetElapsedTime(first.ValueRef.Added) : TimeSpan.Zero,
            };
        }
    }

    private static async Task WaitAsync(Waiting waiting, CancellationToken cancellation)
    {
        await using var registration = cancellation.UnsafeRegister(
            (state, token) => ((Waiting)state!).Admitted.TrySetCanceled(token), waiting).ConfigureAwait(false);
        await waiting.Admitted.Task.ConfigureAwait(false);
    }

    private bool HasRoom(int length) => _controlCount == 0
        || (_controlCount < bounds.ControlCount && _controlBytes + length <= bounds.ControlBytes);

    private void Append(int type, ReadOnlyMemory<byte> payload, bool isTelemetry)
    {
        var node = _messages.AddLast(new Outgoing
        {
            First = ++_last,
            Count = 1,
            Type = type,
            Payload = payload,
            IsTelemetry = isTelemetry,
            Added = clock.GetTimestamp(),
        });
        _next ??= node;
        if (isTelemetry)
        {
            _telemetry.Enqueue(node);
            _telemetryBytes += payload.Length;
        }
        else
        {
            _controlCount++;
            _controlBytes += payload.Length;
        }
    }

    /// <summary>Makes gaps of the oldest telemetry until the rest has room.</summary>
    private void DropTelemetry()
    {
        while (_telemetry.Count > 1 && (_telemetry.Count > bounds.TelemetryCount || _telemetryBytes > bounds.TelemetryBytes))
        {
            var node = _telemetry.Dequeue();
            ref var message = ref node.ValueRef;
            _telemetryBytes -= message.Payload.Length;
            _dropped++;
            message.Type = LinkFrame.Gap;
            message.Payload = default;
            var after = node.Next;
            Merge(Merge(node.Previous, node), after);
        }
    }

    /// <summary>Makes one gap of two, unless only the first of them was sent.</summary>
    /// <returns>The node that holds the second.</returns>
    private LinkedListNode<Outgoing> Merge(LinkedListNode<Outgoing>? first, LinkedListNode<Outgoing>? second)
    {
        if (first is null || second is null || second == _next || !first.ValueRef.IsGap || !second.ValueRef.IsGap)
        {
            return second!;
        }

        first.ValueRef.Count += second.ValueRef.Count;
        _messages.Remove(second);
        return first;
    }

    private void Forget(long number)
    {
        while (_messages.First is { } node && node.ValueRef.First <= number)
        {
            ref var message = ref node.ValueRef;
            if (message.First + message.Count - 1 > number)
            {
                // it was received before it was dropped here
                message.Count -= number + 1 - message.First;
                message.First = number + 1;
                break;
            }

            if (!message.IsGap && message.IsTelemetry)
            {
                _telemetry.Dequeue();
                _telemetryBytes -= message.Payload.Length;
            }
            else if (!message.IsGap)
            {
                _controlCount--;
                _controlBytes -= message.Payload.Length;
            }

            if (_next == node)
            {
                _next = node.Next;
            }

            _messages.RemoveFirst();
        }

        AdmitWaiting();
    }

    private void AdmitWaiting()
    {
        while (_waiting.TryPeek(out var waiting) && (waiting.Admitted.Task.IsCompleted || HasRoom(waiting.Payload.Length)))
        {
            _waiting.Dequeue();
            if (waiting.Admitted.TrySetResult())
            {
                Append(waiting.Type, waiting.Payload, isTelemetry: false);
            }
        }
    }

    /// <summary>A message, or a gap where telemetry was.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Outgoing
    {
        public long First;
        public long Count;
        public int Type;
        public bool IsTelemetry;
        public ReadOnlyMemory<byte> Payload;
        public long Added;

        public readonly bool IsGap => Type == LinkFrame.Gap;
    }

    /// <summary>A control message that waits for room.</summary>
    private sealed class Waiting(int type, ReadOnlyMemory<byte> payload)
    {
        public int Type { get; } = type;

        public ReadOnlyMemory<byte> Payload { get; } = payload;

        public TaskCompletionSource Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
