using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.GameLift;

/// <summary>The clients that people have: the AWS command, boto3, and AWS's JavaScript client in both encodings.</summary>
public sealed class RealClientTests : FleetApiTest
{
    private const string Boto3 =
        """
        import sys, boto3
        from botocore.exceptions import ClientError
        client = boto3.client("gamelift", endpoint_url=sys.argv[1], region_name="eu-central-1")
        session = client.create_game_session(
            FleetId="fleet-local", MaximumPlayerSessionCount=3, Name="boto", GameProperties=[{"Key": "a", "Value": "b"}])["GameSession"]
        waiter = 0
        while client.describe_game_sessions(GameSessionId=session["GameSessionId"])["GameSessions"][0]["Status"] != "ACTIVE":
            waiter += 1
            assert waiter < 2000, "the session is not ACTIVE"
        player = client.create_player_session(GameSessionId=session["GameSessionId"], PlayerId="p")["PlayerSession"]
        assert player["Status"] == "RESERVED" and player["Port"] == session["Port"], player
        assert session["CreationTime"].tzinfo is not None, session
        pages = list(client.get_paginator("search_game_sessions").paginate(
            FleetId="fleet-local", FilterExpression="hasAvailablePlayerSessions=true AND gameSessionProperties.a='b'",
            SortExpression="creationTimeMillis ASC"))
        assert [one["Name"] for page in pages for one in page["GameSessions"]] == ["boto"], pages
        assert client.list_fleets(Limit=1)["FleetIds"] == ["fleet-local"]
        token = client.get_compute_auth_token(FleetId="fleet-local", ComputeName="local")
        assert token["AuthToken"] and token["ExpirationTimestamp"] > session["CreationTime"], token
        for call, code in (
                (lambda: client.create_game_session(FleetId="fleet-none", MaximumPlayerSessionCount=1), "NotFoundException"),
                (lambda: client.search_game_sessions(FleetId="fleet-local", FilterExpression="x"), "InvalidRequestException"),
                (lambda: client.start_matchmaking(ConfigurationName="c", Players=[{"PlayerId": "p"}]), "UnknownOperationException")):
            try:
                call()
                raise AssertionError(code)
            except ClientError as error:
                assert error.response["Error"]["Code"] == code, error
                assert error.response["Error"]["Message"], error
                assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, error
        try:
            client.create_game_session(FleetId="fleet-local", MaximumPlayerSessionCount=1)
            raise AssertionError("a second session on one process")
        except client.exceptions.FleetCapacityExceededException:
            print("all well")
        """;

