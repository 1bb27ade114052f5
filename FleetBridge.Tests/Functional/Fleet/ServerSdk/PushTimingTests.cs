using System.Text.Json.Nodes;
using FleetBridge.Fleet.Model;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.ServerSdk;

/// <summary>When a push is sent: the SDKs lose those that come too early.</summary>
public sealed class PushTimingTests(ITestOutputHelper output) : IAsyncLifetime
{
    private TestHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync(output);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task No_session_comes_before_the_first_heartbeat()
    {
        await using var server = _host.Server(SdkDialect.Cpp);
        await server.ConnectAsync();
        await server.DemandAsync("ActivateServerProcess", server.Activation());
        await Assert.ThrowsAsync<FleetException>(() => _host.CreateGameSessionAsync());
        Assert.False(server.Pushes.TryPeek(out _), "nothing was sent");
        await server.BeatAsync();
        await _host.CreateGameSessionAsync();
        Assert.Equal("CreateGameSession", (string?)(await server.NextPushAsync())["Action"]);
    }

    [Fact]
    public async Task Session_that_waits_for_a_server_comes_with_its_first_heartbeat()
    {
        await _host.Fleet.ChangeAsync(fleet => fleet.CreateQueue(new QueueSettings
        {
            Name = "queue",
            Destinations = [fleet.GetFleet("fleet-local").FleetArn],
            TimeoutInSeconds = 600,
        }));
        await _host.Fleet.ChangeAsync(fleet => fleet.StartPlacement(new NewPlacement
        {
            PlacementId = "placement",
            GameSessionQueueName = "queue",
            MaximumPlayerSessionCount = 2,
        }));
        await using var server = _host.Server(SdkDialect.Go);
        await server.ConnectAsync();
        await server.DemandAsync("ActivateServerProcess", server.Activation());
        var beat = Task.Run(() => server.BeatAsync());
        Assert.Equal("CreateGameSession", (string?)(await server.NextPushAsync())["Action"]);
        await beat;
    }

    [Fact]
    public async Task Session_that_was_activating_when_the_connection_broke_comes_again()
    {
        await using var server = new FakeServer(SdkDialect.Cpp, _host.Host.TlsPort, tls: true) { Reconnects = true };
        await server.ReadyAsync();
        var session = await _host.CreateGameSessionAsync();
        Assert.Equal(session.GameSessionId, (string?)(await server.NextPushAsync())["GameSessionId"]);
        server.Socket.Abort();
        Assert.Equal(session.GameSessionId, (string?)(await server.NextPushAsync())["GameSessionId"]);
        Assert.Equal(2, server.Connections);
        await server.DemandAsync("ActivateGameSession", new() { ["GameSessionId"] = session.GameSessionId });
        await server.DemandAsync("ActivateGameSession", new() { ["GameSessionId"] = session.GameSessionId });
    }

    [Fact]
    public async Task Server_that_is_back_keeps_its_session_and_hears_nothing_again()
    {
        await using var server = new FakeServer(SdkDialect.Go, _host.Host.HttpPort, tls: false) { Reconnects = true };
        await server.ReadyAsync();
        var session = await _host.CreateGameSessionAsync();
        await server.NextPushAsync();
        await server.DemandAsync("ActivateGameSession", new() { ["GameSessionId"] = session.GameSessionId });
        server.Socket.Abort();
        await Eventually.TrueAsync(() => server.Connections == 2, "it connects again");
        await server.BeatAsync();
        await _host.Fleet.ChangeAsync(fleet => fleet.TerminateGameSession(session.GameSessionId, TerminationMode.TRIGGER_ON_PROCESS_TERMINATE));
        Assert.Equal("TerminateProcess", (string?)(await server.NextPushAsync())["Action"]);
        Assert.Equal(GameSessionStatus.TERMINATING, _host.Find(session.GameSessionId).Status);
    }

    [Fact]
    public async Task Idle_server_that_is_back_gets_a_session_without_a_heartbeat()
    {
        await using var server = new FakeServer(SdkDialect.Cpp, _host.Host.TlsPort, tls: true) { Reconnects = true };
        await server.ReadyAsync();
        server.Socket.Abort();
        await Eventually.TrueAsync(() => server.Connections == 2 && _host.FindProcess(server.ProcessId)!.IsConnected, "it is back");
        GameSession? session = null;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    session = await _host.CreateGameSessionAsync();
                    return true;
                }
                catch (FleetException)
                {
                    return false;
                }
            },
            "it can take a session");
        Assert.Equal(session!.GameSessionId, (string?)(await server.NextPushAsync())["GameSessionId"]);
    }

    [Fact]
    public async Task Server_that_lived_before_the_store_stays_connected_and_gets_no_session()
    {
        await using var server = _host.Server(SdkDialect.Go);
        await server.ConnectAsync();
        await server.BeatAsync();
        await server.BeatAsync();
        Assert.Equal(ServerProcessState.Lost, _host.FindProcess(server.ProcessId)!.State);
        await Assert.ThrowsAsync<FleetException>(() => _host.CreateGameSessionAsync());
        await Eventually.TrueAsync(() => _host.ReadLogFile().Contains("restart it", StringComparison.Ordinal), "the log says what to do");
    }

    [Fact]
    public async Task Repeated_request_gets_its_first_answer_on_any_connection()
    {
        await using var server = new FakeServer(SdkDialect.Cpp, _host.Host.TlsPort, tls: true) { Reconnects = true };
        await server.ReadyAsync();
        var session = await _host.CreateGameSessionAsync();
        await server.NextPushAsync();
        await server.DemandAsync("ActivateGameSession", new() { ["GameSessionId"] = session.GameSessionId });
        var player = await _host.Fleet.ChangeAsync(fleet => fleet.CreatePlayerSession(session.GameSessionId, "ada", null));
        JsonObject Accept() => new() { ["GameSessionId"] = session.GameSessionId, ["PlayerSessionId"] = player.PlayerSessionId };
        await server.DemandAsync("AcceptPlayerSession", Accept(), "the-same");
        server.Socket.Abort();
        await Eventually.TrueAsync(() => server.Connections == 2, "it connects again");
        await server.DemandAsync("AcceptPlayerSession", Accept(), "the-same");
        var other = await server.RequestAsync("AcceptPlayerSession", Accept());
        Assert.Equal(400, (int)other["StatusCode"]!);
        Assert.Contains(player.PlayerSessionId, (string?)other["ErrorMessage"], StringComparison.Ordinal);
    }
}
