using Amazon.Emulation.GameLift;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>A fleet that exists with other settings.</summary>
public sealed class FleetDriftTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("fleet_ec2_instance_type", "c5.xlarge", "instance type c5.large (the settings say c5.xlarge)")]
    [InlineData("server_package_name", "another", "build build-")]
    public async Task What_cannot_be_changed_fails_with_both_values_and_the_way_out(string key, string value, string difference)
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await CreateAsync(deployment);
        deployment.Aws.Seed.Build("another");
        deployment.Aws.Calls.Clear();
        var check = await deployment.SucceedAsync("fleet", "check", FleetTests.LaunchPath, (key, value));
        Assert.Contains(difference, (string?)Assert.Single(check["Drift"]!.AsArray()), StringComparison.Ordinal);
        var (error, remedy) = await deployment.FailAsync("fleet", "create", FleetTests.LaunchPath, (key, value));
        Assert.Contains(difference, error, StringComparison.Ordinal);
        Assert.Contains("fleetbridge delete fleet", remedy, StringComparison.Ordinal);
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));
    }

    [Theory]
    [InlineData("fleet_inbound_port", "8000-8010", "UpdateFleetPortSettings", "UDP ports 7777 (the settings say 8000-8010)")]
    [InlineData("fleet_launch_parameters", "-More", "UpdateRuntimeConfiguration", "launch parameters -WithGameLift (the settings say -More)")]
    [InlineData("fleet_launch_path", "C:/game/Other.exe", "UpdateRuntimeConfiguration", "(the settings say C:/game/Other.exe)")]
    public async Task What_can_be_changed_is_changed_and_said(string key, string value, string call, string difference)
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await CreateAsync(deployment);
        (string, string)[] settings = key == "fleet_launch_path" ? [(key, value)] : [FleetTests.LaunchPath, (key, value)];
        var check = await deployment.SucceedAsync("fleet", "check", settings);
        Assert.Contains(difference, (string?)Assert.Single(check["Drift"]!.AsArray()), StringComparison.Ordinal);
        Assert.Contains(difference, deployment.LogText, StringComparison.Ordinal);

        deployment.Aws.Calls.Clear();
        await deployment.SucceedAsync("fleet", "create", settings);
        Assert.Equal([call], StoppedCreate.Changes(deployment.Aws));
        Assert.Contains(difference, deployment.LogText, StringComparison.Ordinal);
        Assert.Null((await deployment.SucceedAsync("fleet", "check", settings))["Drift"]);
        deployment.Aws.Calls.Clear();
        await deployment.SucceedAsync("fleet", "create", settings);
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));
        Assert.Contains("exists already; nothing to create", deployment.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ports_and_processes_that_were_added_by_hand_stay()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var fleet = await CreateAsync(deployment);
        fleet.Settings.EC2InboundPermissions!.Add(new() { FromPort = 22, ToPort = 22, IpRange = "10.0.0.0/8", Protocol = "TCP" });
        fleet.Settings.EC2InboundPermissions.Add(new() { FromPort = 9000, ToPort = 9000, IpRange = "0.0.0.0/0", Protocol = "UDP" });
        fleet.Settings.RuntimeConfiguration = new()
        {
            ServerProcesses =
            [
                new() { LaunchPath = "C:/game/A.exe", ConcurrentExecutions = 3 }, new() { LaunchPath = "C:/game/B.exe", ConcurrentExecutions = 1 },
            ],
        };
        await deployment.SucceedAsync("fleet", "create", FleetTests.LaunchPath, ("fleet_inbound_port", "8000"));
        Assert.Equal([7777, 22, 9000, 8000], fleet.Settings.EC2InboundPermissions.Select(port => port.FromPort!.Value));
        Assert.Equal(2, fleet.Settings.RuntimeConfiguration.ServerProcesses.Count);
    }

    [Fact]
    public async Task Path_with_other_slashes_is_the_same_and_an_older_policy_still_works()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await CreateAsync(deployment);
        var backslashes = ("fleet_launch_path", @"c:\game\MyGame\Binaries\Win64\MyGameServer.exe");
        Assert.Null((await deployment.SucceedAsync("fleet", "check", backslashes))["Drift"]);
        deployment.Aws.Rules.DeniedActions.UnionWith(["gamelift:DescribeFleetPortSettings", "gamelift:DescribeRuntimeConfiguration"]);
        await deployment.SucceedAsync("fleet", "check", ("fleet_launch_path", "C:/game/Other.exe"));
        Assert.Single(deployment.Log, record => record.Message.Contains("cannot be compared with the settings", StringComparison.Ordinal));
        await deployment.SucceedAsync("fleet", "create", ("fleet_launch_path", "C:/game/Other.exe"));
        Assert.Contains("exists already", deployment.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fleet_of_another_deployment_is_not_changed()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var fleet = await CreateAsync(deployment);
        fleet.Tags["fleetbridge:prefix"] = "test2";
        var (error, _) = await deployment.FailAsync("fleet", "create", FleetTests.LaunchPath, ("fleet_inbound_port", "8000"));
        Assert.Contains("belongs to another deployment", error, StringComparison.Ordinal);
        Assert.Equal(7777, Assert.Single(fleet.Settings.EC2InboundPermissions!).FromPort);
    }

    [Fact]
    public async Task Replacement_creates_waits_repoints_and_deletes_in_this_order()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var old = await CreateAsync(deployment);
        DeploymentSeed.Pool(deployment.Aws);
        await deployment.SucceedAsync("lambdas", "create");
        deployment.Aws.Calls.Clear();
        var replaced = await deployment.SucceedAsync("fleet", "create", Larger);
        Assert.Equal(["CreateFleet", "UpdateFunctionConfiguration", "DeleteFleet"], StoppedCreate.Changes(deployment.Aws));
        Assert.Equal("DELETING", old.Status);
        var fresh = Assert.Single(deployment.Aws.Region().Fleets, fleet => fleet.Id == (string?)replaced["Fleet Id"]);
        Assert.Equal(("ACTIVE", "c5.xlarge"), (fresh.Status, fresh.InstanceType));
        await deployment.SucceedAsync("lambdas", "check");
        Assert.Null((await deployment.SucceedAsync("fleet", "check", Larger))["Drift"]);
    }

    [Fact]
    public async Task Replacement_that_fails_keeps_the_old_fleet()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var old = await CreateAsync(deployment);
        deployment.Aws.Rules.FleetsFailIn = "ACTIVATING";
        var (error, remedy) = await deployment.FailAsync("fleet", "create", Larger);
        Assert.Contains($"The old one ({old.Id}) is unchanged", error, StringComparison.Ordinal);
        Assert.Contains("--replace", remedy, StringComparison.Ordinal);
        Assert.Equal("ACTIVE", old.Status);
        Assert.Empty(deployment.Aws.Calls.Of("DeleteFleet"));
    }

    [Fact]
    public async Task Replacement_that_was_interrupted_is_continued_without_a_third_fleet()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var old = await CreateAsync(deployment);
        deployment.Aws.Rules.LooksPerFleetState = 0;
        using var end = new CancellationTokenSource();
        deployment.Cancellation = end.Token;
        var running = deployment.RunAsync("fleet", "create", Larger);
        await Eventually.TrueAsync(() => deployment.Aws.Calls.Of("CreateFleet").Count == 2, "the new fleet is created");
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal("ACTIVE", old.Status);

        deployment.Cancellation = CancellationToken.None;
        deployment.Aws.Rules.LooksPerFleetState = 1;
        await deployment.SucceedAsync("fleet", "create", Larger);
        Assert.Equal(2, deployment.Aws.Calls.Of("CreateFleet").Count);
        Assert.Equal("DELETING", old.Status);
    }

    [Fact]
    public async Task Replacement_that_was_interrupted_before_the_deletion_is_completed()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var old = await CreateAsync(deployment);
        deployment.Aws.Faults.Add("DeleteFleet", Amazon.Emulation.Faults.Fault.Deny);
        await deployment.FailAsync("fleet", "create", Larger);
        Assert.Equal("ACTIVE", old.Status);
        await deployment.SucceedAsync("fleet", "create", Larger);
        Assert.Equal("DELETING", old.Status);
        Assert.Equal(2, deployment.Aws.Calls.Of("CreateFleet").Count);
    }

    [Fact]
    public async Task Api_that_was_deployed_for_other_paths_is_reported_by_check_and_changed_by_create()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await RestApiTests.PrepareAsync(deployment);
        await deployment.SucceedAsync("rest_api", "create");
        Assert.Null((await deployment.SucceedAsync("rest_api", "check"))["Drift"]);
        var other = ("rest_api_login_path_part", "signin");
        Assert.Single((await deployment.SucceedAsync("rest_api", "check", other))["Drift"]!.AsArray());
        await deployment.SucceedAsync("rest_api", "create", other);
        Assert.Null((await deployment.SucceedAsync("rest_api", "check", other))["Drift"]);
    }

    [Theory]
    [InlineData(null, "has no tags of FleetBridge")]
    [InlineData("test2", "is another deployment's")]
    public async Task Fleet_that_is_not_ours_is_not_replaced(string? prefix, string why)
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var old = await CreateAsync(deployment);
        old.Tags.Clear();
        if (prefix is not null)
        {
            old.Tags["fleetbridge:prefix"] = prefix;
        }

        deployment.Aws.Calls.Clear();
        var (error, _) = await deployment.FailAsync("fleet", "create", Larger);
        Assert.Contains(why, error, StringComparison.Ordinal);
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));
    }

    [Fact]
    public async Task Functions_that_differ_are_reported_by_check()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        LambdasTests.Prepare(deployment);
        await deployment.SucceedAsync("lambdas", "create");
        Assert.Null((await deployment.SucceedAsync("lambdas", "check"))["Drift"]);
        var login = deployment.Aws.Region().Functions.Single(function => function.Name.Contains("login", StringComparison.Ordinal));
        (login.Settings["Runtime"], login.Settings["Timeout"]) = ("python3.11", 3);
        var drift = (await deployment.SucceedAsync("lambdas", "check"))["Drift"]!.AsArray().Select(text => (string)text!);
        Assert.Equal(
            [
                "test1-lambda-login-function: runtime python3.11 (create would make it python3.13)",
                "test1-lambda-login-function: timeout 3 s (create would make it 10 s)",
            ],
            drift);
        await deployment.SucceedAsync("lambdas", "create");
        Assert.Null((await deployment.SucceedAsync("lambdas", "check"))["Drift"]);
    }

    private static (string, string)[] Larger => [FleetTests.LaunchPath, ("fleet_ec2_instance_type", "c5.xlarge"), ("replace", "true")];

    private static async Task<GameLiftFleet> CreateAsync(AwsDeployment deployment)
    {
        deployment.Aws.Seed.Build("test1-build");
        await deployment.SucceedAsync("fleet", "create", FleetTests.LaunchPath);
        await deployment.SucceedAsync("fleet", "wait");
        return Assert.Single(deployment.Aws.Region().Fleets);
    }
}
