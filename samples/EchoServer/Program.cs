using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using EchoServer;

// A game server that GameLift can run: EchoServer [-port=7777]. A player's first datagram is the id of its player session,
// "bye" is its last, and whatever comes between is sent back.
var port = args.FirstOrDefault(arg => arg.StartsWith("-port=", StringComparison.OrdinalIgnoreCase))?[6..] ?? "7777";
using var udp = new UdpClient(new IPEndPoint(IPAddress.Any, int.Parse(port, CultureInfo.InvariantCulture)));
using var ending = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
var players = new Dictionary<IPEndPoint, string>();
string? session = null;

await using var gameLift = await GameLiftConnection.OpenAsync(ending.Token);
gameLift.Pushed += push =>
{
    Console.WriteLine($"GameLift says {push["Action"]}");
    switch ((string?)push["Action"])
    {
        case "CreateGameSession":
            session = (string?)push["GameSessionId"];
            _ = gameLift.RequestAsync("ActivateGameSession", new() { ["GameSessionId"] = session });
            break;
        case "TerminateProcess":
            ending.Cancel();
            break;
    }
};
var bound = ((IPEndPoint)udp.Client.LocalEndPoint!).Port;
await gameLift.RequestAsync("ActivateServerProcess", new()
{
    ["SdkVersion"] = "5.4.0",
    ["SdkLanguage"] = GameLiftConnection.Language,
    ["Port"] = bound,
    ["LogPaths"] = new System.Text.Json.Nodes.JsonArray(),
});
_ = gameLift.BeatAsync(ending.Token);
Console.WriteLine($"Ready for players on UDP port {bound}");
try
{
    while (true)
    {
        var datagram = await udp.ReceiveAsync(ending.Token);
        var text = System.Text.Encoding.UTF8.GetString(datagram.Buffer);
        var known = players.TryGetValue(datagram.RemoteEndPoint, out var player);
        if (!known || text == "bye")
        {
            var change = known ? "RemovePlayerSession" : "AcceptPlayerSession";
            var answer = await gameLift.RequestAsync(change, new() { ["GameSessionId"] = session, ["PlayerSessionId"] = player ?? text });
            var done = (int)answer["StatusCode"]! == 200;
            _ = known ? players.Remove(datagram.RemoteEndPoint) : done && players.TryAdd(datagram.RemoteEndPoint, text);
            Console.WriteLine($"{change} {player ?? text}: {(done ? "done" : answer["ErrorMessage"])}");
            datagram = new UdpReceiveResult(System.Text.Encoding.UTF8.GetBytes(done ? "welcome" : "refused"), datagram.RemoteEndPoint);
        }

        await udp.SendAsync(datagram.Buffer, datagram.RemoteEndPoint);
    }
}
catch (OperationCanceledException)
{
    // GameLift may be gone: then nobody answers
    var farewell = gameLift.RequestAsync("TerminateServerProcess", []);
    await Task.WhenAny(farewell, Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System));
}

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    ending.Cancel();
}
