using System.Buffers;
using FleetBridge.Core.Ports;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Consumers;

/// <summary>
/// What waits to be sent to one consumer, in order. Adding never waits: a consumer that leaves more than <see cref="MostUnsent"/> unread
/// is closed and may come back. An idle one has neither a task nor a buffer.
/// </summary>
/// <param name="connection">The way to the consumer.</param>
internal sealed class Outbox(IConsumerConnection connection) : IThreadPoolWorkItem
{
    /// <summary>How many bytes may wait. What is replayed does not count: it waits in the topic.</summary>
    public const int MostUnsent = 1024 * 1024;

    private const int MostTogether = 64 * 1024;

    private readonly Lock _lock = new();
    private Queue<byte[]>? _unsent;
    private Queue<IReplay>? _replays;
    private byte[]? _close;
    private int _unsentBytes;
    private bool _isPumping;
    private bool _hasEnded;
    private bool _isWritten;
    private TaskCompletionSource? _ended;

    /// <summary>How many bytes wait, those that are being written included.</summary>
    public int UnsentBytes
    {
        get
        {
            lock (_lock)
            {
                return _unsentBytes;
            }
        }
    }

    /// <summary>Whether it takes nothing more.</summary>
    public bool IsClosing
    {
        get
        {
            lock (_lock)
            {
                return _close is not null;
            }
        }
    }

    /// <summary>The code that the consumer was closed with; 0 while it was not.</summary>
    public int CloseCode { get; private set; }

    /// <summary>Completes when the close frame was written, or the connection has ended. Made only for who asks.</summary>
    public Task Ended
    {
        get
        {
            lock (_lock)
            {
                _ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_isWritten)
                {
                    _ended.TrySetResult();
                }

                return _ended.Task;
            }
        }
    }

    /// <summary>Adds frames.</summary>
    /// <param name="frame">One or more whole frames, which nobody changes any more: other consumers may get the same ones.</param>
    /// <returns>False when the consumer is closing.</returns>
    public bool Send(byte[] frame)
    {
        lock (_lock)
        {
            if (_close is not null)
            {
                return false;
            }

            // a single large response is no sign of a slow reader
            if (_unsentBytes == 0 || _unsentBytes + frame.Length <= MostUnsent)
            {
                (_unsent ??= new Queue<byte[]>(2)).Enqueue(frame);
                _unsentBytes += frame.Length;
                StartPump();
                return true;
            }
        }

        // What waits is not sent any more: the consumer asks for it when it comes back, and the close frame is next.
        Close(Wire.CloseCode.Slow, "You read too slowly. Come back, and continue from your last position.", discards: true);
        return false;
    }

    /// <summary>Adds a replay, which is sent after what waits and before what is published when it has ended.</summary>
    public void Replay(IReplay replay)
    {
        lock (_lock)
        {
            if (_close is null)
            {
                (_replays ??= new Queue<IReplay>(1)).Enqueue(replay);
                StartPump();
            }
        }
    }

    /// <summary>Closes the consumer: a close frame is sent after what waits, and nothing behind it.</summary>
    /// <param name="code">The close code.</param>
    /// <param name="reason">Why.</param>
    /// <param name="discards">Whether what waits is not sent any more.</param>
    public void Close(int code, string reason, bool discards = false)
    {
        lock (_lock)
        {
            if (_close is not null)
            {
                return;
            }

            (_close, CloseCode, _replays) = (Frames.Close(code, reason), code, null);
            if (discards)
            {
                _unsent = null;
            }

            StartPump();
        }
    }

    /// <summary>The connection has ended: nothing is written any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            (_hasEnded, _isWritten, _unsent, _replays) = (true, true, null, null);
            _close ??= [];
            _ended?.TrySetResult();
        }
    }

    async void IThreadPoolWorkItem.Execute()
    {
        try
        {
            await PumpAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whatever a broken connection throws: it is of this consumer alone, who comes back.
            End();
            connection.Abort();
        }
    }

    /// <summary>Called with the lock held.</summary>
    private void StartPump()
    {
        if (!_isPumping && !_hasEnded)
        {
            _isPumping = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private async Task PumpAsync()
    {
        FrameBuffer? replayed = null;
        while (true)
        {
            byte[]? frame, rented = null;
            var length = 0;
            IReplay? replay = null;
            lock (_lock)
            {
                if (_hasEnded)
                {
                    _isWritten = true;
                    _ended?.TrySetResult();
                    return;
                }

                if (_unsent is { Count: > 0 })
                {
                    frame = _unsent.Dequeue();
                    length = frame.Length;
                    if (_unsent.Count > 0 && length < MostTogether)
                    {
                        (frame, length) = (rented = Together(frame), _together);
                    }
                }
                else if (_replays is { Count: > 0 })
                {
                    (frame, replay) = (null, _replays.Peek());
                }
                else if (_close is { } close)
                {
                    (frame, length, _unsent) = (close, close.Length, null);
                    (_hasEnded, _unsentBytes) = (true, length);
                }
                else
                {
                    // an idle consumer keeps nothing
                    (_unsent, _replays, _isPumping) = (null, null, false);
                    return;
                }
            }

            if (replay is not null)
            {
                replayed ??= new FrameBuffer();
                await ReplayAsync(replay, replayed).ConfigureAwait(false);
                continue;
            }

            try
            {
                await connection.WriteAsync(frame.AsMemory(0, length)).ConfigureAwait(false);
            }
            finally
            {
                if (rented is not null)
                {
                    ArrayPool<byte>.Shared.Return(rented);
                }

                lock (_lock)
                {
                    _unsentBytes -= length;
                }
            }
        }
    }

    private int _together;

    /// <summary>Joins what waits, so that it is one write. Called with the lock held.</summary>
    private byte[] Together(byte[] first)
    {
        var all = ArrayPool<byte>.Shared.Rent(MostTogether);
        first.CopyTo(all, 0);
        _together = first.Length;
        while (_unsent!.TryPeek(out var next) && _together + next.Length <= MostTogether)
        {
            next.CopyTo(all, _together);
            _together += next.Length;
            _unsent.Dequeue();
        }

        return all;
    }

    private async ValueTask ReplayAsync(IReplay replay, FrameBuffer piece)
    {
        piece.Clear();
        var step = replay.Read(piece, MostTogether);
        if (!piece.Frames.IsEmpty)
        {
            await connection.WriteAsync(piece.Frames).ConfigureAwait(false);
        }

        if (step == ReplayStep.More)
        {
            return;
        }

        lock (_lock)
        {
            if (_replays is { Count: > 0 } && _replays.Peek() == replay)
            {
                _replays.Dequeue();
            }
        }

        if (step == ReplayStep.Lost)
        {
            Close(Wire.CloseCode.Slow, "You read too slowly for the topic's history. Come back, and start it again.", discards: true);
        }
    }
}
