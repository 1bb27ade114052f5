using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace EchoServer;

/// <summary>The WebSocket of GameLift's server SDK 5: requests with answers, pushes, and a new connection when one is lost.</summary>
internal sealed class GameLiftConnection : IAsyncDisposable
{
    public const string Language = "CSharp";
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, (JsonObject Request, TaskCompletionSource<JsonObject> Answer)> _open = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _disposed = new();
    private ClientWebSocket _socket = new();
    private Task _reading = Task.CompletedTask;

    /// <summary>What GameLift sends without having been asked.</summary>
    public event Action<JsonObject>? Pushed;

    /// <summary>Connects as the five variables say, and again whenever the connection is lost.</summary>
    public static async Task<GameLiftConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = new GameLiftConnection();
        await connection.ConnectAsync(cancellation);
        connection._reading = connection.ReadAsync();
        return connection;
    }

    /// <summary>Sends a request and waits for its answer, also over a connection that is lost meanwhile.</summary>
    public async Task<JsonObject> RequestAsync(string action, JsonObject members)
    {
        var id = Guid.NewGuid().ToString();
        (members["Action"], members["RequestId"]) = (action, id);
        var answer = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[id] = (members, answer);
        await TrySendAsync(members);
        return await answer.Task;
    }

    /// <summary>Says once a minute that the server is well.</summary>
    public async Task BeatAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await RequestAsync("HeartbeatServerProcess", new() { ["HealthStatus"] = true });
            await Task.Delay(Beat, TimeProvider.System, cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        await _reading;
        _socket.Dispose();
        _sending.Dispose();
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable("GAMELIFT_SDK_" + name)
        ?? throw new InvalidOperationException($"GAMELIFT_SDK_{name} is not set. `fleetbridge local` sets it.");

    private async Task ConnectAsync(CancellationToken cancellation)
    {
        var query = $"pID={Variable("PROCESS_ID")}&ComputeId={Variable("HOST_ID")}&FleetId={Variable("FLEET_ID")}"
            + $"&Authorization={Variable("AUTH_TOKEN")}&sdkLanguage={Language}&sdkVersion=5.4.0&IdempotencyToken={Guid.NewGuid()}";
        _socket.Dispose();
        _socket = new ClientWebSocket();

        // as the SDKs do: the certificate of the host is its own
        _socket.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        await _socket.ConnectAsync(new Uri($"{Variable("WEBSOCKET_URL")}?{query}"), cancellation);
    }

    private async Task TrySendAsync(JsonObject message)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, _disposed.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or InvalidOperationException or OperationCanceledException)
        {
            // sent again when there is a connection
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[1024 * 1024];
        while (!_disposed.IsCancellationRequested)
        {
            try
            {
                var count = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer.AsMemory(count), _disposed.Token);
                    count += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType != WebSocketMessageType.Close)
                {
                    Take(JsonNode.Parse(buffer.AsSpan(0, count))!.AsObject());
                    continue;
                }
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
            {
                // lost, or disposed
            }

            await ReconnectAsync();
        }
    }

    private void Take(JsonObject message)
    {
        if ((string?)message["RequestId"] is not { Length: > 0 } id)
        {
            Pushed?.Invoke(message);
        }
        else if (_open.TryRemove(id, out var open))
        {
            open.Answer.SetResult(message);
        }
    }

    private async Task ReconnectAsync()
    {
        while (!_disposed.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync(_disposed.Token);
                foreach (var (request, _) in _open.Values)
                {
                    await TrySendAsync(request);
                }

                return;
            }
            catch (WebSocketException)
            {
                await Task.Delay(Pause, TimeProvider.System, _disposed.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
