using System.Buffers.Binary;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Logs;

internal static class ConnectionEnd
{
    /// <summary>Reads whatever still comes until the other side closes; fails when it does not.</summary>
    public static async Task ReadToEndAsync(this RawHttp connection)
    {
        while (!await connection.IsClosedAsync())
        {
        }
    }
}

/// <summary>Reads frames in large pieces, as a client that keeps up does; pings are answered.</summary>
internal sealed class RecordReader(RawWebSocket socket)
{
    private byte[] _bytes = new byte[256 * 1024];
    private int _start;
    private int _end;

    /// <summary>Reads the next frame that is no ping.</summary>
    /// <returns>The frame; null at the connection's end.</returns>
    public async Task<Frame?> ReadFrameAsync()
    {
        while (true)
        {
            if (!TryParse(out var frame))
            {
                if (!await FillAsync())
                {
                    return null;
                }
            }
            else if (frame.OpCode == Frame.Ping)
            {
                await socket.SendFrameAsync(Frame.Pong, frame.Payload);
            }
            else
            {
                return frame;
            }
        }
    }

    /// <summary>Reads the next record's text.</summary>
    public async Task<string> ReadMessageAsync()
    {
        var frame = await ReadFrameAsync();
        Assert.NotNull(frame);
        Assert.Equal(Frame.TextCode, frame.OpCode);
        return (string)JsonNode.Parse(frame.Payload)!["message"]!;
    }

    private bool TryParse(out Frame frame)
    {
        frame = null!;
        var bytes = _bytes.AsSpan(_start, _end - _start);
        if (bytes.Length < 2)
        {
            return false;
        }

        var (header, length) = (2, (long)bytes[1]);
        if (length >= 126)
        {
            header = length == 126 ? 4 : 10;
            if (bytes.Length < header)
            {
                return false;
            }

            length = header == 4
                ? BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])
                : BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        }

        if (bytes.Length < header + length)
        {
            return false;
        }

        frame = new Frame(
            (bytes[0] & 0x80) != 0, (bytes[0] & 0x70) >> 4, bytes[0] & 0x0F, bytes.Slice(header, (int)length).ToArray());
        _start += header + (int)length;
        return true;
    }

    private async Task<bool> FillAsync()
    {
        _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
        (_start, _end) = (0, _end - _start);
        if (_end == _bytes.Length)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }

        using var limit = new CancellationTokenSource(Eventually.Limit);
        try
        {
            var read = await socket.Http.Stream.ReadAsync(_bytes.AsMemory(_end), limit.Token);
            _end += read;
            return read > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
