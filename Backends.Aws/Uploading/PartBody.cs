namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>A part as a request sends it; each read tells that the sending goes on.</summary>
/// <param name="buffer">The part.</param>
/// <param name="length">How much of the buffer it is.</param>
/// <param name="moved">Called at each read.</param>
internal sealed class PartBody(byte[] buffer, int length, Action moved) : MemoryStream(buffer, 0, length, writable: false)
{
    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        moved();
        return base.Read(buffer, offset, count);
    }
}
