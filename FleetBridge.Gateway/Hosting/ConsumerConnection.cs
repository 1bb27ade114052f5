using System.Net.WebSockets;
using FleetBridge.Core.Ports;
using FleetBridge.Gateway.Consumers;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Gateway.Hosting;

/// <summary>A consumer's WebSocket: frames are written to its stream as they are, beside the framework's own control frames.</summary>
internal sealed class ConsumerConnection(HttpContext context) : IConsumerConnection
{
    private volatile FrameStream? _stream;
    private volatile WebSocket? _socket;
    private volatile bool _isAborted;

    public TimeSpan SilentFor => _stream?.SilentFor ?? TimeSpan.Zero;

    /// <summary>The connection itself.</summary>
    public Stream Stream => _stream ?? Stream.Null;

    /// <summary>The upgrade has been accepted.</summary>
    public void Begin(WebSocket socket, FrameStream stream)
    {
        (_socket, _stream) = (socket, stream);
        if (_isAborted)
        {
            Abort();
        }
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> frames) =>
        _stream?.WriteAsync(frames) ?? throw new InvalidOperationException("The connection is not open yet.");

    public void Abort()
    {
        _isAborted = true;
        try
        {
            _socket?.Abort();
            context.Abort();
        }
        catch (ObjectDisposedException)
        {
            // it has just ended by itself
        }
    }
}
