namespace Amazon.Clients.Runtime;

/// <summary>A response's body with its bounds. Reads may also be synchronous, since the SDK's readers are; their time counts too.</summary>
internal sealed class BoundedStream : Stream
{
    private readonly Stream _inner;
    private readonly int _most;
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenRegistration _closing;
    private long _read;

    public BoundedStream(Stream inner, int most, TimeSpan time)
    {
        (_inner, _most) = (inner, most);
        _late = new CancellationTokenSource(time, TimeProvider.System);

        // a synchronous read knows no token: it ends when the connection is closed under it
        _closing = _late.Token.UnsafeRegister(static stream => ((Stream)stream!).Dispose(), inner);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <summary>What is thrown for a response that is too large: it is not retried, and not AWS's.</summary>
    public static HttpRequestException TooLarge(int most) => new(
        HttpRequestError.InvalidResponse, $"The response has more than {most / 1024} KiB. No response of AWS has as many.");

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Count(_inner.Read(buffer));
        }
        catch (Exception exception) when (_late.IsCancellationRequested && exception is not HttpRequestException)
        {
            throw TooLate(exception);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Count(await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (
            _late.IsCancellationRequested && !cancellationToken.IsCancellationRequested && exception is not HttpRequestException)
        {
            throw TooLate(exception);
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _closing.Dispose();
            _late.Dispose();
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Count(int count)
    {
        if (count == 0 && _late.IsCancellationRequested)
        {
            throw TooLate(new IOException("The connection was closed."));
        }

        _read += count;
        return _read <= _most ? count : throw TooLarge(_most);
    }

    // the inner exception says that it is not about connecting (ServiceFailure)
    private static TimeoutException TooLate(Exception exception) =>
        new("The response did not end in time.", new OperationCanceledException("The response did not end in time.", exception));
}
