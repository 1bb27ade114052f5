using System.Text.Json.Nodes;
using FleetBridge.Fleet.Model;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.ServerSdk;

/// <summary>A game server's whole life, with the habits of each SDK.</summary>
public sealed class ServerLifeTests(ITestOutputHelper output) : IAsyncLifetime
{
    private TestHost _host = null!;

    public static TheoryData<string, bool> Dialects => new()
    {
        { "Cpp", true }, { "CSharp", true }, { "CSharp", false }, { "Go", false }, { "Go", true },
    };

    public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync(output);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Server_lives_from_InitSDK_to_ProcessEnding(string language, bool tls)
    {
        await using var server = await _host.Server(SdkDialect.Of(language), tls).ReadyAsync();
        var created = await _host.CreateGameSessionAsync(data: "{\"a\":1}");
        Assert.Equal(GameSessionStatus.ACTIVATING, created.Status);

        var push = await server.NextPushAsync();
        Assert.Equal(
            [
                "Action", "GameSessionId", "GameSessionName", "GameSessionData", "MaximumPlayerSessionCount", "Port", "IpAddress",
                "GameProperties",
            ],
            push.Select(member => member.Key));
        Assert.Equal("CreateGameSession", (string?)push["Action"]);
        Assert.Equal(created.GameSessionId, (string?)push["GameSessionId"]);
        Assert.Equal("Ümläut \"quoted\"", (string?)push["GameSessionName"]);
        Assert.Equal("{\"a\":1}", (string?)push["GameSessionData"]);
        Assert.Equal((4, server.GamePort), ((int)push["MaximumPlayerSessionCount"]!, (int)push["Port"]!));
        Assert.Equal("""{"map":"Arena","mode":"ctf"}""", push["GameProperties"]!.ToJsonString());

        await server.DemandAsync("ActivateGameSession", new() { ["GameSessionId"] = created.GameSessionId });
        Assert.Equal(GameSessionStatus.ACTIVE, _host.Find(created.GameSessionId).Status);

        var player = await _host.Fleet.ChangeAsync(fleet => fleet.CreatePlayerSession(created.GameSessionId, "ada", "data"));
        JsonObject Players() => new() { ["GameSessionId"] = created.GameSessionId, ["PlayerSessionId"] = player.PlayerSessionId };
        await server.DemandAsync("AcceptPlayerSession", Players());
        var described = await server.DemandAsync("DescribePlayerSessions", Describe(created.GameSessionId, limit: 50));
        var row = described["PlayerSessions"]!.AsArray().Single()!.AsObject();
        Assert.Equal(
            ("ada", "ACTIVE", "data", player.PlayerSessionId),
            ((string?)row["PlayerId"], (string?)row["Status"], (string?)row["PlayerData"], (string?)row["PlayerSessionId"]));
        Assert.Equal(player.CreationTime.ToUnixTimeMilliseconds(), (long)row["CreationTime"]!);
        Assert.Null(described["NextToken"]);

        await server.DemandAsync("RemovePlayerSession", Players());
        Assert.Equal(0, _host.Find(created.GameSessionId).CurrentPlayerSessionCount);
        await server.DemandAsync("UpdatePlayerSessionCreationPolicy", new() { ["GameSessionId"] = created.GameSessionId, ["PlayerSessionPolicy"] = "DENY_ALL" });
        Assert.Equal(PlayerSessionCreationPolicy.DENY_ALL, _host.Find(created.GameSessionId).PlayerSessionCreationPolicy);

        await _host.Fleet.ChangeAsync(fleet => fleet.TerminateGameSession(created.GameSessionId, TerminationMode.TRIGGER_ON_PROCESS_TERMINATE));
        var terminate = await server.NextPushAsync();
        Assert.Equal("TerminateProcess", (string?)terminate["Action"]);
        Assert.True((long)terminate["TerminationTime"]! > created.CreationTime.ToUnixTimeMilliseconds(), "milliseconds, and to come");
        await server.DemandAsync("TerminateServerProcess", []);
        Assert.Equal(GameSessionStatus.TERMINATED, _host.Find(created.GameSessionId).Status);
        Assert.Equal(ServerProcessState.Ended, _host.FindProcess(server.ProcessId)!.State);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Answers_repeat_action_and_id_and_have_a_number_as_status(string language, bool tls)
    {
        await using var server = await _host.Server(SdkDialect.Of(language), tls).ReadyAsync();
        var id = server.Dialect.NewRequestId();
        var answer = await server.RequestAsync("HeartbeatServerProcess", new() { ["HealthStatus"] = true }, id);
        Assert.Equal($$"""{"Action":"HeartbeatServerProcess","RequestId":"{{id}}","StatusCode":200}""", answer.ToJsonString());
    }

    [Fact]
    public async Task Anywhere_compute_has_a_name_no_certificate_and_no_role()
    {
        await using var server = await _host.Server(SdkDialect.CSharp).ReadyAsync();
        var certificate = await server.DemandAsync("GetComputeCertificate", []);
        Assert.Equal(("local", null), ((string?)certificate["ComputeName"], (string?)certificate["CertificatePath"]));
        var credentials = await server.DemandAsync("GetFleetRoleCredentials", new() { ["RoleArn"] = "arn:aws:iam::1:role/r", ["RoleSessionName"] = null });
        Assert.Equal("", (string?)credentials["AccessKeyId"]);
        Assert.Equal(0, (long)credentials["Expiration"]!);
    }

    [Fact]
    public async Task Player_sessions_come_in_pages()
    {
        await using var server = await _host.Server(SdkDialect.Cpp).ReadyAsync();
        var session = await ActiveSessionAsync(server, players: 60);
        for (var i = 0; i < 3; i++)
        {
            await _host.Fleet.ChangeAsync(fleet => fleet.CreatePlayerSessions(
                session, [.. Enumerable.Range(i * 20, 20).Select(player => new NewPlayer($"player-{player}", null))]));
        }

        var first = await server.DemandAsync("DescribePlayerSessions", Describe(session, limit: 0));
        Assert.Equal(50, first["PlayerSessions"]!.AsArray().Count);
        var second = await server.DemandAsync("DescribePlayerSessions", Describe(session, limit: 0, token: (string?)first["NextToken"]));
        Assert.Equal(10, second["PlayerSessions"]!.AsArray().Count);
        Assert.Null(second["NextToken"]);
        Assert.Equal(60, first["PlayerSessions"]!.AsArray().Concat(second["PlayerSessions"]!.AsArray()).Select(row => (string?)row!["PlayerId"]).Distinct().Count());
        var one = await server.DemandAsync("DescribePlayerSessions", new() { ["PlayerSessionId"] = (string?)first["PlayerSessions"]![0]!["PlayerSessionId"] });
        Assert.Equal("player-0", (string?)one["PlayerSessions"]!.AsArray().Single()!["PlayerId"]);
        var none = await server.DemandAsync("DescribePlayerSessions", new() { ["GameSessionId"] = session, ["PlayerSessionStatusFilter"] = "ACTIVE" });
        Assert.Empty(none["PlayerSessions"]!.AsArray());
    }

    [Fact]
    public async Task Backfill_without_a_matchmaker_is_taken_and_can_be_stopped()
    {
        await using var server = await _host.Server(SdkDialect.Go).ReadyAsync();
        var session = await ActiveSessionAsync(server);
        const string Configuration = "arn:aws:gamelift:us-west-2:000000000000:matchmakingconfiguration/m";
        var started = await server.DemandAsync("StartMatchBackfill", new()
        {
            ["TicketId"] = "ticket-1",
            ["GameSessionArn"] = session,
            ["MatchmakingConfigurationArn"] = Configuration,
            ["Players"] = new JsonArray(new JsonObject { ["PlayerId"] = "ada", ["Team"] = "red" }),
        });
        Assert.Equal("ticket-1", (string?)started["TicketId"]);
        await server.DemandAsync("StopMatchBackfill", new() { ["GameSessionArn"] = session, ["MatchmakingConfigurationArn"] = Configuration, ["TicketId"] = "ticket-1" });
        var push = await server.NextPushAsync();
        Assert.Equal(("UpdateGameSession", "BACKFILL_CANCELLED", "ticket-1"), ((string?)push["Action"], (string?)push["UpdateReason"], (string?)push["BackfillTicketId"]));
        Assert.Equal((session, "fleet-local", "Ümläut \"quoted\""), ((string?)push["GameSession"]!["GameSessionId"], (string?)push["GameSession"]!["FleetId"], (string?)push["GameSession"]!["Name"]));
        var unknown = await server.RequestAsync("StopMatchBackfill", new() { ["GameSessionArn"] = session, ["MatchmakingConfigurationArn"] = Configuration, ["TicketId"] = "ticket-1" });
        Assert.Equal(404, (int)unknown["StatusCode"]!);
    }

    [Fact]
    public async Task Second_session_of_a_process_is_not_made()
    {
        await using var server = await _host.Server(SdkDialect.Go).ReadyAsync();
        await ActiveSessionAsync(server);
        var refused = await Assert.ThrowsAsync<FleetException>(() => _host.CreateGameSessionAsync());
        Assert.Equal(FleetErrors.FleetCapacityExceeded, refused.Code);
    }

    private async Task<string> ActiveSessionAsync(FakeServer server, int players = 4)
    {
        var session = await _host.CreateGameSessionAsync(players);
        Assert.Equal(session.GameSessionId, (string?)(await server.NextPushAsync())["GameSessionId"]);
        await server.DemandAsync("ActivateGameSession", new() { ["GameSessionId"] = session.GameSessionId });
        return session.GameSessionId;
    }

    private static JsonObject Describe(string session, int limit, string? token = null) => new()
    {
        ["GameSessionId"] = session,
        ["PlayerId"] = null,
        ["PlayerSessionId"] = null,
        ["PlayerSessionStatusFilter"] = null,
        ["NextToken"] = token,
        ["Limit"] = limit,
    };
}
