namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>The body of a part; each read shows that the upload makes progress.</summary>
/// <param name="buffer">The part.</param>
/// <param name="length">Its length in the buffer.</param>
/// <param name="onRead">Called at each read.</param>
internal sealed class PartBody(byte[] buffer, int length, Action onRead) : MemoryStream(buffer, 0, length, writable: false)
{
    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        onRead();
        return base.Read(buffer, offset, count);
    }
}
