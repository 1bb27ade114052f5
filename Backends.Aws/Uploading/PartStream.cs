using Amazon.S3.Model;

namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>
/// Cuts what is written into parts and sends a few at a time. There are as many buffers as may be under way and one to be
/// filled: who writes faster than the network waits.
/// </summary>
internal sealed class PartStream : Stream
{
    /// <summary>Parts sent at the same time.</summary>
    private const int InFlight = 4;

    // S3's limits ("Amazon S3 multipart upload limits"); its smallest part is 5 MiB
    private const int MostParts = 10_000;
    private const int SmallestPart = 8 * 1024 * 1024;
    private const int Mebibyte = 1024 * 1024;

    private readonly MultipartUpload _upload;
    private readonly int _partSize;
    private readonly CancellationTokenSource _stop;
    private readonly SemaphoreSlim _slots = new(InFlight + 1);
    private readonly Stack<byte[]> _free = new();
    private readonly List<Task<PartETag>> _parts = [];
    private byte[]? _filling;
    private int _filled;
    private Exception? _failure;

    /// <summary>Begins.</summary>
    /// <param name="upload">Sends the parts.</param>
    /// <param name="largestTotal">The most that will be written, in bytes.</param>
    /// <param name="cancellation">Ends it.</param>
    public PartStream(MultipartUpload upload, long largestTotal, CancellationToken cancellation)
    {
        _upload = upload;
        _partSize = PartSize(largestTotal);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    }

    /// <summary>Cancelled as soon as a part has failed for good: there is no point in packing on.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>Why it stopped, other than by being cancelled from outside.</summary>
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

    /// <summary>How large parts have to be, in bytes, for a total.</summary>
    public static int PartSize(long largestTotal)
    {
        var needed = (((largestTotal / MostParts) / Mebibyte) + 1) * Mebibyte;
        return checked((int)Math.Max(SmallestPart, needed));
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            _filling ??= await TakeAsync(cancellationToken);
            var length = Math.Min(buffer.Length, _partSize - _filled);
            buffer.Span[..length].CopyTo(_filling.AsSpan(_filled));
            _filled += length;
            buffer = buffer[length..];
            if (_filled == _partSize)
            {
                Send();
            }
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Sends what is left, and waits for all parts.</summary>
    /// <returns>The parts, for S3.</returns>
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

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronously.");

    private async Task<byte[]> TakeAsync(CancellationToken cancellation)
    {
        await _slots.WaitAsync(cancellation);
        lock (_free)
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
        // signing and hashing are not the packer's time
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            return await _upload.SendAsync(number, buffer, length, _stop.Token);
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
            lock (_free)
            {
                _free.Push(buffer);
            }

            _slots.Release();
        }
    }
}
