using System.Buffers;
using System.Net.WebSockets;

namespace FleetBridge.Fleet.GameLift.ServerSdk;

/// <summary>
/// One WebSocket of a game server. A receive is pending from the first moment to the last, also while a request is being worked on:
/// the SDK for C# pings before each of its messages and waits two seconds. An idle socket has neither a buffer nor a timer.
/// </summary>
/// <param name="work">Handles a message, which is valid until it completes; called for one message at a time, in order.</param>
internal sealed class ServerSocket(Func<ServerSocket, ReadOnlyMemory<byte>, Task> work)
{
    /// <summary>The largest request, a backfill of 200 players, has a few hundred KiB.</summary>
    public const int LargestMessage = 1024 * 1024;

    /// <summary>Close code for a message that is too large (RFC 6455, section 7.4.1).</summary>
    public const int TooLarge = 1009;

    private const int FirstBuffer = 4096;

    /// <summary>The messages that wait for their turn; beyond that the server is not read from.</summary>
    private const int MostWaiting = 64;

    /// <summary>What may wait to be sent to a server that does not read.</summary>
    private const int MostUnsent = 16 * 1024 * 1024;

    private readonly Lock _lock = new();
    private Queue<byte[]>? _unsent;
    private WebSocket? _socket;
    private Task _working = Task.CompletedTask;
    private int _waiting;
    private int _unsentBytes;
    private bool _isSending;
    private (int Code, string Reason)? _close;

    /// <summary>Whether it was told to close.</summary>
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

    /// <summary>Serves a socket until its connection has ended, and everything that came over it was worked on.</summary>
    /// <param name="socket">The socket, whose upgrade has been accepted.</param>
    /// <returns>Completes then.</returns>
    public async Task ServeAsync(WebSocket socket)
    {
        Begin(() => _socket = socket);
        try
        {
            while (await ReceiveAsync(socket).ConfigureAwait(false))
            {
            }

            // the SDKs for C++ and Go begin to close, and are answered; a close of ours gets no second frame
            Close((int?)socket.CloseStatus ?? (int)WebSocketCloseStatus.NormalClosure, "");
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // lost: the server connects again
            Abort();
        }

        await _working.ConfigureAwait(false);
    }

    /// <summary>Sends a message, after those before it.</summary>
    public void Send(byte[] message)
    {
        Begin(() =>
        {
            if (_close is null)
            {
                (_unsent ??= new Queue<byte[]>(1)).Enqueue(message);
                if ((_unsentBytes += message.Length) > MostUnsent)
                {
                    Abort();
                }
            }
        });
    }

    /// <summary>Sends a close frame after what is to be sent; nothing is sent behind it.</summary>
    /// <param name="code">The close code.</param>
    /// <param name="reason">Why, for the server's log.</param>
    public void Close(int code, string reason) => Begin(() => _close ??= (code, reason));

    /// <summary>Ends the connection without a close frame.</summary>
    public void Abort()
    {
        lock (_lock)
        {
            _close ??= (0, "");
            _unsent = null;
            _socket?.Abort();
        }
    }

    /// <summary>Receives one message; memory is taken when one has begun to come.</summary>
    /// <returns>False when the server has closed the connection.</returns>
    private async Task<bool> ReceiveAsync(WebSocket socket)
    {
        var part = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
        var (buffer, count) = (ArrayPool<byte>.Shared.Rent(FirstBuffer), 0);
        while (part.MessageType != WebSocketMessageType.Close && !part.EndOfMessage)
        {
            if (count == buffer.Length && !TryGrow(ref buffer))
            {
                ArrayPool<byte>.Shared.Return(buffer);
                Close(TooLarge, $"A message to GameLift has at most {LargestMessage} bytes.");
                return await DrainAsync(socket).ConfigureAwait(false);
            }

            part = await socket.ReceiveAsync(buffer.AsMemory(count), CancellationToken.None).ConfigureAwait(false);
            count += part.Count;
        }

        if (part.MessageType == WebSocketMessageType.Close)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return false;
        }

        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            await _working.ConfigureAwait(false);
        }

        _working = WorkAsync(_working, buffer, count);
        return true;
    }

    private async Task WorkAsync(Task before, byte[] buffer, int count)
    {
        await before.ConfigureAwait(false);
        try
        {
            await work(this, buffer.AsMemory(0, count)).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool TryGrow(ref byte[] buffer)
    {
        if (buffer.Length >= LargestMessage)
        {
            return false;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 4, LargestMessage));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
        return true;
    }

    /// <summary>Reads what has been sent before the close frame arrived there: a connection that is closed over unread data is reset,
    /// and the frame would be lost with it.</summary>
    private static async Task<bool> DrainAsync(WebSocket socket)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false)).MessageType != WebSocketMessageType.Close)
            {
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Changes what is to be sent, and sends it unless that is already running.</summary>
    private void Begin(Action change)
    {
        WebSocket socket;
        lock (_lock)
        {
            change();
            if (_isSending || _socket is null || (_unsent is not { Count: > 0 } && _close is null))
            {
                return;
            }

            (_isSending, socket) = (true, _socket);
        }

        _ = SendAllAsync(socket);
    }

    private async Task SendAllAsync(WebSocket socket)
    {
        try
        {
            while (Next() is { } message)
            {
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
            }

            if (_close is { Code: > 0 } close)
            {
                var isEmpty = close.Code == (int)WebSocketCloseStatus.Empty;
                await socket.CloseOutputAsync((WebSocketCloseStatus)close.Code, isEmpty ? null : close.Reason, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException
            or InvalidOperationException or ArgumentException)
        {
            // lost, or the server has closed it with a code that nobody may send: the receive sees its end
            socket.Abort();
        }
    }

    /// <summary>The next message; null ends the sending, and nothing can come between that and the end.</summary>
    private byte[]? Next()
    {
        lock (_lock)
        {
            if (_unsent is not null && _unsent.TryDequeue(out var message))
            {
                _unsentBytes -= message.Length;
                return message;
            }

            _unsent = null;
            _isSending = _close is not null;
            return null;
        }
    }
}
