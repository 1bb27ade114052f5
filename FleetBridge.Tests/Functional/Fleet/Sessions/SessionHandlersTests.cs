using System.Text.Json.Nodes;
using FleetBridge.Fleet.Model;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.Sessions;

/// <summary>The Lambda handlers of the AWS backend with the real boto3, against a host's GameLift API.</summary>
public sealed class SessionHandlersTests(ITestOutputHelper output)
{
    private static readonly string Runner = Path.Combine(
        Repository.Root, "FleetBridge.Tests", "Functional", "Fleet", "Sessions", "run_handler.py");

    [Fact]
    public async Task Handlers_create_find_and_join_as_the_hosts_own_routes_do()
    {
        Requires.Boto3();
        await using var host = await TestHost.StartAsync(output);
        await using var server = await FakeGameServer.StartAsync(host.Fleet, "process-1", 7951, activates: true);
        var wish = new JsonObject { ["session_name"] = "größe", ["uuid"] = "player-1", ["num_connections"] = 2 };
        var (status, place) = await RunAsync(host, "create_session", wish);
        Assert.Equal(200, status);
        Assert.Equal(("RESERVED", 7951), ((string?)place["Status"], (int)place["Port"]!));
        var session = Assert.Single(host.Fleet.Read(model => model.GameSessionsOf(FleetModel.DefaultFleetId).ToList()));
        Assert.Equal(("größe", session.GameSessionId), (session.Name, (string?)place["GameSessionId"]));
        Assert.Equal(place.ToJsonString(), (await RunAsync(host, "create_session", wish)).Body.ToJsonString());

        var (_, found) = await RunAsync(host, "find_session", null);
        Assert.Equal(session.GameSessionId, (string?)Assert.Single(found.AsArray())!["GameSessionId"]);
        var join = new JsonObject { ["GameSessionId"] = session.GameSessionId, ["uuid"] = "player-2" };
        Assert.Equal("player-2", (string?)(await RunAsync(host, "join_session", join)).Body["PlayerId"]);
        Assert.Equal(409, (await RunAsync(host, "join_session", join)).Status);
        join["GameSessionId"] = session.GameSessionId + "x";
        Assert.Equal(404, (await RunAsync(host, "join_session", join)).Status);
        wish["uuid"] = "player-3";
        Assert.Equal(503, (await RunAsync(host, "create_session", wish)).Status);
        Assert.Equal(400, (await RunAsync(host, "create_session", new JsonObject())).Status);
    }

    /// <summary>Debian's boto3 has no TerminateGameSession: there the session is closed, and ends with its server.</summary>
    [Fact]
    public async Task Session_without_its_player_takes_nobody_else()
    {
        Requires.Boto3();
        await using var host = await TestHost.StartAsync(output);
        await using var server = await FakeGameServer.StartAsync(host.Fleet, "process-1", 7952, activates: false);
        var wish = new JsonObject { ["session_name"] = "a", ["uuid"] = "player-1", ["num_connections"] = 2 };
        var asked = RunAsync(host, "create_session", wish);
        GameSession? session = null;
        await Eventually.TrueAsync(
            () => (session = host.Fleet.Read(model => model.GameSessionsOf(FleetModel.DefaultFleetId).FirstOrDefault())) is not null, "it is there");
        await host.Fleet.ChangeAsync(model => model.UpdateGameSession(new GameSessionUpdate
        {
            GameSessionId = session!.GameSessionId,
            PlayerSessionCreationPolicy = PlayerSessionCreationPolicy.DENY_ALL,
        }));
        await server.ActivateAsync(session!.GameSessionId);
        Assert.Equal(409, (await asked).Status);
        session = host.Find(session.GameSessionId);
        Assert.True(!session.IsOpen || session.PlayerSessionCreationPolicy == PlayerSessionCreationPolicy.DENY_ALL);
    }

    private static async Task<(int Status, JsonNode Body)> RunAsync(TestHost host, string module, JsonObject? body)
    {
        var text = await RealClient.RunAsync(
            Requires.RealPython,
            ["-B", Runner, module, new JsonObject { ["body"] = body?.ToJsonString(), ["headers"] = new JsonObject() }.ToJsonString()],
            "",
            ("FLEET_ID", "fleet-local"),
            ("LOCATION", "custom-local"),
            ("AWS_ENDPOINT_URL_GAMELIFT", $"http://127.0.0.1:{host.Host.HttpPort}"));
        var response = Parse(text);
        return ((int)response["statusCode"]!, JsonNode.Parse((string)response["body"]!)!);
    }

    private static JsonNode Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text)!;
        }
        catch (System.Text.Json.JsonException)
        {
            throw new InvalidOperationException(text);
        }
    }
}
