using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using EchoServer;

// A game server that GameLift can run: EchoServer [-port=7777]. A player's first datagram is the id of its player session,
// "bye" is its last, and whatever comes between is sent back; "at 10 20" also moves the player to that place (0 to 99 each). Anyone may
// ask "players": a line for each, with a number and the place. ServerSdk.cs speaks with GameLift.
var port = args.FirstOrDefault(arg => arg.StartsWith("-port=", StringComparison.OrdinalIgnoreCase))?[6..] ?? "7777";
using var udp = new UdpClient(int.Parse(port, CultureInfo.InvariantCulture));
using var ending = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
var players = new Dictionary<IPEndPoint, (string Session, int Number, int X, int Y)>();
var (lastNumber, session) = (0, "");

using var gameLift = new ServerSdk();
gameLift.Pushed += (action, message) =>
{
    switch (action)
    {
        case "CreateGameSession":
            session = (string)message["GameSessionId"]!;
            _ = gameLift.RequestAsync("ActivateGameSession", new() { ["GameSessionId"] = session });
            break;
        case "TerminateProcess":
            ending.Cancel();
            break;
    }
};
await gameLift.StartAsync();
var bound = ((IPEndPoint)udp.Client.LocalEndPoint!).Port;
await gameLift.RequestAsync("ActivateServerProcess", new() { ["SdkVersion"] = "5.4.0", ["SdkLanguage"] = "CSharp", ["Port"] = bound });
using var beats = TimeProvider.System.CreateTimer(
    state => _ = gameLift.RequestAsync("HeartbeatServerProcess", new() { ["HealthStatus"] = true }), null, TimeSpan.Zero, TimeSpan.FromSeconds(60));
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
await Task.WhenAny(gameLift.RequestAsync("TerminateServerProcess", []), Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System));

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
        var answer = await gameLift.RequestAsync(
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

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    ending.Cancel();
}
