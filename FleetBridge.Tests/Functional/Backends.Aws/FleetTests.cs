using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>The fleet's operations on the AWS emulator: its life from create to delete.</summary>
public sealed class FleetTests(ITestOutputHelper output)
{
    internal static readonly (string, string) LaunchPath = ("fleet_launch_path", "C:/game/MyGame/Binaries/Win64/MyGameServer.exe");

    [Fact]
    public async Task Check_without_a_fleet_says_that_there_is_none()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var result = await deployment.RunAsync("fleet", "check");
        Assert.Contains("no fleet named test1-fleet in us-west-2", result.Error, StringComparison.Ordinal);
        Assert.Equal("ABSENT", (string?)result.Details!["State"]);
    }

    [Fact]
    public async Task Fleet_is_created_followed_until_active_and_deleted()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var build = deployment.Aws.Seed.Build("test1-build");
        var created = await deployment.SucceedAsync("fleet", "create", LaunchPath, ("fleet_inbound_port", "7777-7787"));
        Assert.Equal(["CreateFleet"], StoppedCreate.Changes(deployment.Aws));
        var wanted = JsonNode.Parse(
            $$$"""
            {
              "Name": "test1-fleet", "BuildId": "{{{build.Id}}}", "EC2InstanceType": "c5.large", "FleetType": "ON_DEMAND",
              "ServerLaunchPath": "C:/game/MyGame/Binaries/Win64/MyGameServer.exe", "ServerLaunchParameters": "-WithGameLift",
              "EC2InboundPermissions": [{"FromPort": 7777, "ToPort": 7787, "IpRange": "0.0.0.0/0", "Protocol": "UDP"}],
              "Tags": [{"Key": "fleetbridge:prefix", "Value": "test1"}, {"Key": "fleetbridge:resource", "Value": "fleet"}]
            }
            """);
        var input = Assert.Single(deployment.Aws.Calls.Of("CreateFleet")).Input;
        Assert.True(JsonNode.DeepEquals(wanted, input), input.ToJsonString());
        var fleet = deployment.Aws.Region().Fleets[0];
        Assert.Equal(
            (fleet.Id, fleet.Arn, build.Id, "NEW"),
            ((string?)created["Fleet Id"], (string?)created["Fleet ARN"], (string?)created["Build Id"], (string?)created["State"]));
        Assert.Equal(
            [
                $"Creating the fleet test1-fleet on c5.large instances from the build {build.Id}; it starts "
                    + "C:/game/MyGame/Binaries/Win64/MyGameServer.exe and accepts UDP on ports 7777 to 7787",
                $"GameLift has accepted the fleet test1-fleet ({fleet.Id}). It becomes ACTIVE in 10 to 30 minutes; wait with "
                    + "'fleetbridge check fleet --wait'",
            ],
            deployment.Log.Select(record => record.Message));

        var (error, remedy) = await deployment.FailAsync("fleet", "check");
        Assert.Contains("is not ACTIVE", error, StringComparison.Ordinal);
        Assert.Contains("fleetbridge check fleet --wait", remedy, StringComparison.Ordinal);

        var active = await deployment.SucceedAsync("fleet", "wait");
        Assert.Equal("ACTIVE", (string?)active["State"]);
        Assert.Equal(fleet.Id, (string?)active["Fleet Id"]);
        AssertFollowed(deployment);

        await deployment.SucceedAsync("fleet", "check");
        await deployment.SucceedAsync("fleet", "create", LaunchPath, ("fleet_inbound_port", "7777-7787"));
        Assert.Contains("exists already", deployment.LogText, StringComparison.Ordinal);
        Assert.Single(deployment.Aws.Calls.Of("CreateFleet"));

        var deleted = await deployment.SucceedAsync("fleet", "delete");
        Assert.Equal(("DELETING", fleet.Id), ((string?)deleted["State"], (string?)deleted["Deleted"]![0]));
        Assert.Equal(
            [$"Deleting the fleet test1-fleet ({fleet.Id})",
                $"GameLift is deleting the fleet test1-fleet ({fleet.Id}); its instances end within minutes"],
            deployment.Log.Select(record => record.Message));
        var again = await deployment.SucceedAsync("fleet", "delete");
        Assert.Equal("DELETING", (string?)again["State"]);
        Assert.Single(deployment.Aws.Calls.Of("DeleteFleet"));
        Assert.Equal("ABSENT", (string?)(await deployment.SucceedAsync("fleet", "delete"))["State"]);
        Assert.Equal("There is no fleet test1-fleet in us-west-2; nothing to delete", deployment.LogText);
    }

    [Theory]
    [InlineData(Stop.BeforeTheEffect)]
    [InlineData(Stop.AfterTheEffect)]
    [InlineData(Stop.AnswerLost)]
    [InlineData(Stop.ServerError)]
    [InlineData(Stop.Refused)]
    public Task Create_that_was_stopped_anywhere_is_completed_by_the_next(Stop stop) => new StoppedCreate("fleet", output)
    {
        Settings = [LaunchPath],
        Prepare = deployment =>
        {
            deployment.Aws.Seed.Build("test1-build");
            return Task.CompletedTask;
        },
        WaitUntilReady = deployment => deployment.SucceedAsync("fleet", "wait"),
        IsWhole = aws => Assert.Single(aws.Region().Fleets),
        IsGone = aws => Assert.Equal("DELETING", Assert.Single(aws.Region().Fleets).Status),
    }.CompletesAsync(stop);

    /// <summary>GameLift has nothing that would stop the second, and a new fleet cannot be deleted: it is told, since both cost.
    /// </summary>
    [Fact]
    public async Task Two_creates_at_once_make_two_fleets_and_say_so()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Seed.Build("test1-build");
        deployment.Aws.BeforeEffect = new Meeting("CreateFleet", 2).ArriveAsync;
        deployment.Aws.AfterEffect = new Meeting("CreateFleet", 2).ArriveAsync;
        await Task.WhenAll(
            deployment.SucceedAsync("fleet", "create", LaunchPath), deployment.SucceedAsync("fleet", "create", LaunchPath));
        Assert.Contains(deployment.Log, record => record.Level == LogLevel.Warning
            && record.Message.Contains("There are more fleets named test1-fleet now, and each is billed", StringComparison.Ordinal));
        await deployment.SucceedAsync("fleet", "wait");
        deployment.Aws.Region().Fleets.ForEach(fleet => fleet.Advance());
        var deleted = await deployment.SucceedAsync("fleet", "delete");
        Assert.Equal(2, deleted["Deleted"]!.AsArray().Count);
    }

    [Fact]
    public async Task Fleet_and_build_are_found_behind_many_others_and_not_mistaken_for_them()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Rules.FleetQuota = 1000;
        deployment.Aws.Rules.LooksPerFleetState = 0;
        deployment.Aws.Seed.Builds(30, "test1-build");
        deployment.Aws.Seed.Builds(30);
        var other = deployment.Aws.Seed.Build("somebodys");
        for (var number = 0; number < 60; number++)
        {
            deployment.Aws.Seed.Fleet(number % 2 == 0 ? $"test1-fleet-{number}" : $"somebodys-{number}", other);
        }

        deployment.Aws.Seed.Fleet("test1-fleet", other, region: "eu-west-1");
        await deployment.FailAsync("fleet", "check");
        var (error, _) = await deployment.FailAsync("fleet", "create", LaunchPath);
        Assert.Equal("There is no build named test1-build in us-west-2.", error);

        var build = deployment.Aws.Seed.Build("test1-build");
        var created = await deployment.SucceedAsync("fleet", "create", LaunchPath);
        Assert.Equal(build.Id, (string?)created["Build Id"]);
        var ours = deployment.Aws.Region().Fleets[^1];
        while (ours.Status != "ACTIVE")
        {
            ours.Advance();
        }

        await deployment.SucceedAsync("fleet", "check");
        var deleted = await deployment.SucceedAsync("fleet", "delete");
        Assert.Equal(ours.Id, (string?)Assert.Single(deleted["Deleted"]!.AsArray()));
    }

    /// <summary>Each state once, each event once, in the order in which they came.</summary>
    private static void AssertFollowed(AwsDeployment deployment)
    {
        string[] states = ["DOWNLOADING", "VALIDATING", "BUILDING", "ACTIVATING", "ACTIVE"];
        var told = deployment.Log.Select(record => record.Message).Where(message => message.StartsWith("The fleet", StringComparison.Ordinal));
        Assert.Equal(states[^told.Count()..], told.Select(message => message.Split('(')[^1].TrimEnd(')')));
        var events = deployment.Log.Select(record => record.Message).Where(message => message.StartsWith("Event of", StringComparison.Ordinal));
        Assert.Equal(
            ["FLEET_CREATED", .. states.Select(state => $"FLEET_STATE_{state}")],
            events.Select(message => message.Split(": ")[1].Split(' ')[0]));
    }
}
