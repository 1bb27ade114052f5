using Amazon.Emulation.S3;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Deployments;

/// <summary>A deployment's life by the program itself, among what others have in the same account.</summary>
public sealed class CliLifeTests(ITestOutputHelper output) : EndToEndTest(output)
{
    private const int Others = 60;

    [Fact]
    public async Task All_is_created_followed_checked_and_deleted()
    {
        GamePackage.Make(Package);
        FleetsActivateAtOnce = false;
        var absent = await DeployAsync("check all --json", 1);
        foreach (var (resource, answer) in absent.Json.Skip(1))
        {
            Assert.True((string?)answer!["Details"]!["State"] == "ABSENT", resource);
        }

        // the pool is made while the build uploads: the upload waits here for the pool's last user
        var pool = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Aws.S3.Fault = call => call.Operation == "UploadPart" ? new S3Fault { Wait = pool.Task } : null;
        Seen = call =>
        {
            if (call.Operation == "AdminSetUserPassword" && call.Text("Username") == "user31")
            {
                pool.TrySetResult();
            }

            return Task.CompletedTask;
        };
        await using (var program = Begin("create all --wait"))
        {
            await SeeAsync(program, "Waiting until the fleet");
            await SeeAsync(program, "FLEET_CREATED");
            await SeeAsync(program, "invoke URL");
            Assert.False(program.HasExited);
            MoveFleetsOn(5);
            var created = await EndAsync(program, "create all --wait", 0);
            Assert.Equal(
                ["uploaded_build", "fleet", "user_pool", "lambdas", "rest_api", "session_api"], created.Rows.Select(row => row[0]));
            Assert.All(created.Rows, row => Assert.Equal("True", row[1]));
            Assert.Contains("FLEET_STATE_ACTIVE", created.Error, StringComparison.Ordinal);
        }

        DeployedState.AssertComplete(Aws, "life");
        var there = await DeployAsync("check all --json", 0);
        Assert.All(there.Json, answer => Assert.Equal("True", (string?)answer.Value!["Overall Result"]));

        Aws.Calls.Clear();
        await DeployAsync("create all", 0);
        Assert.DoesNotContain(Aws.Calls.All, call => call.Operation.StartsWith("Create", StringComparison.Ordinal));
        DeployedState.AssertComplete(Aws, "life");

        var deleted = await DeployAsync("delete all", 0);
        Assert.Equal(["session_api", "rest_api", "lambdas", "user_pool", "fleet", "uploaded_build"], deleted.Rows.Select(row => row[0]));
        Assert.All(deleted.Rows, row => Assert.Equal("True", row[1]));
        DeployedState.AssertGone(Aws, "life");
    }

    [Fact]
    public async Task Fleet_that_cannot_be_changed_says_so_and_is_replaced_when_it_is_asked_to()
    {
        const string Larger = "--fleet-ec2-instance-type c5.xlarge";
        GamePackage.Make(Package);
        await DeployAsync("create all --wait", 0);
        var old = Assert.Single(Aws.Region().Fleets);

        var differs = await DeployAsync($"check fleet {Larger} --json", 0);
        Assert.Contains("c5.xlarge", differs.Json["fleet"]!["Details"]!["Drift"]!.ToJsonString(), StringComparison.Ordinal);
        var refused = await DeployAsync($"create fleet {Larger}", 1);
        Assert.All(
            new[] { old.InstanceType!, "c5.xlarge", "--replace" },
            text => Assert.Contains(text, refused.Output + refused.Error, StringComparison.Ordinal));
        Assert.Single(Aws.Region().Fleets);

        FleetsActivateAtOnce = false;
        await using (var program = Begin($"create fleet {Larger} --replace"))
        {
            await SeeAsync(program, $"Replacing the fleet life-fleet ({old.Id})");
            Assert.Equal("ACTIVE", old.Status);
            MoveFleetsOn(5);
            await EndAsync(program, "create fleet --replace", 0);
        }

        Assert.Equal("DELETING", old.Status);
        var fresh = Assert.Single(Aws.Region().Fleets, fleet => fleet.Id != old.Id);
        Assert.Equal("c5.xlarge", fresh.InstanceType);
        Assert.Contains(Aws.Region().Functions, function => function.Settings.ToJsonString().Contains(fresh.Id, StringComparison.Ordinal));
        Assert.DoesNotContain(Aws.Region().Functions, function => function.Settings.ToJsonString().Contains(old.Id, StringComparison.Ordinal));
        await DeployAsync($"check all {Larger}", 0);
        await DeployAsync($"delete all {Larger}", 0);
        DeployedState.AssertGone(Aws, "life");
    }

    [Theory]
    [InlineData("delete uploaded_build --force-untagged")]
    [InlineData("delete --force-untagged uploaded_build")]
    [InlineData("delete all --force-untagged true")]
    public async Task Build_without_tags_is_left_and_named_until_it_is_forced(string command)
    {
        GamePackage.Make(Package);
        var build = Aws.Seed.Build("life-build");
        var result = await DeployAsync("delete uploaded_build", 1);
        Assert.Contains($"life-build ({build.Id}) was left: it has no tags of FleetBridge", result.Output + result.Error, StringComparison.Ordinal);
        Assert.Contains("--force-untagged", result.Output + result.Error, StringComparison.Ordinal);
        Assert.Single(Aws.Region().Builds);
        result = await DeployAsync(command, 0);
        Assert.Contains($"Deleting without tags, as --force-untagged says: the build life-build ({build.Id})", result.Error, StringComparison.Ordinal);
        Assert.Empty(Aws.Region().Builds);
    }

    [Fact]
    public async Task Sixty_builds_pools_and_apis_of_others_are_not_touched_and_do_not_hide_ours()
    {
        GamePackage.Make(Package);
        Aws.Seed.Builds(Others);
        Aws.Seed.UserPools(Others);
        Aws.Seed.RestApis(Others);
        await DeployAsync("create all", 0);
        DeployedState.AssertComplete(Aws, "life");
        await DeployAsync("create all", 0);
        await DeployAsync("check all", 0);
        DeployedState.AssertComplete(Aws, "life");
        await DeployAsync("delete all", 0);
        DeployedState.AssertGone(Aws, "life");
        var region = Aws.Region();
        Assert.Equal((Others, Others, Others), (region.Builds.Count, region.UserPools.Count, region.RestApis.Count));
    }

    [Fact]
    public async Task Running_bridge_does_it_for_a_command_line()
    {
        GamePackage.Make(Package);
        await using var serving = await ServingProcess.StartAsync(
            State, ["--http-port", "0", "--websocket-port", "0"], Variables);
        var url = $"--url http://localhost:{serving.HttpPort}";

        // the bridge's credentials count, not the caller's
        Aws.Calls.Clear();
        await DeployAsync($"create all {url} --wait", 0);
        DeployedState.AssertComplete(Aws, "life");
        await DeployAsync($"check all {url}", 0);
        var deleted = await DeployAsync($"delete all {url}", 0);
        Assert.All(deleted.Rows, row => Assert.Equal("True", row[1]));
        DeployedState.AssertGone(Aws, "life");
        serving.Process.Signal(FleetBridgeProcess.Terminate);
        Assert.Equal(0, (await serving.Process.WaitAsync()).Code);
    }
}
