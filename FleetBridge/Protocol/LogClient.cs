using System.Net.WebSockets;
using FleetBridge.Core.Ports;

namespace FleetBridge.Protocol;

/// <summary>The one client of the log socket, as far as the next one has to know it.</summary>
internal sealed class LogClient
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile FrameStream? _stream;
    private volatile WebSocket? _socket;

    /// <summary>Completes when it has disconnected.</summary>
    public Task Ended => _ended.Task;

    /// <summary>How long it has sent nothing, not even a pong.</summary>
    public TimeSpan SilentFor => _stream?.SilentFor ?? TimeSpan.Zero;

    public void Begin(WebSocket socket, FrameStream stream) => (_socket, _stream) = (socket, stream);

    public void Abort() => _socket?.Abort();

    public void End() => _ended.TrySetResult();
}
