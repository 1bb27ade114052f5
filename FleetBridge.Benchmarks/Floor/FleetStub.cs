using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Floor;

/// <summary>
/// A host that checks nothing, knows nothing of a session but its server, and stores nothing: the same requests come, the same frames
/// go, and each response is a constant with an id in it.
/// </summary>
/// <param name="bytes">About how long a response is.</param>
internal sealed class FleetStub(int bytes)
{
    private const string Handshake = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private readonly ConcurrentQueue<Server> _free = new();
    private readonly ConcurrentDictionary<string, Server> _serverOf = new();
    private readonly string _rest = new('x', bytes);
    private int _sessions;

    public Task HandleAsync(HttpContext context) =>
        context.Request.Headers.Upgrade.Count > 0 ? ServeAsync(context) : AnswerAsync(context);

    private async Task AnswerAsync(HttpContext context)
    {
        using var input = await JsonDocument.ParseAsync(context.Request.Body);
        var (id, status) = ("", StatusCodes.Status200OK);
        switch ((string?)context.Request.Headers["X-Amz-Target"])
        {
            case "GameLift.CreateGameSession" when _free.TryDequeue(out var server):
                id = $"session-{Interlocked.Increment(ref _sessions)}";
                _serverOf[id] = server;
                await server.SendAsync($"{{\"Action\":\"CreateGameSession\",\"GameSessionId\":\"{id}\",\"GameSessionData\":\"{_rest}\"}}");
                break;
            case "GameLift.CreateGameSession":
                status = StatusCodes.Status400BadRequest;
                break;
            case "GameLift.TerminateGameSession":
                id = input.RootElement.GetProperty("GameSessionId").GetString()!;
                if (_serverOf.TryRemove(id, out var hosting))
                {
                    await hosting.SendAsync("{\"Action\":\"TerminateProcess\",\"TerminationTime\":1}");
                }

                break;
        }

        var json = Encoding.UTF8.GetBytes($"{{\"GameSession\":{{\"GameSessionId\":\"{id}\",\"GameSessionData\":\"{_rest}\"}}}}");
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/x-amz-json-1.1";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json);
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455, 4.2.2 demands SHA-1; it protects nothing.")]
    private async Task ServeAsync(HttpContext context)
    {
        var key = Encoding.ASCII.GetBytes(context.Request.Headers.SecWebSocketKey + Handshake);
        context.Response.Headers.SecWebSocketAccept = Convert.ToBase64String(SHA1.HashData(key));
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        await using var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        using var server = new Server(socket);
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: WebSocketMessageType.Text } received)
        {
            using var request = JsonDocument.Parse(buffer.AsMemory(0, received.Count));
            var action = request.RootElement.GetProperty("Action").GetString();
            await server.SendAsync(
                $"{{\"Action\":\"{action}\",\"RequestId\":\"{request.RootElement.GetProperty("RequestId").GetString()}\",\"StatusCode\":200}}");
            if (action == "HeartbeatServerProcess")
            {
                _free.Enqueue(server);
            }
        }
    }

    private sealed class Server(WebSocket socket) : IDisposable
    {
        private readonly SemaphoreSlim _sending = new(1);

        public void Dispose() => _sending.Dispose();

        public async Task SendAsync(string message)
        {
            await _sending.WaitAsync();
            try
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }
            finally
            {
                _sending.Release();
            }
        }
    }
}
