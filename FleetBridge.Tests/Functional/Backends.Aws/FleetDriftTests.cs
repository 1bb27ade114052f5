using Amazon.Emulation.GameLift;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>A fleet that exists with other settings.</summary>
public sealed class FleetDriftTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("fleet_ec2_instance_type", "c5.xlarge", "the instance type is c5.large, and the settings say c5.xlarge")]
    [InlineData("server_package_name", "another", "the build is ")]
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
    [InlineData("fleet_inbound_port", "8000-8010", "UpdateFleetPortSettings", "the UDP ports is 7777, and the settings say 8000-8010")]
    [InlineData("fleet_launch_parameters", "-More", "UpdateRuntimeConfiguration", "the launch parameters is -WithGameLift, and the settings say -More")]
    [InlineData("fleet_launch_path", "C:/game/Other.exe", "UpdateRuntimeConfiguration", "and the settings say C:/game/Other.exe")]
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

    private static async Task<GameLiftFleet> CreateAsync(AwsDeployment deployment)
    {
        deployment.Aws.Seed.Build("test1-build");
        await deployment.SucceedAsync("fleet", "create", FleetTests.LaunchPath);
        await deployment.SucceedAsync("fleet", "wait");
        return Assert.Single(deployment.Aws.Region().Fleets);
    }
}
