using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Sessions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.Sessions;

/// <summary>The plain session routes of a host that sends them to the GameLift of a profile; here that is a second host.</summary>
public sealed class AwsSessionRoutesTests(ITestOutputHelper output)
{
    private const string Wish = """{"session_name": "My session", "uuid": "player-1", "num_connections": 2}""";

    [Fact]
    public async Task Plain_routes_lead_to_the_profiles_gamelift_and_the_local_ones_do_not()
    {
        await using var far = await TestHost.StartAsync(output);
        await using var near = await StartAsync(far, new SessionTarget { FleetId = "fleet-local" });
        await using var server = await FakeGameServer.StartAsync(far.Fleet, "far-1", 7901, activates: true);
        var place = await CallAsync(near, "create_session", Wish);
        Assert.Equal(7901, (int)place["Port"]!);
        Assert.Equal("RESERVED", (string?)place["Status"]);
        Assert.Single(Sessions(far));
        Assert.Empty(Sessions(near));
        Assert.Equal((string?)place["PlayerSessionId"], (string?)(await CallAsync(near, "create_session", Wish))["PlayerSessionId"]);

        var found = Assert.Single((await CallAsync(near, "find_session", null)).AsArray())!;
        Assert.Equal((string?)place["GameSessionId"], (string?)found["GameSessionId"]);
        Assert.Equal(1, (int)found["CurrentPlayerSessionCount"]!);
        var join = new JsonObject { ["GameSessionId"] = (string?)found["GameSessionId"], ["uuid"] = "player-2" }.ToJsonString();
        Assert.Equal("player-2", (string?)(await CallAsync(near, "join_session", join))["PlayerId"]);
        Assert.Equal("GameSessionFullException", (string?)(await CallAsync(near, "join_session", join, HttpStatusCode.Conflict))["error"]);
        Assert.Equal(
            "NotFoundException",
            (string?)(await CallAsync(near, "join_session", join.Replace("\",\"uuid", "x\",\"uuid", StringComparison.Ordinal), HttpStatusCode.NotFound))["error"]);
        Assert.Equal("[]", (await CallAsync(near, "find_session_local", null)).ToJsonString());
        await CallAsync(near, "create_session_local", Wish, HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Alias_location_and_an_empty_session_work_there_too()
    {
        await using var far = await TestHost.StartAsync(output);
        var alias = await far.Fleet.ChangeAsync(model => model.CreateAlias(new NewAlias { Name = "live", RoutingStrategy = new RoutingStrategy(RoutingStrategyType.SIMPLE, "fleet-local", null) }));
        await using var near = await StartAsync(far, new SessionTarget { AliasId = alias.AliasId, Location = "custom-local" });
        await using var server = await FakeGameServer.StartAsync(far.Fleet, "far-1", 7902, activates: true);
        var session = await far.CreateGameSessionAsync(players: 4);
        await Eventually.TrueAsync(() => far.Find(session.GameSessionId).Status == GameSessionStatus.ACTIVE, "it is active");
        var body = Wish.Replace("2}", "2, \"reuse\": true}", StringComparison.Ordinal);
        var place = await CallAsync(near, "create_session", body);
        Assert.Equal(session.GameSessionId, (string?)place["GameSessionId"]);
        Assert.Equal("My session", far.Find(session.GameSessionId).Name);
        Assert.Equal((string?)place["PlayerSessionId"], (string?)(await CallAsync(near, "create_session", body))["PlayerSessionId"]);
    }

    [Fact]
    public async Task What_gamelift_refuses_has_the_right_status()
    {
        await using var far = await TestHost.StartAsync(output);
        await using var near = await StartAsync(far, new SessionTarget { FleetId = "fleet-local" }, TimeSpan.FromSeconds(1));
        Assert.Equal("FleetCapacityExceededException", (string?)(await CallAsync(near, "create_session", Wish, HttpStatusCode.ServiceUnavailable))["error"]);
        await using var server = await FakeGameServer.StartAsync(far.Fleet, "far-1", 7903, activates: false);
        Assert.Equal("ActivationTimeout", (string?)(await CallAsync(near, "create_session", Wish, HttpStatusCode.GatewayTimeout))["error"]);
        await far.Fleet.ChangeAsync(model => model.UpdateGameSession(new GameSessionUpdate
        {
            GameSessionId = Sessions(far)[0].GameSessionId,
            PlayerSessionCreationPolicy = PlayerSessionCreationPolicy.DENY_ALL,
        }));
        await server.ActivateAsync(Sessions(far)[0].GameSessionId);
        await CallAsync(near, "create_session", Wish, HttpStatusCode.Conflict);
        await Eventually.TrueAsync(() => !Sessions(far)[0].IsOpen, "no session is left behind");

        await using var wrong = await StartAsync(far, new SessionTarget { FleetId = "fleet-invented" });
        Assert.Equal("NotFoundException", (string?)(await CallAsync(wrong, "find_session", null, HttpStatusCode.NotFound))["error"]);
    }

    [Fact]
    public async Task Profile_that_does_not_exist_is_503_and_named()
    {
        await using var host = await TestHost.StartAsync(
            output, options => options with { Sessions = new SessionTarget { ProfileName = "invented", FleetId = "fleet-1" } });
        var error = await CallAsync(host, "find_session", null, HttpStatusCode.ServiceUnavailable);
        Assert.Contains("'invented'", (string?)error["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_that_is_made_later_works_without_a_restart()
    {
        await using var far = await TestHost.StartAsync(output);
        var profile = $"later-{Guid.NewGuid():N}";
        await using var near = await TestHost.StartAsync(output, options => options with
        {
            Sessions = new SessionTarget { ProfileName = profile, RegionName = "us-west-2", FleetId = "fleet-local" },
        });
        await CallAsync(near, "find_session", null, HttpStatusCode.ServiceUnavailable);
        AwsProfiles.Add($"endpoint_url = http://127.0.0.1:{far.Host.HttpPort}\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret", profile);
        Assert.Equal("[]", (await CallAsync(near, "find_session", null)).ToJsonString());
    }

    [Fact]
    public async Task Region_that_nobody_names_is_503_and_asked_for()
    {
        var profile = AwsProfiles.Add("aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret");
        await using var host = await TestHost.StartAsync(
            output, options => options with { Sessions = new SessionTarget { ProfileName = profile, FleetId = "fleet-1" } });
        var error = await CallAsync(host, "find_session", null, HttpStatusCode.ServiceUnavailable);
        Assert.Equal("ServiceUnavailable", (string?)error["error"]);
        Assert.Contains("--region-name", (string?)error["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gamelift_that_does_not_respond_is_503()
    {
        var profile = AwsProfiles.Add($"""
            endpoint_url = http://127.0.0.1:{FreePorts.Take()}
            aws_access_key_id = AKIAEXAMPLE
            aws_secret_access_key = secretsecretsecret
            """);
        await using var host = await TestHost.StartAsync(
            output, options => options with { Sessions = new SessionTarget { ProfileName = profile, RegionName = "us-west-2", FleetId = "fleet-1" } });
        Assert.Equal("ServiceUnavailable", (string?)(await CallAsync(host, "find_session", null, HttpStatusCode.ServiceUnavailable))["error"]);
    }

    private static List<GameSession> Sessions(TestHost host) => host.Fleet.Read(model => model.GameSessionsOf(FleetModel.DefaultFleetId).ToList());

    private static async Task<JsonNode> CallAsync(TestHost host, string route, string? body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var address = new Uri(route, UriKind.Relative);
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = content is null ? await host.Http.GetAsync(address) : await host.Http.PostAsync(address, content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{response.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    private Task<TestHost> StartAsync(TestHost far, SessionTarget target, TimeSpan? limit = null)
    {
        var profile = AwsProfiles.Add($"""
            endpoint_url = http://127.0.0.1:{far.Host.HttpPort}
            aws_access_key_id = AKIAEXAMPLE
            aws_secret_access_key = secretsecretsecret
            """);
        return TestHost.StartAsync(output, options => options with
        {
            Sessions = target with { ProfileName = profile, RegionName = "us-west-2" },
            SessionTimeout = limit ?? SessionRoutes.DefaultLimit,
        });
    }
}
