namespace FleetBridge.Core.Logs;

/// <summary>A stream that goes forward only, whatever it is that passes through it.</summary>
internal abstract class ForwardStream : Stream
{
    public sealed override bool CanSeek => false;

    public override bool CanWrite => true;

    public sealed override long Length => throw new NotSupportedException();

    public sealed override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();
}
