using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Sessions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.Sessions;

/// <summary>The routes that an online subsystem calls, on a host's own fleet.</summary>
public sealed class SessionRoutesTests(ITestOutputHelper output)
{
    private const string Wish = """{"session_name": "My session", "build_id": 42, "uuid": "player-1", "num_connections": 4}""";

    [Theory]
    [InlineData("create_session")]
    [InlineData("create_session_local")]
    [InlineData("/create_session/")]
    public async Task Create_responds_with_the_seeds_player_session(string route)
    {
        await using var host = await StartAsync();
        await using var server = await ServerAsync(host, 7801);
        var place = await CallAsync(host, route, Wish);
        Assert.Equal(("127.0.0.1", 7801, "player-1", "RESERVED"), (Text(place, "IpAddress"), (int)place["Port"]!, Text(place, "PlayerId"), Text(place, "Status")));
        Assert.StartsWith("psess-", Text(place, "PlayerSessionId"), StringComparison.Ordinal);
        Assert.Equal("fleet-local", Text(place, "FleetId"));
        Assert.True(DateTimeOffset.TryParse(Text(place, "CreationTime"), System.Globalization.CultureInfo.InvariantCulture, out _));
        Assert.All(place.AsObject(), member => Assert.NotNull(member.Value));
        var session = host.Find(Text(place, "GameSessionId")!);
        Assert.Equal(("My session", 4, 1), (session.Name, session.MaximumPlayerSessionCount, session.CurrentPlayerSessionCount));
    }

