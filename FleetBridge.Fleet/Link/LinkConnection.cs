using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;

namespace FleetBridge.Fleet.Link;

/// <summary>
/// One WebSocket of a link, from its handshake to its end. A receive is always pending, since a loss is noticed on reading; one loop
/// writes. The other side's frames also say what it has handled.
/// </summary>
internal sealed class LinkConnection : IDisposable
{
    private const int FirstBuffer = 4096;

    /// <summary>A larger buffer is not kept.</summary>
    private const int KeptBuffer = 2 * LinkFrame.Full;

    /// <summary>This many handled messages are acknowledged at once.</summary>
    private const int MostOwed = 512;

    /// <summary>This many handled bytes are.</summary>
    private const long MostOwedBytes = 256 * 1024;

    private readonly WebSocket _socket;
    private readonly LinkPeer _peer;
    private readonly LinkOutbox _outbox;
    private readonly LinkInbox _inbox;
    private readonly LinkTimes _times;
    private readonly TimeProvider _clock;
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite,
        SingleReader = true,
    });

    private readonly Lock _timing = new();
    private readonly ITimer _acknowledging;
    private readonly ITimer _watching;
    private readonly ITimer _closing;
    private long _read;
    private int _owed;
    private long _owedBytes;
    private int _acknowledges;
    private int _pings;
    private LinkEnd? _close;
    private volatile string? _lost;
    private volatile bool _hasEnded;

    public LinkConnection(WebSocket socket, LinkPeer peer, LinkOutbox outbox, LinkInbox inbox, LinkTimes times, TimeProvider clock)
    {
        (_socket, _peer, _outbox, _inbox, _times, _clock) = (socket, peer, outbox, inbox, times, clock);
        _read = clock.GetTimestamp();
        _acknowledging = clock.CreateTimer(_ => AcknowledgeOwed(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _closing = clock.CreateTimer(
            _ => Lose("the other side did not close the connection"), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _watching = clock.CreateTimer(_ => Watch(), null, times.Ping, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How long nothing has come.</summary>
    public TimeSpan Silence => _clock.GetElapsedTime(Volatile.Read(ref _read));

    /// <summary>Serves the connection until it has ended.</summary>
    /// <returns>How it ended.</returns>
    public async Task<LinkEnd> RunAsync()
    {
        var writing = WriteAsync();
        LinkEnd end;
        try
        {
            end = await ReadAsync().ConfigureAwait(false);
            Close(LinkCloseCode.Normal, "");
        }
        catch (LinkProtocolException exception)
        {
            end = new LinkEnd(null, exception.Message);
            Close(exception.Code, exception.Message);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            end = new LinkEnd(null, _lost ?? exception.Message.TrimEnd('.'));
            Lose(end.Reason);
        }

        await writing.ConfigureAwait(false);
        return end;
    }

    /// <summary>Lets the writing loop look whether there is something to send.</summary>
    public void Signal() => _signals.Writer.TryWrite(true);

    /// <summary>A message was handled, and is to be acknowledged: soon, or with the next message that goes the other way.</summary>
    /// <param name="bytes">Its length.</param>
    public void Owe(int bytes)
    {
        var isMuch = Interlocked.Add(ref _owedBytes, bytes) >= MostOwedBytes;
        var owed = Interlocked.Increment(ref _owed);
        if (isMuch || owed >= MostOwed)
        {
            AcknowledgeOwed();
        }
        else if (owed == 1)
        {
            Set(_acknowledging, _times.Acknowledge);
        }
    }

    /// <summary>Sends a close frame after the frame that is being sent, and nothing behind it.</summary>
    /// <param name="code">The close code.</param>
    /// <param name="reason">Why; at most 123 bytes of it are sent.</param>
    public void Close(int code, string reason)
    {
        if (Interlocked.CompareExchange(ref _close, new LinkEnd(code, reason), null) is null)
        {
            Set(_closing, _times.Close);
            Signal();
        }
    }

    /// <summary>Ends the connection at once.</summary>
    /// <param name="reason">Why.</param>
    public void Lose(string reason)
    {
        _lost ??= reason;
        _hasEnded = true;
        _socket.Abort();
        Signal();
    }

    /// <summary>Ends the connection for a newer one, unless it is being closed: its close frame says more.</summary>
    public void GiveWay()
    {
        if (Volatile.Read(ref _close) is null)
        {
            Lose("a newer connection continues the session");
        }
    }

    public void Dispose()
    {
        lock (_timing)
        {
            _hasEnded = true;
            _acknowledging.Dispose();
            _closing.Dispose();
            _watching.Dispose();
        }

        _socket.Dispose();
    }

    private static bool IsLoss(Exception exception) =>
        exception is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;

    /// <summary>The protocol allows 123 bytes.</summary>
    private static string Shorten(string reason) => reason.Length <= 120 && System.Text.Encoding.UTF8.GetByteCount(reason) <= 123
        ? reason
        : string.Concat(reason.Where(char.IsAscii).Take(120));

    private async Task<LinkEnd> ReadAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            while (true)
            {
                // memory is used when a frame has begun to come
                var part = await _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
                var count = 0;
                while (part.MessageType != WebSocketMessageType.Close && !part.EndOfMessage)
                {
                    if (count == buffer.Length)
                    {
                        buffer = Grow(buffer);
                    }

                    part = await _socket.ReceiveAsync(buffer.AsMemory(count), CancellationToken.None).ConfigureAwait(false);
                    count += part.Count;
                    Volatile.Write(ref _read, _clock.GetTimestamp());
                    if (count > LinkFrame.Largest)
                    {
                        throw new LinkProtocolException($"A frame has at most {LinkFrame.Largest} bytes.", LinkCloseCode.TooLarge);
                    }
                }

                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return new LinkEnd((int?)_socket.CloseStatus, _socket.CloseStatusDescription ?? "");
                }

                Take(part.MessageType == WebSocketMessageType.Binary
                    ? buffer.AsSpan(0, count).ToArray()
                    : throw new LinkProtocolException("A link has binary frames only."));
                await _peer.WaitForRoomAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 4, LinkFrame.Full));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private void Take(ReadOnlyMemory<byte> frame)
    {
        var (isPing, acknowledged, first) = LinkFrame.ReadHead(ref frame);
        _outbox.Acknowledge(this, acknowledged);
        var (duplicates, weight) = _inbox.Receive(first, frame);
        _peer.Count(duplicates, weight);
        if (isPing)
        {
            Interlocked.Exchange(ref _acknowledges, 1);
        }

        // for the response to a ping, and for what the acknowledgement has made room for
        Signal();
    }

    private async Task WriteAsync()
    {
        var writer = new ArrayBufferWriter<byte>(FirstBuffer);
        try
        {
            while (!_hasEnded && await _signals.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                _signals.Reader.TryRead(out _);
                while (!_hasEnded && _close is null && TryWriteFrame(writer))
                {
                    await _socket.SendAsync(writer.WrittenMemory, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None)
                        .ConfigureAwait(false);
                    if (writer.Capacity > KeptBuffer)
                    {
                        writer = new ArrayBufferWriter<byte>(FirstBuffer);
                    }
                    else
                    {
                        writer.ResetWrittenCount();
                    }
                }

                if (_close is { } close)
                {
                    await _socket.CloseOutputAsync((WebSocketCloseStatus)close.Code!, Shorten(close.Reason), CancellationToken.None)
                        .ConfigureAwait(false);
                    return;
                }
            }
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            Lose(exception.Message.TrimEnd('.'));
        }
    }

    private bool TryWriteFrame(ArrayBufferWriter<byte> writer)
    {
        // taken back before the number is read: what is handled after that is owed again
        var acknowledges = Interlocked.Exchange(ref _acknowledges, 0) == 1;
        var isPing = Interlocked.Exchange(ref _pings, 0) == 1;
        var owed = Interlocked.Exchange(ref _owed, 0);
        var bytes = Interlocked.Exchange(ref _owedBytes, 0);
        if (_outbox.TryWriteFrame(this, writer, isPing, _inbox.Handled, acknowledges || isPing))
        {
            return true;
        }

        Interlocked.Add(ref _owed, owed);
        Interlocked.Add(ref _owedBytes, bytes);
        return false;
    }

    private void AcknowledgeOwed()
    {
        if (Volatile.Read(ref _owed) > 0)
        {
            Interlocked.Exchange(ref _acknowledges, 1);
            Signal();
        }
    }

    /// <summary>Sends a ping after a silence, and ends the connection after a longer one.</summary>
    private void Watch()
    {
        var silence = Silence;
        if (silence >= _times.Dead)
        {
            Lose($"nothing came for {_times.Dead.TotalSeconds:0.##} s");
            return;
        }

        if (silence >= _times.Ping)
        {
            Interlocked.Exchange(ref _pings, 1);
            Signal();
        }

        Set(_watching, (silence < _times.Ping ? _times.Ping : _times.Dead) - silence);
    }

    private void Set(ITimer timer, TimeSpan due)
    {
        lock (_timing)
        {
            if (!_hasEnded)
            {
                timer.Change(due, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
