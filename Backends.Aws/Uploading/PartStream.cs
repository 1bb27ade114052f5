using Amazon.S3.Model;

namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>
/// Splits what is written into parts and sends a few in parallel. There is one buffer for each of those and one to fill: a writer
/// that is faster than the network waits.
/// </summary>
internal sealed class PartStream : Stream
{
    /// <summary>Parts sent in parallel.</summary>
    private const int InFlight = 4;

    // S3's limits ("Amazon S3 multipart upload limits"); its smallest part is 5 MiB
    private const int MaxParts = 10_000;
    private const int MinPartSize = 8 * 1024 * 1024;
    private const int Mebibyte = 1024 * 1024;

    private readonly MultipartUpload _upload;
    private readonly int _partSize;
    private readonly CancellationTokenSource _stop;
    private readonly SemaphoreSlim _slots = new(InFlight + 1);
    private readonly Stack<byte[]> _free = new();
    private readonly Lock _lock = new();
    private readonly List<Task<PartETag>> _parts = [];
    private byte[]? _filling;
    private int _filled;
    private Exception? _failure;
    private long _written;
    private long _sent;

    /// <summary>Creates the stream.</summary>
    /// <param name="upload">Sends the parts.</param>
    /// <param name="largestTotal">The largest possible total, in bytes.</param>
    /// <param name="cancellation">Ends it.</param>
    public PartStream(MultipartUpload upload, long largestTotal, CancellationToken cancellation)
    {
        _upload = upload;
        _partSize = PartSize(largestTotal);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    }

    /// <summary>How many bytes have been written to it.</summary>
    public long BytesWritten => Interlocked.Read(ref _written);

    /// <summary>How many of them have been sent.</summary>
    public long BytesSent => Interlocked.Read(ref _sent);

    /// <summary>Cancelled as soon as a part has failed in all attempts, so that packing stops.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>The failure of that part; null if there is none.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The size of parts for a total, in bytes: S3 allows 10,000 parts.</summary>
    public static int PartSize(long largestTotal)
    {
        var needed = (((largestTotal / MaxParts) / Mebibyte) + 1) * Mebibyte;
        return checked((int)Math.Max(MinPartSize, needed));
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            _filling ??= await TakeAsync(cancellationToken);
            var length = Math.Min(buffer.Length, _partSize - _filled);
            buffer.Span[..length].CopyTo(_filling.AsSpan(_filled));
            _filled += length;
            Interlocked.Add(ref _written, length);
            buffer = buffer[length..];
            if (_filled == _partSize)
            {
                Send();
            }
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Sends the last part, and waits for all parts.</summary>
    public async Task<IReadOnlyList<PartETag>> FinishAsync()
    {
        if (_filled > 0)
        {
            Send();
        }

        return await Task.WhenAll(_parts);
    }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)Task.WhenAll(_parts)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _free.Clear();
        _filling = null;
        _stop.Dispose();
        _slots.Dispose();
        await base.DisposeAsync();
    }

    public override void Flush()
    {
        // a part is sent when it is full
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Use WriteAsync.");

    private async Task<byte[]> TakeAsync(CancellationToken cancellation)
    {
        await _slots.WaitAsync(cancellation);
        lock (_lock)
        {
            return _free.TryPop(out var buffer) ? buffer : GC.AllocateUninitializedArray<byte>(_partSize);
        }
    }

    private void Send()
    {
        _parts.Add(SendAsync(_parts.Count + 1, _filling!, _filled));
        (_filling, _filled) = (null, 0);
    }

    private async Task<PartETag> SendAsync(int number, byte[] buffer, int length)
    {
        // signing and hashing must not run on the packer's thread
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var counted = 0L;

        // another attempt counts from the beginning
        void Count(long sent) => Interlocked.Add(ref _sent, sent - Interlocked.Exchange(ref counted, sent));
        try
        {
            var part = await _upload.SendAsync(number, buffer, length, sent => Count(Math.Min(sent, length)), _stop.Token);
            Count(length);
            return part;
        }
        catch (Exception exception)
        {
            if (!_stop.IsCancellationRequested)
            {
                Interlocked.CompareExchange(ref _failure, exception, null);
                await _stop.CancelAsync();
            }

            throw;
        }
        finally
        {
            lock (_lock)
            {
                _free.Push(buffer);
            }

            _slots.Release();
        }
    }
}