    [Theory]
    [InlineData("", "has no body")]
    [InlineData("{", "not a JSON object")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("null", "not a JSON object")]
    [InlineData("{}", "session_name is missing; uuid is missing; num_connections is missing")]
    [InlineData("""{"session_name": null, "uuid": "u", "num_connections": 1}""", "session_name is missing")]
    [InlineData("""{"session_name": "", "uuid": "u", "num_connections": 1}""", "session_name must be")]
    [InlineData("""{"session_name": {}, "uuid": "u", "num_connections": 1}""", "session_name must be")]
    [InlineData("""{"session_name": "a", "uuid": 7, "num_connections": 1}""", "uuid must be")]
    [InlineData("""{"session_name": "a", "uuid": "u", "num_connections": 0}""", "num_connections must be")]
    [InlineData("""{"session_name": "a", "uuid": "u", "num_connections": 201}""", "num_connections must be")]
    [InlineData("""{"session_name": "a", "uuid": "u", "num_connections": 1.5}""", "num_connections must be")]
    [InlineData("""{"session_name": "a", "uuid": "u", "num_connections": 1e400}""", "num_connections must be")]
    [InlineData("""{"session_name": "a", "uuid": "u", "num_connections": "4"}""", "num_connections must be")]
    [InlineData("""{"session_name": "a", "uuid": "u", "num_connections": true}""", "num_connections must be")]
    [InlineData("""{"session_name": "a", "uuid": "u", "num_connections": [4]}""", "num_connections must be")]
    [InlineData("""{"session_name": "a", "uuid": "u", "num_connections": 4, "reuse": 1}""", "reuse must be")]
    [InlineData("""{"session_name": "a", "session_name": "b", "uuid": "u", "num_connections": 4}""", "not a JSON object")]
    [InlineData("""{"session_name": "\ud800", "uuid": "u", "num_connections": 4}""", "not a JSON object")]
    public async Task Malformed_body_is_400_and_all_that_is_wrong_is_named(string body, string words)
    {
        await using var host = await StartAsync();
        var error = await CallAsync(host, "create_session", body, HttpStatusCode.BadRequest);
        Assert.Equal("InvalidRequestException", Text(error, "error"));
        Assert.Contains(words, Text(error, "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_that_is_too_large_or_too_deep_is_400()
    {
        await using var host = await StartAsync();
        await CallAsync(host, "create_session", $$"""{"session_name": "{{new string('x', 70_000)}}"}""", HttpStatusCode.BadRequest);
        await CallAsync(host, "create_session", $$"""{"session_name": {{new string('[', 10_000)}}""", HttpStatusCode.BadRequest);
        await CallAsync(host, "create_session", $$"""{"session_name": "{{new string('x', 1025)}}", "uuid": "u", "num_connections": 1}""", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task No_free_server_is_503()
    {
        await using var host = await StartAsync();
        var error = await CallAsync(host, "create_session", Wish, HttpStatusCode.ServiceUnavailable);
        Assert.Equal("FleetCapacityExceededException", Text(error, "error"));
    }

    [Fact]
    public async Task Session_that_does_not_become_active_in_time_is_504_and_the_next_try_continues_with_it()
    {
        await using var host = await StartAsync(TimeSpan.FromMilliseconds(300));
        await using var server = await ServerAsync(host, 7802, activates: false);
        var error = await CallAsync(host, "create_session", Wish, HttpStatusCode.GatewayTimeout);
        Assert.Equal("ActivationTimeout", Text(error, "error"));
        var session = Assert.Single(Sessions(host));
        await server.ActivateAsync(session.GameSessionId);
        Assert.Equal(session.GameSessionId, Text(await CallAsync(host, "create_session", Wish), "GameSessionId"));
    }

    [Fact]
    public async Task Session_that_ends_before_it_is_active_is_503()
    {
        await using var host = await StartAsync();
        await using var server = await ServerAsync(host, 7803, activates: false);
        var asked = CallAsync(host, "create_session", Wish, HttpStatusCode.ServiceUnavailable);
        await Eventually.TrueAsync(() => Sessions(host).Count == 1, "the session is there");
        await server.EndAsync();
        Assert.Equal("GameSessionNotStarted", Text(await asked, "error"));
    }

    [Fact]
    public async Task Same_player_and_name_are_the_same_session_for_as_long_as_it_lives()
    {
        await using var host = await StartAsync();
        await using var first = await ServerAsync(host, 7804);
        await using var second = await ServerAsync(host, 7805);
        var body = Wish.Replace("4}", "1}", StringComparison.Ordinal);
        var places = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CallAsync(host, "create_session", body)));
        Assert.Single(places.Select(place => Text(place, "PlayerSessionId")).Distinct());
        Assert.Single(Sessions(host));

        await first.EndAsync();
        await second.EndAsync();
        await using var third = await ServerAsync(host, 7806);
        var next = await CallAsync(host, "create_session", body);
        Assert.NotEqual(Text(places[0], "GameSessionId"), Text(next, "GameSessionId"));
    }

    [Fact]
    public async Task Key_of_the_client_decides_which_request_is_the_same()
    {
        await using var host = await StartAsync();
        await using var first = await ServerAsync(host, 7807);
        await using var second = await ServerAsync(host, 7808);
        var one = await CallAsync(host, "create_session", Wish, key: "one");
        Assert.Equal(Text(one, "PlayerSessionId"), Text(await CallAsync(host, "create_session", Wish, key: "one"), "PlayerSessionId"));
        var two = await CallAsync(host, "create_session", Wish, key: "two");
        Assert.NotEqual(Text(one, "GameSessionId"), Text(two, "GameSessionId"));

        // its session has ended: a second one for the same attempt would be one too many
        await first.EndAsync();
        await second.EndAsync();
        Assert.Contains("has ended", Text(await CallAsync(host, "create_session", Wish, HttpStatusCode.Conflict, "one"), "message"), StringComparison.Ordinal);

        // the same key for another session
        var other = Wish.Replace("4}", "3}", StringComparison.Ordinal);
        await CallAsync(host, "create_session", other, HttpStatusCode.Conflict, "one");
    }

    [Fact]
    public async Task Failed_player_session_leaves_no_session_behind()
    {
        await using var host = await StartAsync();
        await using var server = await ServerAsync(host, 7809, activates: false);
        var asked = CallAsync(host, "create_session", Wish, HttpStatusCode.Conflict);
        await Eventually.TrueAsync(() => Sessions(host).Count == 1, "the session is there");
        var id = Sessions(host)[0].GameSessionId;
        await host.Fleet.ChangeAsync(model => model.UpdateGameSession(new GameSessionUpdate
        {
            GameSessionId = id,
            PlayerSessionCreationPolicy = PlayerSessionCreationPolicy.DENY_ALL,
        }));
        await server.ActivateAsync(id);
        Assert.Equal("InvalidGameSessionStatusException", Text(await asked, "error"));
        await Eventually.TrueAsync(() => !host.Find(id).IsOpen, "the session has ended");
    }

    [Fact]
    public async Task Empty_session_is_used_again_when_asked_for()
    {
        await using var host = await StartAsync();
        await using var first = await ServerAsync(host, 7810);
        await using var second = await ServerAsync(host, 7811);
        var empty = await host.CreateGameSessionAsync(players: 8);
        var small = await host.CreateGameSessionAsync(players: 2);
        await Eventually.TrueAsync(() => host.Find(small.GameSessionId).Status == GameSessionStatus.ACTIVE, "both are active");
        await Eventually.TrueAsync(() => host.Find(empty.GameSessionId).Status == GameSessionStatus.ACTIVE, "both are active");
        var body = Wish.Replace("4}", "4, \"reuse\": true}", StringComparison.Ordinal);
        var place = await CallAsync(host, "create_session", body);
        Assert.Equal(empty.GameSessionId, Text(place, "GameSessionId"));
        Assert.Equal(("My session", 4), (host.Find(empty.GameSessionId).Name, host.Find(empty.GameSessionId).MaximumPlayerSessionCount));
        Assert.Equal(Text(place, "PlayerSessionId"), Text(await CallAsync(host, "create_session", body), "PlayerSessionId"));

        // none is left that is large enough, and no server either
        await CallAsync(host, "create_session", body.Replace("player-1", "player-2", StringComparison.Ordinal), HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Find_lists_what_a_player_can_join_oldest_first()
    {
        await using var host = await StartAsync();
        Assert.Equal("[]", (await CallAsync(host, "find_session", null)).ToJsonString());
        var servers = new List<FakeGameServer>();
        for (var number = 0; number < 30; number++)
        {
            servers.Add(await ServerAsync(host, 7820 + number));
            await host.CreateGameSessionAsync(players: 1);
        }

        await Eventually.TrueAsync(() => Sessions(host).All(session => session.Status == GameSessionStatus.ACTIVE), "all are active");
        var all = Sessions(host);
        await CallAsync(host, "join_session", Join(all[0].GameSessionId));
        await host.Fleet.ChangeAsync(model => model.UpdateGameSession(new GameSessionUpdate
        {
            GameSessionId = all[1].GameSessionId,
            PlayerSessionCreationPolicy = PlayerSessionCreationPolicy.DENY_ALL,
        }));
        var found = (await CallAsync(host, "find_session", null)).AsArray();
        Assert.Equal(all.Skip(2).Select(session => session.GameSessionId), found.Select(session => Text(session, "GameSessionId")));
        Assert.Equal("Arena", (string?)found[0]!["GameProperties"]![0]!["Value"]);
        Assert.Equal("ACTIVE", Text(found[0], "Status"));
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Join_responds_with_a_player_session_or_says_why_not()
    {
        await using var host = await StartAsync();
        await using var server = await ServerAsync(host, 7860);
        var session = await host.CreateGameSessionAsync(players: 1);
        await Eventually.TrueAsync(() => host.Find(session.GameSessionId).Status == GameSessionStatus.ACTIVE, "it is active");
        var place = await CallAsync(host, "join_session", Join(session.GameSessionId));
        Assert.Equal(session.GameSessionId, Text(place, "GameSessionId"));
        Assert.Equal("GameSessionFullException", Text(await CallAsync(host, "join_session", Join(session.GameSessionId), HttpStatusCode.Conflict), "error"));
        Assert.Equal("NotFoundException", Text(await CallAsync(host, "join_session", Join(session.GameSessionId + "x"), HttpStatusCode.NotFound), "error"));
        Assert.Contains(
            "GameSessionId is missing; uuid is missing",
            Text(await CallAsync(host, "join_session", "{}", HttpStatusCode.BadRequest), "message"),
            StringComparison.Ordinal);
        await server.EndAsync();
        Assert.Equal(
            "InvalidGameSessionStatusException",
            Text(await CallAsync(host, "join_session_local", Join(session.GameSessionId), HttpStatusCode.Conflict), "error"));
    }

    [Theory]
    [InlineData("GET", "create_session", "POST")]
    [InlineData("POST", "find_session", "GET")]
    [InlineData("PUT", "join_session_local", "POST")]
    public async Task Wrong_method_is_405_and_the_right_one_is_named(string method, string route, string allowed)
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(route, UriKind.Relative));
        using var response = await host.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal([allowed], response.Content.Headers.Allow);
    }

    private static List<GameSession> Sessions(TestHost host) => host.Fleet.Read(model => model.GameSessionsOf(FleetModel.DefaultFleetId).ToList());

    private static string Join(string session) => new JsonObject { ["GameSessionId"] = session, ["uuid"] = "player-2" }.ToJsonString();

    private static string? Text(JsonNode? node, string name) => (string?)node![name];

    private static Task<FakeGameServer> ServerAsync(TestHost host, int port, bool activates = true) =>
        FakeGameServer.StartAsync(host.Fleet, $"process-{port}", port, activates);

    private static async Task<JsonNode> CallAsync(
        TestHost host, string route, string? body, HttpStatusCode expected = HttpStatusCode.OK, string? key = null)
    {
        using var request = new HttpRequestMessage(
            body is null ? HttpMethod.Get : HttpMethod.Post, new Uri($"http://127.0.0.1:{host.Host.HttpPort}/{route.TrimStart('/')}"));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await host.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{response.StatusCode}: {text}");
        var json = JsonNode.Parse(text)!;
        if (expected != HttpStatusCode.OK)
        {
            Assert.Equal(["error", "message"], json.AsObject().Select(member => member.Key));
        }

        return json;
    }

    private Task<TestHost> StartAsync(TimeSpan? limit = null) =>
        TestHost.StartAsync(output, options => options with { SessionTimeout = limit ?? SessionRoutes.DefaultLimit });
}
