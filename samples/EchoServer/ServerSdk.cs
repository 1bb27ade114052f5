using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace EchoServer;

/// <summary>
/// What a game server needs of GameLift's server SDK: one JSON object a frame, requests with a RequestId, and pushes without one. A lost
/// connection is made again, and what has not been answered is sent again.
/// </summary>
internal sealed class ServerSdk : IDisposable
{
    private readonly Uri _address = new(
        $"{Variable("WEBSOCKET_URL")}?pID={Variable("PROCESS_ID")}&ComputeId={Variable("HOST_ID")}&FleetId={Variable("FLEET_ID")}"
        + $"&Authorization={Variable("AUTH_TOKEN")}&sdkLanguage=CSharp&sdkVersion=5.4.0&IdempotencyToken={Guid.NewGuid()}");

    private readonly ConcurrentDictionary<string, (JsonObject Request, TaskCompletionSource<JsonObject> Answer)> _unanswered = new();
    private readonly SemaphoreSlim _sending = new(1);
    private ClientWebSocket _socket = new();

    /// <summary>GameLift pushes something: its action, and the whole message.</summary>
    public event Action<string, JsonObject>? Pushed;

    /// <summary>Connects, and listens from then on.</summary>
    public async Task StartAsync()
    {
        await ConnectAsync();
        _ = ListenAsync();
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    public async Task<JsonObject> RequestAsync(string action, JsonObject members)
    {
        (members["Action"], members["RequestId"]) = (action, Guid.NewGuid().ToString());
        var answer = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _unanswered[(string)members["RequestId"]!] = (members, answer);
        await TrySendAsync(members);
        return await answer.Task;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable("GAMELIFT_SDK_" + name)
        ?? throw new InvalidOperationException($"GAMELIFT_SDK_{name} is not set. `fleetbridge local` sets it.");

    private async Task TrySendAsync(JsonObject message)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        catch (Exception exception) when (exception is WebSocketException or InvalidOperationException)
        {
            // the connection is lost: it is sent again over the next one
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ConnectAsync()
    {
        do
        {
            _socket.Dispose();
            _socket = new ClientWebSocket();

            // as the SDKs do: the host's certificate is its own
            _socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
            await Task.WhenAny(_socket.ConnectAsync(_address, CancellationToken.None));
            await Task.Delay(TimeSpan.FromMilliseconds(_socket.State == WebSocketState.Open ? 0 : 500), TimeProvider.System);
        }
        while (_socket.State != WebSocketState.Open);

        foreach (var (request, _) in _unanswered.Values)
        {
            await TrySendAsync(request);
        }
    }

    private async Task ListenAsync()
    {
        for (var buffer = new byte[1024 * 1024]; ;)
        {
            try
            {
                var count = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer.AsMemory(count), CancellationToken.None);
                    count += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Text)
                {
                    Take(JsonNode.Parse(buffer.AsSpan(0, count))!.AsObject());
                    continue;
                }
            }
            catch (WebSocketException)
            {
                // the connection is lost
            }

            await ConnectAsync();
        }
    }

    private void Take(JsonObject message)
    {
        if ((string?)message["RequestId"] is not { Length: > 0 } id)
        {
            Pushed?.Invoke((string?)message["Action"] ?? "", message);
        }
        else if (_unanswered.TryRemove(id, out var open))
        {
            open.Answer.SetResult(message);
        }
    }
}
