using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace FleetBridge.Tests.Support;

/// <summary>A consumer of a gateway, message by message.</summary>
internal sealed class GatewayConsumer : IDisposable
{
    private readonly ClientWebSocket _socket = new();

    /// <summary>The status of the upgrade.</summary>
    public int Status { get; private set; }

    /// <summary>The code that the gateway has closed with; 0 for none.</summary>
    public int CloseCode => (int?)_socket.CloseStatus ?? 0;

    /// <summary>Connects.</summary>
    /// <param name="port">The gateway's port.</param>
    /// <param name="token">The bearer token; null for none.</param>
    /// <param name="query">What stands behind the path.</param>
    /// <param name="headers">More headers.</param>
    public static async Task<GatewayConsumer> ConnectAsync(int port, string? token, string query = "", params (string Name, string Value)[] headers)
    {
        var consumer = new GatewayConsumer();
        consumer._socket.Options.CollectHttpResponseDetails = true;
        consumer._socket.Options.KeepAliveInterval = TimeSpan.Zero;
        consumer._socket.Options.Proxy = null;
        if (token is not null)
        {
            consumer._socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        }

        foreach (var (name, value) in headers)
        {
            consumer._socket.Options.SetRequestHeader(name, value);
        }

        try
        {
            using var limit = new CancellationTokenSource(Eventually.Limit, TimeProvider.System);
            await consumer._socket.ConnectAsync(new Uri($"ws://localhost:{port}/gateway{query}"), limit.Token);
        }
        catch (WebSocketException)
        {
            // the status says why
        }

        consumer.Status = (int)consumer._socket.HttpStatusCode;
        return consumer;
    }

    /// <summary>Connects, and reads the greeting.</summary>
    public static async Task<GatewayConsumer> GreetedAsync(int port, string token)
    {
        var consumer = await ConnectAsync(port, token);
        Assert.Equal(101, consumer.Status);
        Assert.Equal("hello", (string?)(await consumer.ReadAsync())!["payload"]!["topic"]);
        return consumer;
    }

    /// <summary>Reads a message; null when the gateway closes the connection.</summary>
    public async Task<JsonObject?> ReadAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Limit, TimeProvider.System);
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, limit.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
                return null;
            }

            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return (JsonObject)JsonNode.Parse(message.ToArray())!;
            }
        }
    }

    /// <summary>Reads messages up to one of a type.</summary>
    public async Task<JsonNode> ReadAsync(string type)
    {
        while (await ReadAsync() is { } message)
        {
            if ((string?)message["type"] == type)
            {
                return message["payload"] ?? message;
            }
        }

        throw new InvalidOperationException($"The gateway has closed the connection: {CloseCode} {_socket.CloseStatusDescription}");
    }

    /// <summary>Reads to the connection's end.</summary>
    /// <returns>The close code.</returns>
    public async Task<int> ReadToEndAsync()
    {
        while (await ReadAsync() is not null)
        {
        }

        return CloseCode;
    }

    public Task SendAsync(string type, JsonObject payload) =>
        SendRawAsync(Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["payload"] = payload }.ToJsonString()));

    public async Task SendRawAsync(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Text, bool isEnd = true)
    {
        using var limit = new CancellationTokenSource(Eventually.Limit, TimeProvider.System);
        await _socket.SendAsync(bytes, type, isEnd, limit.Token);
    }

    /// <summary>Sends a request, and reads its response.</summary>
    public async Task<JsonNode> CallAsync(string service, string method, JsonObject? parameters = null, int? ttl = null, string? id = null)
    {
        var payload = new JsonObject { ["service"] = service, ["method"] = method, ["params"] = parameters ?? [] };
        if (ttl is not null)
        {
            payload["ttl"] = ttl;
        }

        if (id is not null)
        {
            payload["id"] = id;
        }

        await SendAsync("request", payload);
        return await ReadAsync("response");
    }

    public void Dispose() => _socket.Dispose();
}
