using System.Net;
using System.Net.Sockets;
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
        await using var server = EchoServerProcess.Start(host);
        var id = await EchoServerProcess.CreateSessionAsync(host);
        var (player, udp) = await EchoServerProcess.ReserveAsync(host, id, "ada");
        using var connected = udp;
        Assert.Equal("welcome", await EchoServerProcess.SayAsync(udp, (string)player["PlayerSessionId"]!));
        Assert.Equal("hello", await EchoServerProcess.SayAsync(udp, "hello"));
        Assert.Equal("ACTIVE", await StatusAsync());
        using var stranger = new UdpClient();
        stranger.Connect(IPAddress.Loopback, (int)player["Port"]!);
        Assert.Equal("refused", await EchoServerProcess.SayAsync(stranger, "psess-invented"));
        Assert.Equal("at 10 200", await EchoServerProcess.SayAsync(udp, "at 10 200"));
        Assert.Equal("1 10 99\n", await EchoServerProcess.SayAsync(stranger, "players"));
        Assert.Equal("goodbye", await EchoServerProcess.SayAsync(udp, "bye"));
        Assert.Equal("COMPLETED", await StatusAsync());
        Assert.Equal("", await EchoServerProcess.SayAsync(stranger, "players"));

        await host.CallAsync("TerminateGameSession", new() { ["GameSessionId"] = id, ["TerminationMode"] = "TRIGGER_ON_PROCESS_TERMINATE" });
        using var limit = new CancellationTokenSource(Eventually.Limit);
        await server.Process.WaitForExitAsync(limit.Token);
        Assert.Equal(0, server.Process.ExitCode);

        async Task<string?> StatusAsync() => (string?)(await host.CallAsync(
            "DescribePlayerSessions", new() { ["PlayerSessionId"] = (string?)player["PlayerSessionId"] })).Json["PlayerSessions"]![0]!["Status"];
    }
}
