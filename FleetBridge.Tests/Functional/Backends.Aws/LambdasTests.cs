using System.Text.Json.Nodes;
using Amazon.Emulation;
using FleetBridge.Backends.Aws.Functions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>The Lambdas' operations on the AWS emulator: their life from create to delete.</summary>
public sealed class LambdasTests(ITestOutputHelper output)
{
    private const string Login = "test1-lambda-login-function";
    private const string StartSession = "test1-lambda-start-session-function";

    [Fact]
    public async Task Functions_are_created_checked_and_deleted_by_the_calls_that_aws_wants()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var pool = DeploymentSeed.Pool(deployment.Aws);
        var fleet = DeploymentSeed.Fleet(deployment.Aws, "NEW");
        deployment.Aws.Rules.LooksPerFleetState = 0;
        var result = await deployment.RunAsync("lambdas", "check");
        Assert.Equal("ABSENT", (string?)result.Details!["State"]);
        Assert.Contains($"no function named {Login}", result.Error, StringComparison.Ordinal);
        Assert.Contains($"no function named {StartSession}", result.Error, StringComparison.Ordinal);

        var created = await deployment.SucceedAsync("lambdas", "create");
        AssertWhole(deployment.Aws);
        Assert.Equal(
            ["CreateFunction", "CreateFunction", "CreateRole", "CreateRole", "PutRolePolicy", "PutRolePolicy"],
            StoppedCreate.Changes(deployment.Aws).Order());
        AssertFunction(created, 0, Login, "Client Id", pool.Clients[0].Id);
        AssertFunction(created, 1, StartSession, "Fleet Id", fleet.Id);
        var logged = deployment.Log.Select(record => record.Message).ToList();
        Assert.Contains("Creating the role test1-lambda-login-role-us-west-2", logged);
        Assert.Contains("Attaching the policy test1-lambda-login-other-policy-name to the role test1-lambda-login-role-us-west-2", logged);
        Assert.Contains($"Creating the function {Login} in us-west-2", logged);
        Assert.Contains($"Created the function {Login} ({(string?)created["Functions"]![0]!["Function ARN"]})", logged);
        Assert.Equal($"The functions {Login} and {StartSession} exist and are up to date", logged[^1]);

        var seen = await deployment.SucceedAsync("lambdas", "check");
        Assert.Equal(created.ToJsonString(), seen.ToJsonString());

        deployment.Aws.Calls.Clear();
        var deleted = await deployment.SucceedAsync("lambdas", "delete");
        Assert.Equal(
            ["DeleteFunction", "DeleteRolePolicy", "DeleteRole", "DeleteFunction", "DeleteRolePolicy", "DeleteRole"],
            StoppedCreate.Changes(deployment.Aws));
        Assert.Equal(2, deleted["Deleted"]!.AsArray().Count);
        AssertGone(deployment.Aws);
    }

    [Fact]
    public async Task Create_of_functions_that_are_there_changes_nothing_and_delete_of_none_succeeds()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        Prepare(deployment);
        await deployment.AssertSecondCreateChangesNothingAsync("lambdas");
        Assert.Equal(2, deployment.Log.Count(record => record.Message.Contains("exists already; nothing to create", StringComparison.Ordinal)));

        await deployment.SucceedAsync("lambdas", "delete");
        deployment.Aws.Calls.Clear();
        var absent = await deployment.SucceedAsync("lambdas", "delete");
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));
        Assert.Equal("""{"State":"ABSENT"}""", absent.ToJsonString());
        Assert.DoesNotContain("Delet", deployment.LogText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Stop.BeforeTheEffect)]
    [InlineData(Stop.AfterTheEffect)]
    [InlineData(Stop.AnswerLost)]
    [InlineData(Stop.ServerError)]
    [InlineData(Stop.Refused)]
    public Task Create_that_was_stopped_anywhere_is_completed_by_the_next(Stop stop) => new StoppedCreate("lambdas", output)
    {
        Prepare = deployment =>
        {
            Prepare(deployment);
            return Task.CompletedTask;
        },
        IsWhole = AssertWhole,
        IsGone = AssertGone,
    }.CompletesAsync(stop);

    [Fact]
    public async Task Two_creates_at_once_make_each_function_once()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        Prepare(deployment);
        deployment.Aws.BeforeEffect = new Meeting("CreateRole", 4).ArriveAsync;
        await Task.WhenAll(deployment.SucceedAsync("lambdas", "create"), deployment.SucceedAsync("lambdas", "create"));
        Assert.Equal(4, deployment.Aws.Calls.Of("CreateRole").Count);
        AssertWhole(deployment.Aws);
    }

    internal static void Prepare(AwsDeployment deployment)
    {
        DeploymentSeed.Pool(deployment.Aws);
        DeploymentSeed.Fleet(deployment.Aws);
    }

    internal static void AssertWhole(AwsEmulator aws)
    {
        lock (aws.State)
        {
            Assert.Equal(
                ["test1-lambda-login-role-us-west-2", "test1-lambda-start-session-role-us-west-2"],
                aws.Roles.Select(role => role.Name).Order());
            foreach (var (name, role, package) in new[]
            {
                (Login, "test1-lambda-login", HandlerPackage.Login), (StartSession, "test1-lambda-start-session", HandlerPackage.StartSession),
            })
            {
                var function = Assert.Single(aws.Region().Functions, function => function.Name == name);
                Assert.Equal(package.Zip.ToArray(), function.Zip);
                Assert.Equal("python3.13", (string?)function.Settings["Runtime"]);
                Assert.Equal(package.Handler, (string?)function.Settings["Handler"]);
                var policies = Assert.Single(aws.Roles, it => it.Name == $"{role}-role-us-west-2").Policies;
                Assert.Equal([KeyValuePair.Create($"{role}-other-policy-name", package.PolicyDocument("aws", name))], policies);
            }
        }
    }

    private static void AssertGone(AwsEmulator aws)
    {
        Assert.Empty(aws.Region().Functions);
        Assert.Empty(aws.Roles);
    }

    private static void AssertFunction(JsonObject details, int index, string name, string knows, string value)
    {
        var function = details["Functions"]![index]!.AsObject();
        Assert.Equal(name, (string?)function["Name"]);
        Assert.Equal($"arn:aws:lambda:us-west-2:{AwsEmulator.Account}:function:{name}", (string?)function["Function ARN"]);
        Assert.Equal("Active", (string?)function["State"]);
        Assert.Equal(value, (string?)function[knows]);
        Assert.Equal(6, function.Count);
    }
}
