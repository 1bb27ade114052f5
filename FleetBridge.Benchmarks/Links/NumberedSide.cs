using System.Buffers.Binary;
using FleetBridge.Fleet.Link;

namespace FleetBridge.Benchmarks.Links;

/// <summary>
/// One side of a link as a program uses it: it sends numbered messages and checks those of the other side. In a new session the two say
/// how far they have come, as host and worker exchange their state, and each sends from there on under the mark that it was given.
/// </summary>
/// <param name="count">How many messages each side sends.</param>
/// <param name="length">How long each is.</param>
internal sealed class NumberedSide(long count, int length) : ILinkHandler
{
    private const int MessageType = 1;
    private const int PositionType = 2;
    private const int Head = 16;

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LinkPeer? _peer;
    private long _next;
    private long _mark = -1;
    private long _ownMark;
    private long _received;

    /// <summary>How many of the other side's messages have come.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Messages that came at another place than theirs.</summary>
    public long Misplaced { get; private set; }

    /// <summary>Connections that did not continue the session.</summary>
    public int NewSessions { get; private set; }

    /// <summary>All of the connections.</summary>
    public int Connections { get; private set; }

    /// <summary>The peer, once there is one.</summary>
    public LinkPeer? Peer => _peer;

    /// <summary>Completes when all of the other side's messages have come.</summary>
    public Task Complete => _complete.Task;

    /// <summary>Sends all messages; starts again from where the other side is when it says so.</summary>
    public async Task SendAllAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            LinkPeer? peer = null;
            Task changed;
            long number, mark;
            lock (_lock)
            {
                changed = _changed.Task;
                (number, mark) = (_next, _mark);
                if (_mark >= 0 && _next < count)
                {
                    peer = _peer;
                    _next++;
                }
            }

            if (peer is null)
            {
                await changed.WaitAsync(cancellation);
                continue;
            }

            var message = new byte[length];
            BinaryPrimitives.WriteInt64LittleEndian(message, number);
            BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(8), mark);
            try
            {
                await peer.SendAsync(MessageType, message, LinkClass.Control, cancellation);
            }
            catch (LinkException)
            {
                // the server was restarted: its next one says where to go on
                await changed.WaitAsync(cancellation);
            }
        }
    }

    public ValueTask OnSessionAsync(LinkPeer peer, LinkSession session, CancellationToken cancellation)
    {
        Connections++;
        if (session.IsResumed)
        {
            return ValueTask.CompletedTask;
        }

        NewSessions++;
        var position = new byte[Head];
        lock (_lock)
        {
            (_peer, _mark) = (peer, -1);
            BinaryPrimitives.WriteInt64LittleEndian(position, Received);
            BinaryPrimitives.WriteInt64LittleEndian(position.AsSpan(8), ++_ownMark);
        }

        return peer.SendAsync(PositionType, position, LinkClass.Control, cancellation);
    }

    public ValueTask OnMessageAsync(LinkPeer peer, int type, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var number = BinaryPrimitives.ReadInt64LittleEndian(payload.Span);
        var mark = BinaryPrimitives.ReadInt64LittleEndian(payload.Span[8..]);
        if (type == PositionType)
        {
            lock (_lock)
            {
                (_next, _mark) = (number, mark);
                _changed.SetResult();
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
        else if (mark == _ownMark)
        {
            Misplaced += number == Received ? 0 : 1;
            if (Interlocked.Increment(ref _received) == count)
            {
                _complete.SetResult();
            }
        }

        return ValueTask.CompletedTask;
    }

    public void OnGap(LinkPeer peer, long count) => Misplaced += count;

    public void OnDisconnected(LinkPeer peer, LinkEnd end)
    {
    }
}
