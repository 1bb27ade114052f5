using System.Buffers;
using FleetBridge.Core.Logs;

namespace FleetBridge.Protocol;

/// <summary>
/// Collects the frames of a batch and writes them at once. A WebSocket flushes after each message, which would be one
/// system call a log record.
/// </summary>
/// <remarks>The WebSocket serializes its writes, so there is a single writer at any time.</remarks>
internal sealed class BatchingStream(Stream inner, TimeProvider clock) : ForwardStream
{
    private readonly ArrayBufferWriter<byte> _held = new(64 * 1024);
    private long _lastRead = clock.GetTimestamp();
    private volatile bool _hold;

    /// <summary>While true, writes are collected; the first one after it is false again carries them along.</summary>
    public bool Hold
    {
        get => _hold;
        set => _hold = value;
    }

    /// <summary>How long ago the client has sent anything: a pong is enough.</summary>
    public TimeSpan SilentFor => clock.GetElapsedTime(Interlocked.Read(ref _lastRead));

    public override bool CanRead => true;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _held.Write(buffer.Span);
        if (!_hold)
        {
            await inner.WriteAsync(_held.WrittenMemory, cancellationToken).ConfigureAwait(false);
            await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
            _held.ResetWrittenCount();
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

    /// <summary>Nothing to do: what may leave has left in <c>WriteAsync</c>.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
