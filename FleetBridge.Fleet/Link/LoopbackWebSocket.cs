using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text;

namespace FleetBridge.Fleet.Link;

/// <summary>
/// The client's side of a WebSocket (RFC 6455) without extensions, on a connection that was upgraded. The framework's takes its masks from
/// OpenSSL, for which a worker on its host's machine has no other use.
/// </summary>
/// <param name="connection">The connection, which it closes.</param>
/// <param name="read">What was read of it already.</param>
/// <param name="protocol">The protocol that both sides speak.</param>
/// <remarks>One receives at a time, and one sends at a time.</remarks>
internal sealed class LoopbackWebSocket(Stream connection, ReadOnlyMemory<byte> read, string protocol) : WebSocket
{
    private const int BufferBytes = 4096;
    private const int LongestHeader = 14;
    private const int LongestControl = 125;
    private const int MaskBytes = 4;

    /// <summary>Above the opcode: the frame is a message's last one. Above the length: the payload is masked.</summary>
    private const byte High = 0x80;

    private readonly SemaphoreSlim _writing = new(1);
    private readonly byte[] _read = [.. read.Span, .. new byte[BufferBytes]];
    private int _start;
    private int _end = read.Length;
    private byte[] _written = new byte[BufferBytes];
    private WebSocketMessageType? _message;
    private bool _isInFrame;
    private bool _isLastFrame;
    private long _left;
    private bool _hasSentClose;
    private bool _isAborted;
    private WebSocketCloseStatus? _closeStatus;
    private bool _hasClose;
    private string? _closeDescription;

    private enum Opcode
    {
        Continuation = 0,
        Text = 1,
        Binary = 2,
        Close = 8,
        Ping = 9,
        Pong = 10,
    }

    public override WebSocketCloseStatus? CloseStatus => _closeStatus;

    public override string? CloseStatusDescription => _closeDescription;

    public override WebSocketState State => (_isAborted, _hasSentClose, _hasClose) switch
    {
        (true, _, _) => WebSocketState.Aborted,
        (_, true, true) => WebSocketState.Closed,
        (_, true, _) => WebSocketState.CloseSent,
        (_, _, true) => WebSocketState.CloseReceived,
        _ => WebSocketState.Open,
    };

