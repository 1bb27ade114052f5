using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FleetBridge.Benchmarks.Wire;

/// <summary>A game server that says what its SDK has to, and nothing else: it activates every game session at once.</summary>
internal sealed class GameServer : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Uri _address;
    private readonly int _port;
    private readonly bool _livesAgain;
    private readonly Activations? _activations;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ClientWebSocket _socket = new();
    private Task _serving = Task.CompletedTask;
    private int _requests;
    private string _session = "";

    /// <param name="hostPort">The host's plain port.</param>
    /// <param name="number">Makes its process id and its port.</param>
    /// <param name="livesAgain">Whether it begins a new life when it was told to terminate.</param>
    /// <param name="activations">Is told which game sessions are active.</param>
    public GameServer(int hostPort, int number, bool livesAgain = false, Activations? activations = null)
    {
        (_port, _livesAgain, _activations) = (7000 + number, livesAgain, activations);
        _address = new Uri($"ws://127.0.0.1:{hostPort}/?pID=process-{number}&ComputeId=local&FleetId=fleet-local&sdkLanguage=Go&sdkVersion=5.6.0&Authorization=t-{number}");
    }

    /// <summary>The connections that were made.</summary>
    public int Connections { get; private set; }

    /// <summary>The answers that came on the present connection.</summary>
    public int Answers { get; private set; }

    /// <summary>Connects, and completes when the first heartbeat was answered.</summary>
    public async Task StartAsync()
    {
        await ConnectAsync();
        _serving = ServeAsync();
        await SendAsync("ActivateServerProcess", $",\"Port\":{_port},\"LogPaths\":[]");
        await SendAsync("HeartbeatServerProcess", ",\"HealthStatus\":true");
        await _ready.Task;
    }

    /// <summary>Sends a heartbeat.</summary>
    public Task BeatAsync() => SendAsync("HeartbeatServerProcess", ",\"HealthStatus\":true");

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _serving;
        _socket.Dispose();
        _ending.Dispose();
    }

    private async Task ConnectAsync()
    {
        _socket.Dispose();
        _socket = new ClientWebSocket();
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await _socket.ConnectAsync(_address, _ending.Token);
        Answers = 0;
        Connections++;
    }

    private Task SendAsync(string action, string members) => _socket.SendAsync(
        System.Text.Encoding.UTF8.GetBytes($"{{\"Action\":\"{action}\",\"RequestId\":\"r{_port}-{Connections}-{Interlocked.Increment(ref _requests)}\"{members}}}"),
        WebSocketMessageType.Text,
        endOfMessage: true,
        CancellationToken.None);

    private async Task ServeAsync()
    {
        var buffer = new byte[4096];
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                var received = await _socket.ReceiveAsync(buffer.AsMemory(), _ending.Token);
                if (received.MessageType == WebSocketMessageType.Text)
                {
                    await TakeAsync(JsonNode.Parse(buffer.AsSpan(0, received.Count))!.AsObject());
                    continue;
                }
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or JsonException)
            {
                // lost, or at its end
            }

            await ConnectAgainAsync();
        }
    }

    private async Task TakeAsync(JsonObject message)
    {
        if (message["RequestId"] is not null)
        {
            if (++Answers == 2)
            {
                _ready.TrySetResult();
            }

            if (_activations is not null && (string?)message["Action"] == "ActivateGameSession")
            {
                _activations.Add(_session);
            }

            return;
        }

        if ((string?)message["Action"] == "CreateGameSession")
        {
            _session = (string)message["GameSessionId"]!;
            await SendAsync("ActivateGameSession", $",\"GameSessionId\":\"{_session}\"");
            return;
        }

        await SendAsync("TerminateServerProcess", "");
        if (_livesAgain)
        {
            await SendAsync("ActivateServerProcess", $",\"Port\":{_port},\"LogPaths\":[]");
            await SendAsync("HeartbeatServerProcess", ",\"HealthStatus\":true");
        }
    }

    private async Task ConnectAgainAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync();
                await BeatAsync();
                return;
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
            {
                await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
            }
        }
    }
}
