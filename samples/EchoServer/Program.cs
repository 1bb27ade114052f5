using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

// A game server that GameLift can run: EchoServer [-port=7777]. A player's first datagram is the id of its player session,
// "bye" is its last, and whatever comes between is sent back; "at 10 20" also moves the player to that place (0 to 99 each). Anyone may
// ask "players": a line for each, with a number and the place. GameLift is reached as the five GAMELIFT_SDK_ variables say.
var port = args.FirstOrDefault(arg => arg.StartsWith("-port=", StringComparison.OrdinalIgnoreCase))?[6..] ?? "7777";
using var udp = new UdpClient(int.Parse(port, CultureInfo.InvariantCulture));
using var ending = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var sending = new SemaphoreSlim(1);
var address = new Uri($"{Variable("WEBSOCKET_URL")}?pID={Variable("PROCESS_ID")}&ComputeId={Variable("HOST_ID")}&FleetId={Variable("FLEET_ID")}"
    + $"&Authorization={Variable("AUTH_TOKEN")}&sdkLanguage=CSharp&sdkVersion=5.4.0&IdempotencyToken={Guid.NewGuid()}");
var unanswered = new ConcurrentDictionary<string, (JsonObject Request, TaskCompletionSource<JsonObject> Answer)>();
var players = new Dictionary<IPEndPoint, (string Session, int Number, int X, int Y)>();
var lastNumber = 0;
var (socket, session) = (new ClientWebSocket(), "");

await ConnectAsync();
_ = ListenAsync();
var bound = ((IPEndPoint)udp.Client.LocalEndPoint!).Port;
await RequestAsync("ActivateServerProcess", new() { ["SdkVersion"] = "5.4.0", ["SdkLanguage"] = "CSharp", ["Port"] = bound });
using var beats = TimeProvider.System.CreateTimer(
    state => _ = RequestAsync("HeartbeatServerProcess", new() { ["HealthStatus"] = true }), null, TimeSpan.Zero, TimeSpan.FromSeconds(60));
Console.WriteLine($"Ready for players on UDP port {bound}");
while (!ending.IsCancellationRequested)
{
    try
    {
        await PlayAsync(await udp.ReceiveAsync(ending.Token));
    }
    catch (Exception exception) when (exception is OperationCanceledException or SocketException)
    {
        // the end, or a player who is gone
    }
}

// GameLift may be gone: then nobody answers
await Task.WhenAny(RequestAsync("TerminateServerProcess", []), Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System));

async Task PlayAsync(UdpReceiveResult datagram)
{
    var text = Encoding.UTF8.GetString(datagram.Buffer);
    var known = players.TryGetValue(datagram.RemoteEndPoint, out var player);
    if (text == "players")
    {
        text = string.Concat(players.Values.OrderBy(each => each.Number).Select(each => $"{each.Number} {each.X} {each.Y}\n"));
    }
    else if (!known || text == "bye")
    {
        var id = known ? player.Session : text;
        var answer = await RequestAsync(
            known ? "RemovePlayerSession" : "AcceptPlayerSession", new() { ["GameSessionId"] = session, ["PlayerSessionId"] = id });
        text = (int?)answer["StatusCode"] != 200 ? "refused" : known ? "goodbye" : "welcome";
        _ = text == "welcome" ? players.TryAdd(datagram.RemoteEndPoint, (id, ++lastNumber, 50, 50)) : players.Remove(datagram.RemoteEndPoint);
        Console.WriteLine($"{datagram.RemoteEndPoint}: {text} {answer["ErrorMessage"]}");
    }
    else if (text.Split(' ') is ["at", var left, var top] && int.TryParse(left, out var x) && int.TryParse(top, out var y))
    {
        players[datagram.RemoteEndPoint] = player with { X = Math.Clamp(x, 0, 99), Y = Math.Clamp(y, 0, 99) };
    }

    await udp.SendAsync(Encoding.UTF8.GetBytes(text), datagram.RemoteEndPoint);
}

// Everything below is the server SDK: one JSON object a frame, and what has no RequestId is a push of GameLift's.
async Task<JsonObject> RequestAsync(string action, JsonObject members)
{
    (members["Action"], members["RequestId"]) = (action, Guid.NewGuid().ToString());
    var answer = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
    unanswered[(string)members["RequestId"]!] = (members, answer);
    await TrySendAsync(members);
    return await answer.Task;
}

async Task TrySendAsync(JsonObject message)
{
    await sending.WaitAsync();
    try
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);
    }
    catch (Exception exception) when (exception is WebSocketException or InvalidOperationException)
    {
        // the connection is lost: it is sent again over the next one
    }
    finally
    {
        sending.Release();
    }
}

async Task ConnectAsync()
{
    do
    {
        socket.Dispose();
        socket = new ClientWebSocket();

        // as the SDKs do: the host's certificate is its own
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        await Task.WhenAny(socket.ConnectAsync(address, CancellationToken.None));
        await Task.Delay(TimeSpan.FromMilliseconds(socket.State == WebSocketState.Open ? 0 : 500), TimeProvider.System);
    }
    while (socket.State != WebSocketState.Open);

    foreach (var (request, _) in unanswered.Values)
    {
        await TrySendAsync(request);
    }
}

async Task ListenAsync()
{
    for (var buffer = new byte[1024 * 1024]; ;)
    {
        try
        {
            var count = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(count), CancellationToken.None);
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

void Take(JsonObject message)
{
    if ((string?)message["RequestId"] is { Length: > 0 } id)
    {
        if (unanswered.TryRemove(id, out var open))
        {
            open.Answer.SetResult(message);
        }
    }
    else if ((string?)message["Action"] == "CreateGameSession")
    {
        session = (string)message["GameSessionId"]!;
        _ = RequestAsync("ActivateGameSession", new() { ["GameSessionId"] = session });
    }
    else if ((string?)message["Action"] == "TerminateProcess")
    {
        ending.Cancel();
    }
}

string Variable(string name) => Environment.GetEnvironmentVariable("GAMELIFT_SDK_" + name)
    ?? throw new InvalidOperationException($"GAMELIFT_SDK_{name} is not set. `fleetbridge local` sets it.");

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    ending.Cancel();
}
