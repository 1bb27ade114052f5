using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FleetBridge.Benchmarks.Wire;

/// <summary>The floor of a gateway: Kestrel's WebSockets with a bounded channel and a pump each. It echoes, and sends to all.</summary>
internal sealed class BareConsumers : IAsyncDisposable
{
    private const int MostWaiting = 2_000;

    private readonly ConcurrentDictionary<Channel<byte[]>, bool> _all = new();
    private readonly WebApplication _app;

    private BareConsumers(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.First()).Port;

    public static async Task<BareConsumers> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var bare = new BareConsumers(builder.Build());
        bare._app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        bare._app.Run(bare.HandleAsync);
        await bare._app.StartAsync();
        return bare;
    }

    /// <summary>Sends a message to all.</summary>
    public void Send(byte[] message)
    {
        foreach (var (channel, _) in _all)
        {
            channel.Writer.TryWrite(message);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var channel = Channel.CreateBounded<byte[]>(MostWaiting);
        _all[channel] = true;
        var pump = PumpAsync(socket, channel);
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                var buffer = new byte[1024];
                part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                channel.Writer.TryWrite(buffer[..part.Count]);
            }
        }
        catch (WebSocketException)
        {
            // gone
        }
        finally
        {
            _all.TryRemove(channel, out _);
            channel.Writer.TryComplete();
            await pump;
        }
    }

    private static async Task PumpAsync(WebSocket socket, Channel<byte[]> channel)
    {
        try
        {
            await foreach (var message in channel.Reader.ReadAllAsync())
            {
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }
        }
        catch (WebSocketException)
        {
            // gone
        }
    }
}