    public override string SubProtocol => protocol;

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!_isInFrame && !await ReadHeaderAsync(cancellationToken).ConfigureAwait(false))
        {
            return new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, endOfMessage: true);
        }

        var count = (int)Math.Min(_left, buffer.Length);
        if (count > 0)
        {
            if (_start == _end)
            {
                count = await ReadAsync(buffer[..count], cancellationToken).ConfigureAwait(false);
            }
            else
            {
                count = Math.Min(count, _end - _start);
                _read.AsSpan(_start, count).CopyTo(buffer.Span);
                _start += count;
            }

            _left -= count;
        }

        var type = _message!.Value;
        _isInFrame = _left > 0;
        var isEnd = !_isInFrame && _isLastFrame;
        _message = isEnd ? null : type;
        return new ValueWebSocketReceiveResult(count, type, isEnd);
    }

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        var part = await ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
        return new WebSocketReceiveResult(part.Count, part.MessageType, part.EndOfMessage, _closeStatus, _closeDescription);
    }

    public override ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        endOfMessage
            ? WriteAsync(messageType == WebSocketMessageType.Text ? Opcode.Text : Opcode.Binary, buffer, cancellationToken)
            : throw new NotSupportedException("A message is sent in one frame.");

    public override Task SendAsync(
        ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        SendAsync(buffer.AsMemory(), messageType, endOfMessage, cancellationToken).AsTask();

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        var description = statusDescription ?? "";
        var payload = new byte[2 + Encoding.UTF8.GetByteCount(description)];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, LongestControl, nameof(statusDescription));
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)closeStatus);
        Encoding.UTF8.GetBytes(description, payload.AsSpan(2));
        return WriteAsync(Opcode.Close, payload, cancellationToken).AsTask();
    }

    public override async Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        await CloseOutputAsync(closeStatus, statusDescription, cancellationToken).ConfigureAwait(false);
        var rest = new byte[BufferBytes];
        while (!_hasClose)
        {
            await ReceiveAsync(rest.AsMemory(), cancellationToken).ConfigureAwait(false);
        }
    }

    public override void Abort()
    {
        _isAborted = true;
        connection.Dispose();
    }

    public override void Dispose() => connection.Dispose();

    private static WebSocketException Broken(string what) =>
        new(WebSocketError.Faulted, $"The other side broke the WebSocket protocol: {what}.");

    /// <summary>Reads the header of the next frame that has data, and responds to those that have none.</summary>
    /// <returns>False if it was the other side's last frame.</returns>
    private async ValueTask<bool> ReadHeaderAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await FillAsync(2, cancellation).ConfigureAwait(false);
            var (opcode, isLast, code) = ((Opcode)(_read[_start] & 0x0F), (_read[_start] & High) != 0, _read[_start + 1]);
            if ((_read[_start] & 0x70) != 0 || (code & High) != 0)
            {
                throw Broken("a frame with reserved bits or with a mask");
            }

            var header = code switch { 127 => 10, 126 => 4, _ => 2 };
            await FillAsync(header, cancellation).ConfigureAwait(false);
            var length = header switch
            {
                10 => BinaryPrimitives.ReadInt64BigEndian(_read.AsSpan(_start + 2)),
                4 => BinaryPrimitives.ReadUInt16BigEndian(_read.AsSpan(_start + 2)),
                _ => code,
            };
            _start += header;
            switch (opcode)
            {
                case Opcode.Continuation or Opcode.Text or Opcode.Binary
                    when length >= 0 && (opcode == Opcode.Continuation) == _message is not null:
                    _message ??= opcode == Opcode.Text ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
                    (_left, _isLastFrame, _isInFrame) = (length, isLast, true);
                    return true;
                case Opcode.Close or Opcode.Ping or Opcode.Pong when isLast && length <= LongestControl:
                    await FillAsync((int)length, cancellation).ConfigureAwait(false);
                    var payload = _read.AsSpan(_start, (int)length).ToArray();
                    _start += payload.Length;
                    if (opcode == Opcode.Close)
                    {
                        TakeClose(payload);
                        return false;
                    }

                    if (opcode == Opcode.Ping && !_hasSentClose)
                    {
                        await WriteAsync(Opcode.Pong, payload, cancellation).ConfigureAwait(false);
                    }

                    break;
                default:
                    throw Broken($"a frame with opcode {(int)opcode} at this place");
            }
        }
    }

    private void TakeClose(byte[] payload)
    {
        _hasClose = true;
        if (payload.Length >= 2)
        {
            _closeStatus = (WebSocketCloseStatus)BinaryPrimitives.ReadUInt16BigEndian(payload);
            _closeDescription = Encoding.UTF8.GetString(payload.AsSpan(2));
        }
        else
        {
            (_closeStatus, _closeDescription) = (WebSocketCloseStatus.Empty, "");
        }
    }

    /// <summary>Reads until so many bytes lie in the buffer.</summary>
    private async ValueTask FillAsync(int count, CancellationToken cancellation)
    {
        while (_end - _start < count)
        {
            _read.AsSpan(_start, _end - _start).CopyTo(_read);
            (_start, _end) = (0, _end - _start);
            _end += await ReadAsync(_read.AsMemory(_end), cancellation).ConfigureAwait(false);
        }
    }

    private async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        await connection.ReadAsync(buffer, cancellation).ConfigureAwait(false) is var count and > 0
            ? count
            : throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);

    private async ValueTask WriteAsync(Opcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_hasSentClose)
            {
                throw new WebSocketException(WebSocketError.InvalidState);
            }

            _hasSentClose = opcode == Opcode.Close;
            await connection.WriteAsync(MakeFrame(opcode, payload.Span), cancellation).ConfigureAwait(false);
            if (_written.Length > BufferBytes)
            {
                _written = new byte[BufferBytes];
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private ReadOnlyMemory<byte> MakeFrame(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (_written.Length < LongestHeader + payload.Length)
        {
            _written = new byte[LongestHeader + payload.Length];
        }

        var frame = _written.AsSpan();
        frame[0] = (byte)(High | (int)opcode);
        var at = 2;
        if (payload.Length <= LongestControl)
        {
            frame[1] = (byte)(High | payload.Length);
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            frame[1] = High | 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame[at..], (ushort)payload.Length);
            at += 2;
        }
        else
        {
            frame[1] = High | 127;
            BinaryPrimitives.WriteInt64BigEndian(frame[at..], payload.Length);
            at += 8;
        }

        // section 5.3: nobody may know it before. The first four bytes of a random id are the system's random numbers.
        Span<byte> random = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(random);
        var mask = random[..MaskBytes];
        mask.CopyTo(frame[at..]);
        at += MaskBytes;
        payload.CopyTo(frame[at..]);
        Mask(frame.Slice(at, payload.Length), MemoryMarshal.Read<uint>(mask));
        return _written.AsMemory(0, at + payload.Length);
    }

    private static void Mask(Span<byte> payload, uint mask)
    {
        var words = MemoryMarshal.Cast<byte, uint>(payload);
        for (var i = 0; i < words.Length; i++)
        {
            words[i] ^= mask;
        }

        var rest = payload[(words.Length * MaskBytes)..];
        var bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in mask));
        for (var i = 0; i < rest.Length; i++)
        {
            rest[i] ^= bytes[i];
        }
    }
}
