namespace FleetBridge.Core.Ports;

/// <summary>
/// The connection of an upgraded client. The framework's WebSocket writes its control frames here, and the log writes whole
/// batches of text frames: through the WebSocket each record would be a flush, and so a system call, of its own.
/// </summary>
/// <param name="leavesOpen">Whether the end of the WebSocket does not end the connection: its last frame may still be on its way.</param>
/// <remarks>Each write is one or more whole frames, and only one is made at a time.</remarks>
internal sealed class FrameStream(Stream inner, TimeProvider clock, bool leavesOpen = false) : Stream
{
    private readonly SemaphoreSlim _writing = new(1);
    private long _lastRead = clock.GetTimestamp();

    /// <summary>How long ago the client sent anything: a pong is enough.</summary>
    public TimeSpan SilentFor => clock.GetElapsedTime(Interlocked.Read(ref _lastRead));

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Interlocked.Exchange(ref _lastRead, clock.GetTimestamp());
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Nothing to do: each write is flushed.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !leavesOpen)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
