using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>The sample game server against a host, both as processes.</summary>
public sealed class EchoServerTests : IDisposable
{
    private readonly TemporaryFolder _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task Player_joins_plays_and_leaves()
    {
        await using var host = await HostProcess.StartAsync(_state.Path);
        using var server = Start(host);
        try
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
            var (_, created) = await host.CallAsync("CreatePlayerSession", new() { ["GameSessionId"] = id, ["PlayerId"] = "ada" });
            var player = created["PlayerSession"]!;
            using var udp = new UdpClient();
            udp.Connect(IPAddress.Loopback, (int)player["Port"]!);
            Assert.Equal("welcome", await SayAsync(udp, (string)player["PlayerSessionId"]!));
            Assert.Equal("hello", await SayAsync(udp, "hello"));
            Assert.Equal("ACTIVE", await StatusAsync());
            Assert.Equal("goodbye", await SayAsync(udp, "bye"));
            Assert.Equal("COMPLETED", await StatusAsync());
            using var stranger = new UdpClient();
            stranger.Connect(IPAddress.Loopback, (int)player["Port"]!);
            Assert.Equal("refused", await SayAsync(stranger, "psess-invented"));

            await host.CallAsync("TerminateGameSession", new() { ["GameSessionId"] = id, ["TerminationMode"] = "TRIGGER_ON_PROCESS_TERMINATE" });
            using var limit = new CancellationTokenSource(Eventually.Limit);
            await server.WaitForExitAsync(limit.Token);
            Assert.Equal(0, server.ExitCode);

            async Task<string?> StatusAsync() => (string?)(await host.CallAsync(
                "DescribePlayerSessions", new() { ["PlayerSessionId"] = (string?)player["PlayerSessionId"] })).Json["PlayerSessions"]![0]!["Status"];
        }
        finally
        {
            if (!server.HasExited)
            {
                server.Kill();
            }
        }
    }

    private static Process Start(HostProcess host)
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
        return process;
    }

    /// <summary>Sends a datagram and reads what comes back; loopback loses none.</summary>
    private static async Task<string> SayAsync(UdpClient udp, string text)
    {
        await udp.SendAsync(Encoding.UTF8.GetBytes(text));
        using var limit = new CancellationTokenSource(Eventually.Limit);
        return Encoding.UTF8.GetString((await udp.ReceiveAsync(limit.Token)).Buffer);
    }
}
