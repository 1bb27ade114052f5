using System.IO.Pipelines;

namespace FleetBridge.Core.Ports;

/// <summary>A connection's output, until something else has been sent in the place of the server's response: then what the server
/// still writes is dropped.</summary>
/// <param name="inner">The output.</param>
internal sealed class ReplacedOutput(PipeWriter inner) : PipeWriter
{
    private byte[]? _dropped;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    /// <summary>Sends a whole response. The server's next flush brings it to the client.</summary>
    public void Replace(ReadOnlySpan<byte> response)
    {
        if (_dropped is null)
        {
            response.CopyTo(inner.GetSpan(response.Length));
            inner.Advance(response.Length);
            _dropped = [];
        }
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _dropped is null ? inner.GetMemory(sizeHint) : Drop(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _dropped is null ? inner.GetSpan(sizeHint) : Drop(sizeHint);

    public override void Advance(int bytes)
    {
        if (_dropped is null)
        {
            inner.Advance(bytes);
        }
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        _dropped is null ? inner.WriteAsync(source, cancellationToken) : inner.FlushAsync(cancellationToken);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private byte[] Drop(int size)
    {
        if (_dropped!.Length < Math.Max(size, 1))
        {
            _dropped = new byte[Math.Max(size, 4096)];
        }

        return _dropped;
    }
}
