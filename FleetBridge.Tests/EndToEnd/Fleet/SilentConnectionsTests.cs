using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>
/// Connections that say nothing, or stop in the middle of a request: as many as <c>FLEETBRIDGE_TEST_SILENT_CONNECTIONS</c> says,
/// such as 5,000.
/// </summary>
public sealed class SilentConnectionsTests : IDisposable
{
    private const string CountVariable = "FLEETBRIDGE_TEST_SILENT_CONNECTIONS";
    private const int Fewest = 400;

    private static readonly byte[] HalfARequest = Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: Game");

    /// <summary>The head of a TLS record with a ClientHello that does not follow.</summary>
    private static readonly byte[] HalfAHandshake = [0x16, 0x03, 0x01, 0x02, 0x00];

    private readonly TemporaryFolder _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task Servers_and_clients_are_served_beside_them()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable(CountVariable), CultureInfo.InvariantCulture, out var asked) ? asked : Fewest;
        await using var host = await HostProcess.StartAsync(_state.Path);
        var silent = new List<Socket>(count);
        try
        {
            for (var i = 0; i < count; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                silent.Add(socket);
                var isSecure = i % 2 == 1;
                await socket.ConnectAsync(IPAddress.Loopback, isSecure ? host.TlsPort : host.HttpPort);
                if (i % 4 >= 2)
                {
                    await socket.SendAsync(isSecure ? HalfAHandshake : HalfARequest);
                }
            }

            foreach (var dialect in SdkDialect.All)
            {
                await PlayAsync(host, dialect);
            }
        }
        finally
        {
            silent.ForEach(socket => socket.Dispose());
        }

        await PlayAsync(host, SdkDialect.Cpp);
        Assert.False(host.Process.HasExited);
    }

    /// <summary>A server's whole life, with a player.</summary>
    private static async Task PlayAsync(HostProcess host, SdkDialect dialect)
    {
        await using var server = host.Server(dialect);
        await server.ReadyAsync();
        var (status, made) = await host.CallAsync(
            "CreateGameSession", new() { ["FleetId"] = "fleet-local", ["MaximumPlayerSessionCount"] = 1 });
        Assert.True(status == HttpStatusCode.OK, made.ToJsonString());
        var session = (string)made["GameSession"]!["GameSessionId"]!;
        Assert.Equal(session, (string?)(await server.NextPushAsync())["GameSessionId"]);
        await server.DemandAsync("ActivateGameSession", new() { ["GameSessionId"] = session });
        var (_, player) = await host.CallAsync("CreatePlayerSession", new() { ["GameSessionId"] = session, ["PlayerId"] = "player" });
        await server.DemandAsync("AcceptPlayerSession", new()
        {
            ["GameSessionId"] = session,
            ["PlayerSessionId"] = (string)player["PlayerSession"]!["PlayerSessionId"]!,
        });
        await server.DemandAsync("TerminateServerProcess", []);
    }
}
