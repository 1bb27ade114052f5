namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>
/// Closed while the broker takes nothing. What would be written then fills the system's buffers and is delivered later, when its caller
/// has long gone: it waits here instead, where its deadline ends it.
/// </summary>
internal sealed class BrokerGate
{
    private volatile TaskCompletionSource? _closed;

    public bool IsClosed => _closed is not null;

    /// <summary>Passes at once, or when the broker continues.</summary>
    public Task PassAsync(CancellationToken cancellation) => _closed?.Task.WaitAsync(cancellation) ?? Task.CompletedTask;

    /// <summary>The broker takes nothing.</summary>
    public void Close() => _closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>It continues, or the connection has ended.</summary>
    public void Open()
    {
        var closed = _closed;
        _closed = null;
        closed?.TrySetResult();
    }
}
