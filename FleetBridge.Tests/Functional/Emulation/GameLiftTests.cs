using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Functional.Emulation;

public sealed class GameLiftTests : EmulatorTest
{
    [Fact]
    public async Task Build_becomes_ready_some_looks_after_its_object_is_complete()
    {
        var created = (await Client.GameLiftAsync("CreateBuild", new() { ["Name"] = "b", ["OperatingSystem"] = "WINDOWS_2022" })).Good();
        var id = (string)created["Build"]!["BuildId"]!;
        var place = created["StorageLocation"]!;
        Assert.Equal("INITIALIZED", await StatusAsync(id));
        (await Client.GameLiftAsync("RequestUploadCredentials", new() { ["BuildId"] = id })).Good();

        await Aws.OnObjectCompleted((string)place["Bucket"]!, (string)place["Key"]!, 42);

        (await Client.GameLiftAsync("RequestUploadCredentials", new() { ["BuildId"] = id })).Refused("InvalidRequestException");
        Assert.Equal(["INITIALIZED", "INITIALIZED", "READY"], [await StatusAsync(id), await StatusAsync(id), await StatusAsync(id)]);
        Assert.Equal(42, Aws.Region().Builds[0].SizeOnDisk);
    }

    [Fact]
    public async Task Upload_credentials_are_known_and_only_for_their_object()
    {
        var created = (await Client.GameLiftAsync("CreateBuild", [])).Good();
        var key = Aws.Keys.Find((string)created["UploadCredentials"]!["AccessKeyId"]!);

        Assert.Equal((string)created["UploadCredentials"]!["SecretAccessKey"]!, key!.Secret);
        Assert.Equal(((string)created["StorageLocation"]!["Bucket"]!, (string)created["StorageLocation"]!["Key"]!), key.Scope);
    }

    [Fact]
    public async Task Builds_over_quota_conflict()
    {
        Aws.Rules.BuildQuota = 3;
        Aws.Seed.Builds(3);
        (await Client.GameLiftAsync("CreateBuild", [])).Refused("ConflictException");

        Aws.Rules.BuildQuota = 10;
        Aws.Rules.BuildBytesQuota = 3000;
        (await Client.GameLiftAsync("CreateBuild", [])).Refused("ConflictException");
    }

    [Fact]
    public async Task Builds_more_than_one_a_second_are_throttled()
    {
        var clock = new FakeTimeProvider();
        Aws.Clock = clock;
        Aws.Rules.CreateBuildInterval = TimeSpan.FromSeconds(1);
        (await Client.GameLiftAsync("CreateBuild", [])).Good();
        (await Client.GameLiftAsync("CreateBuild", [])).Refused("ThrottlingException");

        clock.Advance(TimeSpan.FromSeconds(1));

        (await Client.GameLiftAsync("CreateBuild", [])).Good();
    }

