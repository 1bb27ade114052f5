using System.Text.Json.Nodes;
using FleetBridge.Fleet.Host;
using FleetBridge.Fleet.Model;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.ServerSdk;

/// <summary>Game servers that are asked to move to a new connection, and do so as their SDK does.</summary>
public sealed class RefreshTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan MoveLimit = TimeSpan.FromSeconds(10);

    private readonly WatchedTimeProvider _clock = new();

    [Theory]
    [InlineData("Cpp", true)]
    [InlineData("CSharp", true)]
    [InlineData("CSharp", false)]
    [InlineData("Go", false)]
    public async Task Server_moves_with_its_session_and_players(string language, bool tls)
    {
        await using var host = await StartAsync();
        await using var server = await Moving(host, language, tls).ReadyAsync();
        var (session, player) = await PlayAsync(host, server);
        await MoveAsync(host, server);

        // what the SDK does, or this host for it, ends the older one, and nothing else with it
        if (language == "CSharp")
        {
            await _clock.WaitForTimerAsync(MoveLimit);
            Assert.Empty(server.OlderSocket!.CloseCodes);
            _clock.Advance(MoveLimit);
        }

        await server.OlderSocket!.Ended.WaitAsync(Eventually.Limit);
        Assert.Equal(language switch { "Cpp" => [1001], "CSharp" => [1000], _ => [] }, server.OlderSocket.CloseCodes);
        Assert.False(server.IsDead);
        var process = host.FindProcess(server.ProcessId)!;
        Assert.Equal((ServerProcessState.Hosting, true), (process.State, process.IsConnected));
        Assert.Equal((GameSessionStatus.ACTIVE, 1), (host.Find(session).Status, host.Find(session).CurrentPlayerSessionCount));
        await server.DemandAsync("RemovePlayerSession", Of(session, player));
        await host.Fleet.ChangeAsync(fleet => fleet.TerminateGameSession(session, TerminationMode.TRIGGER_ON_PROCESS_TERMINATE));
        Assert.Equal("TerminateProcess", (string?)(await server.NextPushAsync())["Action"]);
    }

    [Fact]
    public async Task Server_of_a_strict_host_moves_with_a_token_that_is_accepted()
    {
        await using var host = await StartAsync(options => options with { IsStrict = true });
        var token = await host.Fleet.ChangeAsync(fleet => fleet.IssueAuthToken("fleet-local", "local"));
        await using var server = Moving(host, "Cpp", tls: true);
        server.AuthToken = token.Token;
        await server.ReadyAsync();
        await MoveAsync(host, server);
        Assert.True(host.FindProcess(server.ProcessId)!.IsConnected);
    }

    [Fact]
    public async Task Signed_connection_is_given_a_token_of_this_host()
    {
        await using var host = await StartAsync();
        await using var server = Moving(host, "Go", tls: false, moves: false);
        server.AuthToken = "";
        await server.ReadyAsync();
        await _clock.WaitForTimerAsync(Interval);
        _clock.Advance(Interval);
        var push = await server.NextPushAsync();
        Assert.Equal($"ws://127.0.0.1:{host.Host.HttpPort}", (string?)push["RefreshConnectionEndpoint"]);
        Assert.Null(push["RequestId"]);
        Assert.True(host.Fleet.Read(fleet => fleet.IsIssued((string)push["AuthToken"]!, "fleet-local", "local")));
    }

    [Fact]
    public async Task Server_is_asked_again_if_it_stays_and_not_before_its_first_heartbeat()
    {
        await using var host = await StartAsync();
        await using var server = Moving(host, "Go", tls: false, moves: false);
        await server.ConnectAsync();
        await server.DemandAsync("ActivateServerProcess", server.Activation());
        await PassAsync();
        await _clock.WaitForTimerAsync(Interval);
        await server.BeatAsync();
        Assert.False(server.Pushes.TryPeek(out _), "it could not take it");
        for (var asked = 0; asked < 2; asked++)
        {
            await PassAsync();
            Assert.Equal("RefreshConnection", (string?)(await server.NextPushAsync())["Action"]);
            await server.BeatAsync();
        }
    }

    [Fact]
    public async Task Server_whose_new_connection_fails_is_called_back_from_the_older()
    {
        await using var host = await StartAsync();
        await using var server = new FakeServer(SdkDialect.Cpp, host.Host.TlsPort, tls: true) { Reconnects = true };
        await server.ReadyAsync();
        await PassAsync();
        Assert.Equal("RefreshConnection", (string?)(await server.NextPushAsync())["Action"]);
        var older = server.Socket;
        await using (var newer = await SdkSocket.ConnectAsync(host.Host.TlsPort, SdkDialect.Cpp.Target(server), tls: true))
        {
            await newer.PingAsync(FakeServer.PingLimit);
            newer.Abort();
        }

        await Eventually.TrueAsync(() => server.Connections == 2 && host.FindProcess(server.ProcessId)!.IsConnected, "it is back");
        Assert.Equal([1012], older.CloseCodes);
        await server.BeatAsync();
        var session = await host.CreateGameSessionAsync();
        Assert.Equal(session.GameSessionId, (string?)(await server.NextPushAsync())["GameSessionId"]);
    }

    [Fact]
    public async Task Nobody_is_asked_to_move_unless_the_host_is_told_to()
    {
        await using var host = await TestHost.StartAsync(output, clock: _clock);
        await using var server = await Moving(host, "Go", tls: false, moves: false).ReadyAsync();
        for (var i = 0; i < 4; i++)
        {
            _clock.Advance(Interval);
            await server.BeatAsync();
        }

        Assert.False(server.Pushes.TryPeek(out _), "no connection of this host ends by itself");
    }

    private static FakeServer Moving(TestHost host, string language, bool tls, bool moves = true) =>
        new(SdkDialect.Of(language), tls ? host.Host.TlsPort : host.Host.HttpPort, tls) { Moves = moves };

    private static JsonObject Of(string session, string player) => new() { ["GameSessionId"] = session, ["PlayerSessionId"] = player };

    private static async Task<(string Session, string Player)> PlayAsync(TestHost host, FakeServer server)
    {
        var session = (await host.CreateGameSessionAsync()).GameSessionId;
        Assert.Equal(session, (string?)(await server.NextPushAsync())["GameSessionId"]);
        await server.DemandAsync("ActivateGameSession", new() { ["GameSessionId"] = session });
        var player = (await host.Fleet.ChangeAsync(fleet => fleet.CreatePlayerSession(session, "ada", null))).PlayerSessionId;
        await server.DemandAsync("AcceptPlayerSession", Of(session, player));
        return (session, player);
    }

    private Task<TestHost> StartAsync(Func<FleetHostOptions, FleetHostOptions>? choose = null) => TestHost.StartAsync(
        output, options => (choose?.Invoke(options) ?? options) with { RefreshInterval = Interval }, _clock);

    private async Task PassAsync()
    {
        await _clock.WaitForTimerAsync(Interval);
        _clock.Advance(Interval);
    }

    private async Task MoveAsync(TestHost host, FakeServer server)
    {
        var before = host.FindProcess(server.ProcessId)!.ConnectionNumber;
        await PassAsync();
        await Eventually.TrueAsync(() => server.OlderSocket is { } older && older != server.Socket, "it has moved");
        Assert.NotEqual(before, host.FindProcess(server.ProcessId)!.ConnectionNumber);
    }
}
