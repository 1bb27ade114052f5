using FleetBridge.Tests.Support;
using Xunit.Abstractions;

namespace FleetBridge.Tests.Backends.Aws;

/// <summary>The fleet's operations on the AWS stand-in.</summary>
public sealed class FleetTests(ITestOutputHelper output)
{
    private static readonly (string, string) LaunchPath = ("fleet_launch_path", "C:/game/MyGame/Binaries/Win64/MyGameServer.exe");

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
        Assert.Equal(build.Id, (string?)created["Build Id"]);
        var call = Assert.Single(deployment.Aws.Calls.Of("CreateFleet"));
        Assert.Equal("c5.large", call.Text("EC2InstanceType"));
        Assert.Equal("-WithGameLift", call.Text("ServerLaunchParameters"));
        Assert.Equal(7787, (int?)call.Input["EC2InboundPermissions"]![0]!["ToPort"]);

        var (error, _) = await deployment.FailAsync("fleet", "check");
        Assert.Contains("is not ACTIVE", error, StringComparison.Ordinal);

        var active = await deployment.SucceedAsync("fleet", "wait");
        Assert.Equal("ACTIVE", (string?)active["State"]);
        Assert.Equal((string?)created["Fleet Id"], (string?)active["Fleet Id"]);
        Assert.Contains("is activating", deployment.LogText, StringComparison.Ordinal);
        Assert.Contains("FLEET_STATE_ACTIVE", deployment.LogText, StringComparison.Ordinal);

        await deployment.SucceedAsync("fleet", "check");
        await deployment.SucceedAsync("fleet", "create", LaunchPath);
        Assert.Contains("exists already", deployment.LogText, StringComparison.Ordinal);
        Assert.Single(deployment.Aws.Calls.Of("CreateFleet"));

        await deployment.SucceedAsync("fleet", "delete");
        Assert.Single(deployment.Aws.Calls.Of("DeleteFleet"));
        await deployment.SucceedAsync("fleet", "delete");
        Assert.Single(deployment.Aws.Calls.Of("DeleteFleet"));
    }
}
