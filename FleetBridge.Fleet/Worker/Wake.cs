using System.Threading.Channels;

namespace FleetBridge.Fleet.Worker;

/// <summary>Something is new: whoever waits looks again. Many at once are one.</summary>
internal sealed class Wake
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something is new.</summary>
    public void Set() => _signal.Writer.TryWrite(true);

    /// <summary>Waits until something is new.</summary>
    public Task WaitAsync(CancellationToken cancellation) => _signal.Reader.ReadAsync(cancellation).AsTask();
}
