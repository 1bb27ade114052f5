using System.Text.Json.Nodes;
using Amazon.Emulation.Faults;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>Functions that are there but not as they should be, roles that Lambda does not know yet, and what is missing.
/// </summary>
public sealed class LambdaUpdateTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Missing_parts_are_all_named()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var (error, remedy) = await deployment.FailAsync("lambdas", "create");
        Assert.Contains("there is no user pool test1-user-pool, and there is no fleet test1-fleet.", error, StringComparison.Ordinal);
        Assert.Contains("need not be ACTIVE", remedy, StringComparison.Ordinal);
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));

        deployment.Aws.Seed.UserPools(1, "test1-user-pool");
        DeploymentSeed.Fleet(deployment.Aws, "ACTIVE").Fail("FLEET_STATE_ERROR", "failed");
        (error, _) = await deployment.FailAsync("lambdas", "create");
        Assert.Contains("lacks its app client test1-user-pool-login-client", error, StringComparison.Ordinal);
        Assert.Contains("has failed", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fleet_that_was_replaced_is_noticed_by_check_and_only_the_configuration_is_updated()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        LambdasTests.Prepare(deployment);
        await deployment.SucceedAsync("lambdas", "create");
        var old = deployment.Aws.Region().Fleets[0];
        deployment.Aws.Region().Fleets.Clear();
        var fleet = DeploymentSeed.Fleet(deployment.Aws);
        deployment.Aws.Region().Functions.ForEach(function => ((JsonObject)function.Settings["Environment"]!["Variables"]!)["MINE"] = "1");

        var result = await deployment.RunAsync("lambdas", "check");
        Assert.Contains($"on the fleet {old.Id}, but the fleet test1-fleet is {fleet.Id}", result.Error, StringComparison.Ordinal);
        Assert.Equal("OUTDATED", (string?)result.Details!["State"]);

        deployment.Aws.Calls.Clear();
        await deployment.SucceedAsync("lambdas", "create");
        Assert.Equal(["UpdateFunctionConfiguration"], StoppedCreate.Changes(deployment.Aws));
        var variables = deployment.Aws.Calls.Of("UpdateFunctionConfiguration")[0].Input["Environment"]!["Variables"]!;
        Assert.Equal((fleet.Id, "1"), ((string?)variables["FLEET_ID"], (string?)variables["MINE"]));
        Assert.Contains($"with FLEET_ID {fleet.Id}", deployment.LogText, StringComparison.Ordinal);
        await deployment.SucceedAsync("lambdas", "check");
    }

    [Fact]
    public async Task Pool_that_was_replaced_is_noticed_by_check_and_updated()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        LambdasTests.Prepare(deployment);
        await deployment.SucceedAsync("lambdas", "create");
        deployment.Aws.Region().UserPools.Clear();
        DeploymentSeed.Pool(deployment.Aws, "anotheranotheranother00000");
        var (error, _) = await deployment.FailAsync("lambdas", "check");
        Assert.Contains("but the user pool's is anotheranotheranother00000", error, StringComparison.Ordinal);
        deployment.Aws.Calls.Clear();
        await deployment.SucceedAsync("lambdas", "create");
        Assert.Equal(["UpdateFunctionConfiguration"], StoppedCreate.Changes(deployment.Aws));
    }

    [Fact]
    public async Task Code_that_is_old_is_replaced_and_nothing_else()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        LambdasTests.Prepare(deployment);
        await deployment.SucceedAsync("lambdas", "create");
        deployment.Aws.Region().Functions.Find(function => function.Name.Contains("login", StringComparison.Ordinal))!.Zip = [1];
        deployment.Aws.Calls.Clear();
        await deployment.SucceedAsync("lambdas", "create");
        Assert.Equal(["UpdateFunctionCode"], StoppedCreate.Changes(deployment.Aws));
        LambdasTests.AssertWhole(deployment.Aws);
    }

    [Fact]
    public async Task Policy_that_is_old_is_replaced()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        LambdasTests.Prepare(deployment);
        await deployment.SucceedAsync("lambdas", "create");
        var policies = deployment.Aws.Roles[0].Policies;
        policies[policies.Keys.Single()] = """{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}""";
        deployment.Aws.Calls.Clear();
        await deployment.SucceedAsync("lambdas", "create");
        Assert.Equal(["PutRolePolicy"], StoppedCreate.Changes(deployment.Aws));
        LambdasTests.AssertWhole(deployment.Aws);
    }

    [Theory]
    [InlineData("UpdateFunctionCode")]
    [InlineData("UpdateFunctionConfiguration")]
    public async Task Update_whose_response_was_lost_is_repeated_after_the_first_has_finished(string operation)
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        LambdasTests.Prepare(deployment);
        await deployment.SucceedAsync("lambdas", "create");
        deployment.Aws.Rules.LooksUntilFunctionUpdated = 3;
        foreach (var function in deployment.Aws.Region().Functions)
        {
            (function.Zip, function.Settings["Timeout"]) = ([1], 1);
        }

        deployment.Aws.Faults.Add(operation, Fault.DropAfter);
        await deployment.SucceedAsync("lambdas", "create");
        Assert.True(deployment.Aws.Faults.AllHappened);
        Assert.Contains(deployment.Aws.Calls.Of(operation), call => call.ErrorCode == "ResourceConflictException");
        LambdasTests.AssertWhole(deployment.Aws);
        await deployment.SucceedAsync("lambdas", "check");
    }

    [Fact]
    public async Task Role_that_lambda_does_not_know_yet_is_waited_for_and_logged_once()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        LambdasTests.Prepare(deployment);
        deployment.Aws.Rules.AttemptsUntilRoleUsable = 4;
        deployment.Aws.Rules.LooksUntilFunctionActive = 4;
        await deployment.SucceedAsync("lambdas", "create");
        Assert.Equal(10, deployment.Aws.Calls.Of("CreateFunction").Count);
        Assert.Single(deployment.Log, record => record.Message == "Waiting until Lambda accepts the new role test1-lambda-login-role-us-west-2");
        Assert.Equal("Active", (string?)(await deployment.SucceedAsync("lambdas", "check"))["Functions"]![0]!["State"]);
    }

    [Fact]
    public async Task Role_that_lambda_never_knows_ends_with_the_deadline()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        LambdasTests.Prepare(deployment);
        deployment.Aws.Rules.AttemptsUntilRoleUsable = int.MaxValue;
        var (error, remedy) = await deployment.FailAsync("lambdas", "create");
        Assert.Contains("Lambda cannot use the role test1-lambda-", error, StringComparison.Ordinal);
        Assert.Contains("after 2 minutes", error, StringComparison.Ordinal);
        Assert.Contains("Try again", remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Function_that_never_becomes_active_ends_with_the_deadline_and_check_says_so()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Clock = new FastClock(2000);
        LambdasTests.Prepare(deployment);
        deployment.Aws.Rules.LooksUntilFunctionActive = int.MaxValue;
        var (error, _) = await deployment.FailAsync("lambdas", "create");
        Assert.Contains("is not ready after 5 minutes: it is Pending. The function is being created.", error, StringComparison.Ordinal);
        (error, _) = await deployment.FailAsync("lambdas", "check");
        Assert.Contains("cannot be used: it is Pending. The function is being created.", error, StringComparison.Ordinal);
    }
}
