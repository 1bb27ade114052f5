namespace FleetBridge.Fleet.Worker;

/// <summary>Something is new: whoever waits looks again. Many at once are one.</summary>
internal sealed class Wake
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    /// <summary>Something is new.</summary>
    public void Set()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // nobody has looked since the last time
        }
    }

    /// <summary>Waits until something is new.</summary>
    public Task WaitAsync(CancellationToken cancellation) => _signal.WaitAsync(cancellation);
}
