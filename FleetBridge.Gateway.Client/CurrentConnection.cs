namespace FleetBridge.Gateway.Client;

/// <summary>The connection that a client has at present, for those who wait for one.</summary>
internal sealed class CurrentConnection
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<GatewaySession> _session = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<GatewaySocket> _connected = New();

    /// <summary>Who the client is; completes with the first greeting.</summary>
    public Task<GatewaySession> Session => _session.Task;

    /// <summary>The connection; null while there is none.</summary>
    public GatewaySocket? Socket
    {
        get
        {
            lock (_lock)
            {
                return _connected.Task.IsCompletedSuccessfully ? _connected.Task.Result : null;
            }
        }
    }

    /// <summary>Waits for a connection.</summary>
    /// <exception cref="GatewayException">There will be none any more.</exception>
    public Task<GatewaySocket> WaitAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            return _connected.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>The gateway has greeted.</summary>
    public void Greeted(GatewaySocket socket, GatewaySession session)
    {
        lock (_lock)
        {
            _session.TrySetResult(session);
            _connected.TrySetResult(socket);
        }
    }

    /// <summary>The connection is lost.</summary>
    public void Lose()
    {
        lock (_lock)
        {
            if (_connected.Task.IsCompletedSuccessfully)
            {
                _connected = New();
            }
        }
    }

    /// <summary>There will be no more.</summary>
    public void End(Exception why)
    {
        lock (_lock)
        {
            _session.TrySetException(why);
            _ = _session.Task.Exception;
            _connected.TrySetException(why);
        }
    }

    private static TaskCompletionSource<GatewaySocket> New()
    {
        var source = new TaskCompletionSource<GatewaySocket>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = source.Task.ContinueWith(static task => task.Exception, TaskContinuationOptions.OnlyOnFaulted);
        return source;
    }
}
