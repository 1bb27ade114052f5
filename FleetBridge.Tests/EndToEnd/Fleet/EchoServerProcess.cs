using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>The sample game server as a process, on a host.</summary>
internal sealed class EchoServerProcess : IAsyncDisposable
{
    private EchoServerProcess(Process process) => Process = process;

    public Process Process { get; }

    public static EchoServerProcess Start(HostProcess host)
    {
        var start = new ProcessStartInfo(Repository.EchoServer, ["-port=0"]) { RedirectStandardOutput = true };
        FleetBridgeProcess.Prepare(start.Environment, "");
        start.Environment["GAMELIFT_SDK_WEBSOCKET_URL"] = $"wss://127.0.0.1:{host.TlsPort}";
        start.Environment["GAMELIFT_SDK_AUTH_TOKEN"] = "a-token";
        start.Environment["GAMELIFT_SDK_PROCESS_ID"] = "echo-1";
        start.Environment["GAMELIFT_SDK_HOST_ID"] = "local";
        start.Environment["GAMELIFT_SDK_FLEET_ID"] = "fleet-local";
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        return new EchoServerProcess(process);
    }

    /// <summary>Makes a game session on the server, as soon as it is ready, and waits until it is active.</summary>
    /// <returns>Its id.</returns>
    public static async Task<string> CreateSessionAsync(HostProcess host)
    {
        string? id = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var (status, json) = await host.CallAsync("CreateGameSession", new() { ["FleetId"] = "fleet-local", ["MaximumPlayerSessionCount"] = 2 });
                id = (string?)json["GameSession"]?["GameSessionId"];
                return status == HttpStatusCode.OK;
            },
            "the server is ready");
        await Eventually.TrueAsync(
            async () => (string?)(await host.CallAsync("DescribeGameSessions", new() { ["GameSessionId"] = id })).Json["GameSessions"]![0]!["Status"] == "ACTIVE",
            "the session is active");
        return id!;
    }

    /// <summary>Makes a player session in a game session, and connects to its server without having said anything.</summary>
    public static async Task<(JsonNode Session, UdpClient Player)> ReserveAsync(HostProcess host, string session, string player)
    {
        var (_, created) = await host.CallAsync("CreatePlayerSession", new() { ["GameSessionId"] = session, ["PlayerId"] = player });
        var udp = new UdpClient();
        udp.Connect(IPAddress.Loopback, (int)created["PlayerSession"]!["Port"]!);
        return (created["PlayerSession"]!, udp);
    }

    /// <summary>Sends a datagram and reads what comes back; loopback loses none.</summary>
    public static async Task<string> SayAsync(UdpClient udp, string text)
    {
        await udp.SendAsync(Encoding.UTF8.GetBytes(text));
        using var limit = new CancellationTokenSource(Eventually.Limit);
        return Encoding.UTF8.GetString((await udp.ReceiveAsync(limit.Token)).Buffer);
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            Process.Kill();
        }

        await Process.WaitForExitAsync();
        Process.Dispose();
    }
}
