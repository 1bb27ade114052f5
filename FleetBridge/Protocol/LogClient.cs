using System.Net.WebSockets;

namespace FleetBridge.Protocol;

/// <summary>The one client of the log socket, as far as another that wants its place has to know it.</summary>
internal sealed class LogClient
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile BatchingStream? _stream;
    private volatile WebSocket? _socket;

    /// <summary>Completes when it has gone.</summary>
    public Task Ended => _ended.Task;

    /// <summary>How long it has not sent anything, not even a pong.</summary>
    public TimeSpan SilentFor => _stream?.SilentFor ?? TimeSpan.Zero;

    public void Begin(WebSocket socket, BatchingStream stream) => (_socket, _stream) = (socket, stream);

    public void Abort() => _socket?.Abort();

    public void End() => _ended.TrySetResult();
}
