using System.Net.WebSockets;

namespace FleetBridge.Benchmarks.Links;

/// <summary>The least that sends and receives messages over a WebSocket: one at a time, nothing kept, nothing numbered.</summary>
internal static class BareSide
{
    /// <summary>Sends messages and receives as many.</summary>
    public static async Task ExchangeAsync(WebSocket socket, long count, int length, CancellationToken cancellation) =>
        await Task.WhenAll(Task.Run(() => SendAsync(socket, count, length, cancellation), cancellation), ReceiveAsync(socket, count, cancellation));

    /// <summary>Returns each message that comes.</summary>
    public static async Task EchoAsync(WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } part)
            {
                await socket.SendAsync(buffer.AsMemory(0, part.Count), WebSocketMessageType.Binary, part.EndOfMessage, CancellationToken.None);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // cut
        }
    }

    private static async Task SendAsync(WebSocket socket, long count, int length, CancellationToken cancellation)
    {
        for (var i = 0L; i < count; i++)
        {
            await socket.SendAsync(new byte[length].AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, cancellation);
        }
    }

    private static async Task ReceiveAsync(WebSocket socket, long count, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        for (var received = 0L; received < count;)
        {
            received += (await socket.ReceiveAsync(buffer.AsMemory(), cancellation)).EndOfMessage ? 1 : 0;
        }
    }
}