    [Fact]
    public async Task Listing_comes_in_twos_with_tokens_of_its_own()
    {
        Aws.Seed.Builds(5);
        var names = new List<string>();
        JsonObject page = [];
        do
        {
            page = (await Client.GameLiftAsync("ListBuilds", new() { ["Limit"] = 100, ["NextToken"] = page["NextToken"]?.DeepClone() })).Good();
            Assert.InRange(page["Builds"]!.AsArray().Count, 1, 2);
            names.AddRange(page["Builds"]!.AsArray().Select(build => (string)build!["Name"]!));
        }
        while (page["NextToken"] is not null);

        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"someone-else-{i}"), names);
        (await Client.GameLiftAsync("ListBuilds", new() { ["NextToken"] = "made up" })).Refused("InvalidRequestException");
        var token = (await Client.GameLiftAsync("ListBuilds", [])).Good()["NextToken"]!.DeepClone();
        (await Client.GameLiftAsync("ListBuilds", new() { ["Status"] = "READY", ["NextToken"] = token })).Refused("InvalidRequestException");
    }

    [Fact]
    public async Task Regions_know_nothing_of_each_other()
    {
        Aws.Seed.Build("west");
        Client.Region = "eu-west-1";

        Assert.Empty((await Client.GameLiftAsync("ListBuilds", [])).Good()["Builds"]!.AsArray());
    }

    [Fact]
    public async Task Fleet_goes_its_way_with_an_event_for_each_state_and_is_deleted()
    {
        var created = (await CreateFleetAsync()).Good();
        var id = (string)created["FleetAttributes"]!["FleetId"]!;
        (await Client.GameLiftAsync("DeleteFleet", new() { ["FleetId"] = id })).Refused("InvalidFleetStatusException");
        var states = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            states.Add(await FleetStatusAsync(id));
        }

        Assert.Equal(["NEW", "DOWNLOADING", "VALIDATING", "BUILDING", "ACTIVATING", "ACTIVE"], states);
        var newest = (await Client.GameLiftAsync("DescribeFleetEvents", new() { ["FleetId"] = id })).Good()["Events"]!.AsArray();
        Assert.Equal(["FLEET_STATE_ACTIVE", "FLEET_STATE_ACTIVATING"], newest.Select(item => (string)item!["EventCode"]!));
        (await Client.GameLiftAsync("DeleteFleet", new() { ["FleetId"] = id })).Good();
        Assert.Equal(["DELETING", "TERMINATED", "gone"], [await FleetStatusAsync(id), await FleetStatusAsync(id), await FleetStatusAsync(id)]);
        (await Client.GameLiftAsync("DescribeFleetEvents", new() { ["FleetId"] = id })).Refused("NotFoundException");
    }

    [Fact]
    public async Task Fleet_that_is_held_moves_when_the_test_says_so()
    {
        Aws.Rules.LooksPerFleetState = 0;
        var id = (string)(await CreateFleetAsync()).Good()["FleetAttributes"]!["FleetId"]!;
        Assert.Equal(["NEW", "NEW"], [await FleetStatusAsync(id), await FleetStatusAsync(id)]);

        Aws.Region().Fleets[0].Advance();

        Assert.Equal("DOWNLOADING", await FleetStatusAsync(id));
    }

    [Fact]
    public async Task Fleet_fails_on_command()
    {
        Aws.Rules.FleetsFailIn = "VALIDATING";
        var id = (string)(await CreateFleetAsync()).Good()["FleetAttributes"]!["FleetId"]!;
        await FleetStatusAsync(id);
        await FleetStatusAsync(id);
        await FleetStatusAsync(id);

        Assert.Equal("ERROR", await FleetStatusAsync(id));
        Assert.Equal("FLEET_STATE_ERROR", Aws.Region().Fleets[0].Events[^1].Code);
    }

    [Fact]
    public async Task Fleet_over_a_limit_is_refused_and_says_which()
    {
        Aws.Rules.InstanceQuotas["c5.large"] = 0;
        Assert.Contains("instance type c5.large", (await CreateFleetAsync()).Refused("LimitExceededException").Message, StringComparison.Ordinal);
        Aws.Rules.FleetQuota = 0;
        Assert.Contains("number of fleets", (await CreateFleetAsync()).Refused("LimitExceededException").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fleet_of_a_build_that_is_not_ready_is_refused() =>
        (await CreateFleetAsync("INITIALIZED")).Refused("InvalidRequestException");

    [Fact]
    public async Task Player_joins_a_game_session_once_it_is_active_and_until_it_is_full()
    {
        var fleet = Aws.Seed.Fleet("f", Aws.Seed.Build("b"));
        var created = (await Client.GameLiftAsync("CreateGameSession", new() { ["FleetId"] = fleet.Id, ["MaximumPlayerSessionCount"] = 1 })).Good();
        var player = new JsonObject { ["GameSessionId"] = created["GameSession"]!["GameSessionId"]!.DeepClone(), ["PlayerId"] = "p" };
        var search = new JsonObject { ["FleetId"] = fleet.Id, ["FilterExpression"] = "hasAvailablePlayerSessions=true" };
        (await Client.GameLiftAsync("CreatePlayerSession", player)).Refused("InvalidGameSessionStatusException");
        Assert.Empty((await Client.GameLiftAsync("SearchGameSessions", search)).Good()["GameSessions"]!.AsArray());
        for (var i = 0; i < 2; i++)
        {
            (await Client.GameLiftAsync("DescribeGameSessions", new() { ["FleetId"] = fleet.Id })).Good();
        }

        Assert.Single((await Client.GameLiftAsync("SearchGameSessions", search)).Good()["GameSessions"]!.AsArray());
        Assert.NotNull((await Client.GameLiftAsync("CreatePlayerSession", player)).Good()["PlayerSession"]!["IpAddress"]);
        (await Client.GameLiftAsync("CreatePlayerSession", player)).Refused("GameSessionFullException");
        Assert.Empty((await Client.GameLiftAsync("SearchGameSessions", search)).Good()["GameSessions"]!.AsArray());
    }

    private Task<Answer> CreateFleetAsync(string buildStatus = "READY") => Client.GameLiftAsync("CreateFleet", new()
    {
        ["Name"] = "f",
        ["BuildId"] = Aws.Seed.Build("b", buildStatus).Id,
        ["EC2InstanceType"] = "c5.large",
        ["ServerLaunchPath"] = "C:/game/Server.exe",
    });

    private async Task<string> StatusAsync(string id) =>
        (string)(await Client.GameLiftAsync("DescribeBuild", new() { ["BuildId"] = id })).Good()["Build"]!["Status"]!;

    private async Task<string> FleetStatusAsync(string id) =>
        (string?)(await Client.GameLiftAsync("DescribeFleetAttributes", new() { ["FleetIds"] = new JsonArray(id) }))
            .Good()["FleetAttributes"]!.AsArray().FirstOrDefault()?["Status"] ?? "gone";
}
