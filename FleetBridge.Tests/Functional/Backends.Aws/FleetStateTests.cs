using Amazon.Emulation;
using Amazon.Emulation.Faults;
using Amazon.Emulation.GameLift;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>Fleets in each of their states, limits, builds that are not ready, and waits that end early.</summary>
public sealed class FleetStateTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("NEW", "False", "True", "False")]
    [InlineData("DOWNLOADING", "False", "True", "False")]
    [InlineData("VALIDATING", "False", "True", "False")]
    [InlineData("BUILDING", "False", "True", "False")]
    [InlineData("ACTIVATING", "False", "True", "False")]
    [InlineData("ACTIVE", "True", "True", "True")]
    [InlineData("ERROR", "False", "False", "True")]
    [InlineData("DELETING", "False", "True", "True")]
    [InlineData("TERMINATED", "False", "True", "True")]
    public async Task Each_status_has_its_results(string state, string check, string create, string delete)
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Rules.LooksPerFleetState = 0;
        var fleet = Fleet(deployment.Aws, state);
        var checkedResult = await deployment.RunAsync("fleet", "check");
        Assert.Equal(check, checkedResult.Overall.ToString());
        Assert.Equal(state == "TERMINATED" ? "ABSENT" : state, (string?)checkedResult.Details!["State"]);
        if (checkedResult.Error is not null)
        {
            Assert.DoesNotContain("  ", checkedResult.Error + checkedResult.Remedy, StringComparison.Ordinal);
            Assert.Equal(state == "ERROR", checkedResult.Remedy!.Contains("fix the cause", StringComparison.Ordinal));
        }

        Assert.Equal(
            state is not ("ACTIVE" or "TERMINATED"), deployment.LogText.Contains("Event of", StringComparison.Ordinal));

        var created = await deployment.RunAsync("fleet", "create", FleetTests.LaunchPath);
        Assert.Equal(create, created.Overall.ToString());
        Assert.Equal(state is "DELETING" or "TERMINATED" ? 1 : 0, deployment.Aws.Calls.Of("CreateFleet").Count);
        deployment.Aws.Region().Fleets.RemoveAll(other => other != fleet);
        DeploymentSeed.Tag(deployment.Aws);

        var deleted = await deployment.RunAsync("fleet", "delete");
        Assert.Equal(delete, deleted.Overall.ToString());
        if (delete == "False")
        {
            Assert.Contains($"({state}); GameLift deletes only fleets that are ACTIVE or in ERROR.", deleted.Error, StringComparison.Ordinal);
            Assert.Empty(deployment.Aws.Calls.Of("DeleteFleet"));
        }
    }

    [Fact]
    public async Task Fleet_that_fails_while_it_is_followed_ends_the_wait_with_its_events()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Rules.FleetsFailIn = "ACTIVATING";
        Fleet(deployment.Aws, "NEW");
        var (error, remedy) = await deployment.FailAsync("fleet", "wait");
        Assert.Contains("is not ACTIVE: it has failed (ERROR).", error, StringComparison.Ordinal);
        Assert.Contains("newest events", remedy, StringComparison.Ordinal);
        Assert.Single(deployment.Log, record => record.Message.Contains("FLEET_STATE_ERROR", StringComparison.Ordinal));
        Assert.Single(deployment.Log, record => record.Message.Contains("FLEET_STATE_BUILDING", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wait_for_a_fleet_that_is_active_already_does_not_tell_its_history()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Rules.LooksPerFleetState = 0;
        Fleet(deployment.Aws, "ACTIVE");
        await deployment.SucceedAsync("fleet", "wait");
        Assert.Empty(deployment.Aws.Calls.Of("DescribeFleetEvents"));
    }

    [Fact]
    public async Task Check_tells_the_newest_five_events_oldest_of_them_first()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Rules.LooksPerFleetState = 0;
        var fleet = Fleet(deployment.Aws, "ACTIVATING");
        for (var number = 0; number < 20; number++)
        {
            fleet.Happened("SERVER_PROCESS_CRASHED", $"crash {number}");
        }

        await deployment.FailAsync("fleet", "check");
        Assert.Equal(
            ["crash 15", "crash 16", "crash 17", "crash 18", "crash 19"],
            deployment.Log.Select(record => record.Message).Where(message => message.StartsWith("Event", StringComparison.Ordinal))
                .Select(message => message[message.IndexOf("crash", StringComparison.Ordinal)..]));
    }

    [Fact]
    public async Task Full_account_is_reported_by_fleets_or_by_instance_type()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Rules.LooksPerFleetState = 0;
        var build = deployment.Aws.Seed.Build("test1-build");
        deployment.Aws.Seed.Fleet("somebodys", build);
        deployment.Aws.Rules.InstanceQuotas["c5.large"] = 1;
        var (error, remedy) = await deployment.FailAsync("fleet", "create", FleetTests.LaunchPath);
        Assert.Contains("quota for c5.large instances in us-west-2 is used up (1 of 1)", error, StringComparison.Ordinal);
        Assert.Contains("--fleet-ec2-instance-type", remedy, StringComparison.Ordinal);

        deployment.Aws.Rules.InstanceQuotas.Clear();
        deployment.Aws.Rules.FleetQuota = 1;
        (error, remedy) = await deployment.FailAsync("fleet", "create", FleetTests.LaunchPath);
        Assert.Contains("quota for fleets in us-west-2 is used up", error, StringComparison.Ordinal);
        Assert.Contains("Delete a fleet that is no longer needed", remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Newest_build_is_waited_for_while_it_is_processed()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var now = deployment.Aws.Clock;
        deployment.Aws.Clock = new FakeTimeProvider();
        deployment.Aws.Seed.Build("test1-build");
        deployment.Aws.Clock = now;
        var build = deployment.Aws.Seed.Build("test1-build", "INITIALIZED");
        build.LooksLeft = 5;
        var created = await deployment.SucceedAsync("fleet", "create", FleetTests.LaunchPath);
        Assert.Equal(build.Id, (string?)created["Build Id"]);
        Assert.Single(deployment.Log, record =>
            record.Message == $"Waiting until GameLift has processed the build test1-build ({build.Id})");
    }

    [Fact]
    public async Task Build_that_has_failed_was_deleted_or_never_gets_ready_is_reported()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Clock = new FastClock(5000);
        var build = deployment.Aws.Seed.Build("test1-build", "FAILED");
        var (error, remedy) = await deployment.FailAsync("fleet", "create", FleetTests.LaunchPath);
        Assert.Equal($"GameLift could not use the build test1-build ({build.Id}): it is FAILED.", error);
        Assert.Equal("Delete the build and upload it again.", remedy);

        build.Status = "INITIALIZED";
        (error, _) = await deployment.FailAsync("fleet", "create", FleetTests.LaunchPath);
        Assert.Equal($"The build test1-build ({build.Id}) is still INITIALIZED after 30 minutes.", error);

        deployment.Aws.BeforeEffect = call =>
        {
            deployment.Aws.Region().Builds.RemoveAll(_ => call.Operation == "DescribeBuild");
            return Task.CompletedTask;
        };
        (error, _) = await deployment.FailAsync("fleet", "create", FleetTests.LaunchPath);
        Assert.Equal($"The build test1-build ({build.Id}) was deleted in the meantime.", error);
        Assert.Empty(deployment.Aws.Calls.Of("CreateFleet"));
    }

    [Fact]
    public async Task Fleet_that_never_becomes_active_ends_the_wait_with_the_deadline()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Clock = new FastClock(50_000);
        deployment.Aws.Rules.LooksPerFleetState = 0;
        Fleet(deployment.Aws, "BUILDING");
        var (error, remedy) = await deployment.FailAsync("fleet", "wait");
        Assert.Contains("is still BUILDING after 2 hours.", error, StringComparison.Ordinal);
        Assert.Contains("in the console", remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fleet", "wait", 10)]
    [InlineData("fleet", "create", 3)]
    [InlineData("lambdas", "create", 3)]
    [InlineData("rest_api", "delete", 31)]
    public async Task Cancellation_ends_every_wait_at_once(string resource, string operation, int pauseInSeconds)
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var clock = new WatchedTimeProvider();
        using var cancelled = new CancellationTokenSource();
        (deployment.Clock, deployment.Cancellation) = (clock, cancelled.Token);
        var aws = deployment.Aws;
        aws.Rules.LooksPerFleetState = 0;
        aws.Rules.AttemptsUntilRoleUsable = int.MaxValue;
        aws.Faults.Add("DeleteRestApi", Fault.Throttle, times: int.MaxValue);
        DeploymentSeed.Pool(aws);
        aws.Seed.RestApis(1, "test1-rest-api");
        if (operation == "create" && resource == "fleet")
        {
            aws.Seed.Build("test1-build", "INITIALIZED");
        }
        else
        {
            Fleet(aws, "BUILDING");
        }

        DeploymentSeed.Tag(aws);
        var running = deployment.RunAsync(resource, operation, FleetTests.LaunchPath);
        await Eventually.TrueAsync(() => clock.HasTimer(TimeSpan.FromSeconds(pauseInSeconds)), "the operation waits");
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running).WaitAsync(Eventually.Limit);
    }

    private static GameLiftFleet Fleet(AwsEmulator aws, string state)
    {
        var end = state is "ERROR" or "DELETING" or "TERMINATED";
        var fleet = DeploymentSeed.Fleet(aws, end ? "ACTIVE" : state);
        if (state == "ERROR")
        {
            fleet.Fail("FLEET_ACTIVATION_FAILED", "No process of the server came up.");
        }
        else if (end)
        {
            fleet.Delete();
            if (state == "TERMINATED")
            {
                fleet.Advance();
            }
        }

        return fleet;
    }
}