    [Fact]
    public async Task Aws_command_makes_a_fleet_and_a_session_and_joins_it()
    {
        Requires.File("/usr/bin/aws", "awscli");
        await Api.AddServerAsync();
        await AwsAsync("create-location", "--location-name", "custom-home");
        var fleet = await AwsAsync(
            "create-fleet", "--name", "mine", "--compute-type", "ANYWHERE", "--locations", "Location=custom-home", "--anywhere-configuration", "Cost=10");
        var fleetId = (string)fleet["FleetAttributes"]!["FleetId"]!;
        var compute = await AwsAsync(
            "register-compute", "--fleet-id", fleetId, "--compute-name", "box", "--ip-address", "10.1.2.3", "--location", "custom-home");
        Assert.Equal("10.1.2.3", (string?)compute["Compute"]!["IpAddress"]);
        var session = await AwsAsync(
            "create-game-session", "--fleet-id", Local, "--maximum-player-session-count", "2", "--game-properties", "Key=a,Value=b");
        var id = (string)session["GameSession"]!["GameSessionId"]!;
        await Api.Control.WaitForAsync(
            id, one => one.Status == FleetBridge.Fleet.Model.GameSessionStatus.ACTIVE, TestContext.Current.CancellationToken);
        var player = await AwsAsync("create-player-session", "--game-session-id", id, "--player-id", "p");
        Assert.Equal(("RESERVED", 7777), ((string)player["PlayerSession"]!["Status"]!, (int)player["PlayerSession"]!["Port"]!));
        var found = await AwsAsync("search-game-sessions", "--fleet-id", Local, "--filter-expression", "hasAvailablePlayerSessions=true");
        Assert.Equal(id, (string?)Assert.Single(found["GameSessions"]!.AsArray())!["GameSessionId"]);
        var refused = await RealClient.RunAsync("/usr/bin/aws", Arguments("describe-game-sessions", "--fleet-id", "fleet-none"));
        Assert.Contains("An error occurred (NotFoundException) when calling the DescribeGameSessions operation: Fleet fleet-none not found", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Boto3_makes_a_session_and_joins_it()
    {
        Requires.Boto3();
        await Api.AddServerAsync();
        Assert.Equal("all well\n", await RealClient.RunAsync(Requires.RealPython, ["-c", Boto3, Api.Address.ToString()]));
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task JavaScript_client_makes_a_session_and_joins_it(string wire)
    {
        Requires.GameLiftClient();
        var server = await Api.AddServerAsync(activates: false);
        var first = await GameLiftClient.CallAsync(
            Api.Address, wire,
            ("ListFleets", """{"Limit": 1}"""),
            ("CreateGameSession", """{"FleetId": "fleet-local", "MaximumPlayerSessionCount": 4, "Name": "é", "GameProperties": [{"Key": "a", "Value": "b"}]}"""),
            ("DescribeGameSessions", """{"GameSessionId": "$1.GameSession.GameSessionId"}"""),
            ("CreatePlayerSession", """{"GameSessionId": "$1.GameSession.GameSessionId", "PlayerId": "early"}"""),
            ("GetComputeAuthToken", """{"FleetId": "fleet-local", "ComputeName": "local"}"""),
            ("DescribeFleetUtilization", """{"FleetIds": ["fleet-local"]}"""),
            ("DeleteAlias", """{"AliasId": "alias-none"}"""),
            ("StartMatchmaking", """{"ConfigurationName": "c", "Players": [{"PlayerId": "p", "PlayerAttributes": {"skill": {"N": 23}}}]}"""),
            ("CreateFleet", """{"Name": "x", "ComputeType": "EC2", "BuildId": "build-1", "EC2InstanceType": "c5.large"}"""),
            ("SearchGameSessions", """{"FleetId": "fleet-local", "FilterExpression": "maximumSessions"}"""),
            ("DescribeFleetEvents", """{"FleetId": "fleet-local"}"""));
        Assert.Equal([Local], first[0]["output"]!["FleetIds"]!.AsArray().Select(id => (string)id!));
        Assert.True(Guid.TryParse((string?)first[0]["requestId"], out _));
        var session = first[1]["output"]!["GameSession"]!;
        Assert.Equal(("ACTIVATING", "é", 4, 7777), ((string)session["Status"]!, (string)session["Name"]!, (int)session["MaximumPlayerSessionCount"]!, (int)session["Port"]!));
        Assert.StartsWith("arn:aws:gamelift:eu-central-1::gamesession/", (string?)session["GameSessionId"], StringComparison.Ordinal);

        // a Date of JavaScript, as text
        Assert.InRange(DateTimeOffset.Parse((string)session["CreationTime"]!, System.Globalization.CultureInfo.InvariantCulture), TimeProvider.System.GetUtcNow().AddMinutes(-2), TimeProvider.System.GetUtcNow());
        Assert.Equal((string?)session["CreationTime"], (string?)first[2]["output"]!["GameSessions"]![0]!["CreationTime"]);
        AssertError(first[3], "InvalidGameSessionStatusException", isKnown: true);
        Assert.Equal(36, ((string)first[4]["output"]!["AuthToken"]!).Length);
        Assert.Equal(1, (int)first[5]["output"]!["FleetUtilization"]![0]!["ActiveServerProcessCount"]!);
        AssertError(first[6], "NotFoundException", isKnown: true);
        AssertError(first[7], "UnknownOperationException", isKnown: null);
        AssertError(first[8], "InvalidRequestException", isKnown: true);
        Assert.Contains("ANYWHERE", (string?)first[8]["message"], StringComparison.Ordinal);
        AssertError(first[9], "InvalidRequestException", isKnown: true);
        Assert.Equal("FLEET_CREATED", (string?)first[10]["output"]!["Events"]!.AsArray()[^1]!["EventCode"]);

        var id = (string)session["GameSessionId"]!;
        await server.ActivateAsync(id);
        var then = await GameLiftClient.CallAsync(
            Api.Address, wire,
            ("SearchGameSessions", """{"FleetId": "fleet-local", "FilterExpression": "hasAvailablePlayerSessions=true", "SortExpression": "creationTimeMillis ASC"}"""),
            ("CreatePlayerSessions", """{"GameSessionId": "$0.GameSessions.0.GameSessionId", "PlayerIds": ["a", "b"], "PlayerDataMap": {"a": "data"}}"""),
            ("DescribePlayerSessions", """{"GameSessionId": "$0.GameSessions.0.GameSessionId"}"""),
            ("UpdateGameSession", """{"GameSessionId": "$0.GameSessions.0.GameSessionId", "GameProperties": [{"Key": "a", "Value": "c"}]}"""),
            ("TerminateGameSession", """{"GameSessionId": "$0.GameSessions.0.GameSessionId", "TerminationMode": "FORCE_TERMINATE"}"""));
        Assert.Equal(id, (string?)then[0]["output"]!["GameSessions"]![0]!["GameSessionId"]);
        Assert.Equal(["data", null], then[1]["output"]!["PlayerSessions"]!.AsArray().Select(player => (string?)player!["PlayerData"]));
        Assert.Equal(2, then[2]["output"]!["PlayerSessions"]!.AsArray().Count);
        Assert.Equal("c", (string?)then[3]["output"]!["GameSession"]!["GameProperties"]![0]!["Value"]);
        Assert.Equal(200, (int)then[4]["status"]!);
    }

    private static void AssertError(JsonObject answer, string name, bool? isKnown)
    {
        Assert.Equal((name, 400), ((string?)answer["error"], (int?)answer["status"]));
        Assert.NotEmpty((string)answer["message"]!);
        Assert.True(isKnown is null || (bool)answer["isKnown"]! == isKnown, answer.ToJsonString());
    }

    private async Task<JsonObject> AwsAsync(params string[] arguments)
    {
        var output = await RealClient.RunAsync("/usr/bin/aws", Arguments(arguments));
        Assert.True(output.StartsWith('{'), output);
        return JsonNode.Parse(output)!.AsObject();
    }

    private IEnumerable<string> Arguments(params string[] arguments) =>
        ["gamelift", .. arguments, "--endpoint-url", Api.Address.ToString(), "--output", "json"];
}
