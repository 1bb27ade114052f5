using Amazon.Emulation;
using Amazon.Emulation.Cognito;
using Amazon.Emulation.Faults;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>The user pool's operations on the AWS emulator.</summary>
public sealed class UserPoolTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Pool_is_created_checked_and_deleted_by_the_calls_that_aws_wants()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var (error, _) = await deployment.FailAsync("user_pool", "check");
        Assert.Equal("There is no user pool named test1-user-pool in us-west-2.", error);

        var created = await deployment.SucceedAsync("user_pool", "create");
        var pool = Assert.Single(deployment.Aws.Region().UserPools);
        AssertCreatingCalls(deployment.Aws, pool);
        var page = $"https://test1-login.auth.us-west-2.amazoncognito.com/login?client_id={pool.Clients[0].Id}"
            + "&response_type=token&scope=email+openid&redirect_uri=https%3A%2F%2Faws.amazon.com";
        Assert.Equal("COMPLETE", (string?)created["State"]);
        Assert.Equal(pool.Id, (string?)created["User Pool Id"]);
        Assert.Equal(pool.Arn, (string?)created["User Pool ARN"]);
        Assert.Equal(pool.Clients[0].Id, (string?)created["Client Id"]);
        Assert.Equal("test1-login", (string?)created["Domain"]);
        Assert.Equal(page, (string?)created["Login Page"]);
        Assert.Equal(
            [
                "Creating the user pool test1-user-pool in us-west-2",
                $"Created the user pool test1-user-pool ({pool.Id})",
                "Creating the pool's app client test1-user-pool-login-client",
                $"Created the app client test1-user-pool-login-client ({pool.Clients[0].Id})",
                "Enabling the verification of new users' e-mail addresses",
                "Creating the login page's domain test1-login",
                "Creating 32 test users, user0 to user31",
                "Created 32 test users",
                $"The user pool test1-user-pool ({pool.Id}) exists; its login page is {page}",
            ],
            deployment.Log.Select(record => record.Message));
        AssertWhole(deployment.Aws);

        var seen = await deployment.SucceedAsync("user_pool", "check");
        Assert.Equal(created.ToJsonString(), seen.ToJsonString());

        deployment.Aws.Calls.Clear();
        var deleted = await deployment.SucceedAsync("user_pool", "delete");
        Assert.Equal(["DeleteUserPoolDomain", "DeleteUserPool"], StoppedCreate.Changes(deployment.Aws));
        Assert.Equal(pool.Id, (string?)deleted["Deleted"]![0]);
        Assert.Equal("ABSENT", (string?)deleted["State"]);
        Assert.Empty(deployment.Aws.Region().UserPools);
    }

    [Fact]
    public async Task Create_of_a_pool_that_is_there_changes_nothing_and_delete_of_none_succeeds()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await deployment.AssertSecondCreateChangesNothingAsync("user_pool");

        await deployment.SucceedAsync("user_pool", "delete");
        deployment.Aws.Calls.Clear();
        var absent = await deployment.SucceedAsync("user_pool", "delete");
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));
        Assert.Equal("ABSENT", (string?)absent["State"]);
        Assert.Equal("There is no user pool test1-user-pool in us-west-2; nothing to delete", deployment.LogText);
    }

    [Theory]
    [InlineData(Stop.BeforeTheEffect)]
    [InlineData(Stop.AfterTheEffect)]
    [InlineData(Stop.AnswerLost)]
    [InlineData(Stop.ServerError)]
    [InlineData(Stop.Refused)]
    public Task Create_that_was_stopped_anywhere_is_completed_by_the_next(Stop stop) => new StoppedCreate("user_pool", output)
    {
        IsWhole = AssertWhole,
        IsGone = aws => Assert.Empty(aws.Region().UserPools),

        // 32 users are made by the same two calls: the first, the last, and some between
        Stride = operation => operation.StartsWith("Admin", StringComparison.Ordinal) ? 31 / 3 : 1,
    }.CompletesAsync(stop);

    [Fact]
    public async Task Check_of_a_incomplete_pool_says_what_it_lacks()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Seed.UserPools(1, "test1-user-pool");
        var result = await deployment.RunAsync("user_pool", "check");
        Assert.Contains("it lacks its app client, the login page's domain and its test users.", result.Error, StringComparison.Ordinal);
        Assert.Equal("INCOMPLETE", (string?)result.Details!["State"]);
    }

    [Fact]
    public async Task Domain_of_another_client_is_reported_with_a_way_out_and_the_rest_is_kept()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Region().TakenDomains.Add("test1-login");
        var (error, remedy) = await deployment.FailAsync("user_pool", "create");
        Assert.Contains("rejects the login page's name test1-login", error, StringComparison.Ordinal);
        Assert.Contains("--user-pool-subdomain-prefix", remedy, StringComparison.Ordinal);

        await deployment.SucceedAsync("user_pool", "create", ("user_pool_subdomain_prefix", "mine"));
        AssertWhole(deployment.Aws, "mine");
        Assert.Single(deployment.Aws.Calls.Of("CreateUserPool"));
    }

    [Fact]
    public async Task Pool_is_found_behind_many_others_and_not_mistaken_for_one_of_them()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Seed.UserPools(30);
        deployment.Aws.Seed.UserPools(30, "test1-user-pool-of-somebody");
        deployment.Aws.Seed.UserPools(1, "test1-user-pool", "eu-west-1");
        await deployment.FailAsync("user_pool", "check");
        var created = await deployment.SucceedAsync("user_pool", "create");
        deployment.Aws.Seed.UserPools(30);
        var seen = await deployment.SucceedAsync("user_pool", "check");
        Assert.Equal((string?)created["User Pool Id"], (string?)seen["User Pool Id"]);
        await deployment.SucceedAsync("user_pool", "delete");
        Assert.Equal(90, deployment.Aws.Region().UserPools.Count);
        Assert.Single(deployment.Aws.Region("eu-west-1").UserPools);
    }

    [Fact]
    public async Task Several_pools_of_the_name_are_reported_and_all_deleted()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await deployment.SucceedAsync("user_pool", "create");
        var whole = deployment.Aws.Region().UserPools[0];
        deployment.Aws.Seed.UserPools(2, "test1-user-pool");
        var seen = await deployment.SucceedAsync("user_pool", "check");
        Assert.Equal(whole.Id, (string?)seen["User Pool Id"]);
        Assert.Contains(deployment.Log, record => record.Level == LogLevel.Warning
            && record.Message.Contains($"There are 3 user pools named test1-user-pool; {whole.Id} is the one in use", StringComparison.Ordinal));

        DeploymentSeed.Tag(deployment.Aws);
        var deleted = await deployment.SucceedAsync("user_pool", "delete");
        Assert.Equal(3, deleted["Deleted"]!.AsArray().Count);
        Assert.Empty(deployment.Aws.Region().UserPools);
    }

    [Fact]
    public async Task Two_creates_at_once_end_with_one_pool()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var meeting = new Meeting("CreateUserPool", 2);
        deployment.Aws.BeforeEffect = meeting.ArriveAsync;
        var both = await Task.WhenAll(
            deployment.SucceedAsync("user_pool", "create"), deployment.SucceedAsync("user_pool", "create"));
        Assert.Equal((string?)both[0]["User Pool Id"], (string?)both[1]["User Pool Id"]);
        Assert.Equal(2, deployment.Aws.Calls.Of("CreateUserPool").Count);
        AssertWhole(deployment.Aws);
        await deployment.SucceedAsync("user_pool", "check");
    }

    [Fact]
    public async Task Create_continues_while_cognito_throttles()
    {
        // by the same clock as Cognito's, or a minute's patience would be over before Cognito's second is
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Clock = TimeProvider.System;
        deployment.Aws.Rules.CognitoCallsPerSecond = 20;

        // more than the SDK's own retries
        deployment.Aws.Faults.Add("AdminSetUserPassword", Fault.Throttle, times: 20, after: 7);
        await deployment.SucceedAsync("user_pool", "create");
        Assert.True(deployment.Aws.Faults.AllHappened);
        Assert.Contains(deployment.Aws.Calls.Of("AdminCreateUser"), call => call.ErrorCode == "TooManyRequestsException");
        AssertWhole(deployment.Aws);
    }

    internal static void AssertWhole(AwsEmulator aws) => AssertWhole(aws, "test1-login");

    private static void AssertWhole(AwsEmulator aws, string domain)
    {
        lock (aws.State)
        {
            var pool = Assert.Single(aws.Region().UserPools, pool => pool.Name == "test1-user-pool");
            Assert.Equal(domain, pool.Domain);
            Assert.Equal("test1-user-pool-login-client", Assert.Single(pool.Clients).Name);
            Assert.Equal("email", (string?)Assert.Single(pool.Settings["AutoVerifiedAttributes"]!.AsArray()));
            Assert.Equal(6, (int?)pool.PasswordPolicy["MinimumLength"]);
            Assert.Equal(
                Enumerable.Range(0, 32).Select(number => $"user{number}").Order(), pool.Users.Select(user => user.Name).Order());
            Assert.All(pool.Users, user => Assert.Equal(("CONFIRMED", "test12"), (user.Status, user.Password)));
        }
    }

    private static void AssertCreatingCalls(AwsEmulator aws, CognitoUserPool pool)
    {
        Assert.Equal(
            ["CreateUserPool", "CreateUserPoolClient", "UpdateUserPool", "CreateUserPoolDomain"], StoppedCreate.Changes(aws).Take(4));
        Assert.All(aws.Calls.Of("ListUserPools"), call => Assert.Equal(60, call.Number("MaxResults")));
        var schema = aws.Calls.Of("CreateUserPool")[0].Input["Schema"]![0]!;
        Assert.Equal(("email", true, true), ((string?)schema["Name"], (bool?)schema["Required"], (bool?)schema["Mutable"]));
        var client = aws.Calls.Of("CreateUserPoolClient")[0].Input;
        Assert.Equal("""["ALLOW_USER_PASSWORD_AUTH","ALLOW_REFRESH_TOKEN_AUTH"]""", client["ExplicitAuthFlows"]!.ToJsonString());
        Assert.Equal("""["implicit"]""", client["AllowedOAuthFlows"]!.ToJsonString());
        Assert.Equal("""["email","openid"]""", client["AllowedOAuthScopes"]!.ToJsonString());
        Assert.Equal("""["COGNITO"]""", client["SupportedIdentityProviders"]!.ToJsonString());
        Assert.Equal("https://aws.amazon.com", (string?)client["CallbackURLs"]![0]);
        Assert.Equal("https://aws.amazon.com", (string?)client["LogoutURLs"]![0]);
        Assert.False((bool?)client["GenerateSecret"]);
        Assert.All(aws.Calls.Of("AdminCreateUser"), call => Assert.Equal("SUPPRESS", call.Text("MessageAction")));
        Assert.All(aws.Calls.Of("AdminSetUserPassword"), call => Assert.True((bool?)call.Input["Permanent"]));
        Assert.Equal(pool.Id, aws.Calls.Of("UpdateUserPool")[0].Text("UserPoolId"));
    }
}
