using Amazon.Emulation.Faults;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>The REST API among others, twice, half made, and with API Gateway's own limits.</summary>
public sealed class RestApiLimitTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Missing_parts_are_all_named()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var (error, remedy) = await deployment.FailAsync("rest_api", "create");
        Assert.Contains(
            "the user pool test1-user-pool, the function test1-lambda-login-function, the function test1-lambda-start-session-function.",
            error,
            StringComparison.Ordinal);
        Assert.Contains("Create the user pool and the Lambdas first", remedy, StringComparison.Ordinal);
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));
    }

    [Fact]
    public async Task Api_is_found_behind_many_others_and_not_mistaken_for_one_of_them()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await RestApiTests.PrepareAsync(deployment);
        deployment.Aws.Seed.RestApis(30);
        deployment.Aws.Seed.RestApis(30, "test1-rest-api-of-somebody");
        deployment.Aws.Seed.RestApis(1, "test1-rest-api", "eu-west-1");
        await deployment.FailAsync("rest_api", "check");
        await deployment.SucceedAsync("rest_api", "create");
        RestApiTests.AssertWhole(deployment.Aws);
        await deployment.SucceedAsync("rest_api", "check");
        await deployment.SucceedAsync("rest_api", "delete");
        Assert.Equal(60, deployment.Aws.Region().RestApis.Count);
        Assert.Single(deployment.Aws.Region("eu-west-1").RestApis);
    }

    [Fact]
    public async Task Api_that_was_never_deployed_is_incomplete_for_check()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Seed.RestApis(1, "test1-rest-api");
        var result = await deployment.RunAsync("rest_api", "check");
        Assert.Contains("is incomplete: it has not been deployed to the stage test1-api-test-stage", result.Error, StringComparison.Ordinal);
        Assert.Equal("INCOMPLETE", (string?)result.Details!["State"]);
    }

    [Fact]
    public async Task Several_apis_of_the_name_are_reported_the_deployed_one_counts_and_all_are_deleted()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await RestApiTests.PrepareAsync(deployment);
        deployment.Aws.Seed.RestApis(1, "test1-rest-api");
        var created = await deployment.SucceedAsync("rest_api", "create");
        deployment.Aws.Seed.RestApis(1, "test1-rest-api");
        var seen = await deployment.SucceedAsync("rest_api", "check");
        Assert.Equal((string?)created["Rest Api Id"], (string?)seen["Rest Api Id"]);
        Assert.Contains(deployment.Log, record => record.Level == LogLevel.Warning
            && record.Message.StartsWith("There are 2 REST APIs named test1-rest-api", StringComparison.Ordinal));
        Assert.Empty(deployment.Aws.Calls.Of("CreateRestApi"));

        DeploymentSeed.Tag(deployment.Aws);

        // the second comes within 30 s: it is refused, also to the SDK's own retries
        deployment.Aws.Faults.Add("DeleteRestApi", Fault.Throttle, times: 3, after: 1);
        var deleted = await deployment.SucceedAsync("rest_api", "delete");
        Assert.Equal(2, deleted["Deleted"]!.AsArray().Count);
        Assert.Empty(deployment.Aws.Region().RestApis);
        Assert.Contains("API Gateway deletes one API every 30 seconds; retrying test1-rest-api", deployment.LogText, StringComparison.Ordinal);
        Assert.Contains(" in 31 s", deployment.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_that_is_never_allowed_ends_with_the_deadline()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        deployment.Aws.Seed.RestApis(1, "test1-rest-api");
        DeploymentSeed.Tag(deployment.Aws);
        deployment.Aws.Rules.DeleteRestApiInterval = TimeSpan.FromDays(1);
        deployment.Aws.Region().DeleteRestApiRate.Allows(deployment.Aws.Clock.GetUtcNow(), 1, TimeSpan.FromDays(1));
        var (error, remedy) = await deployment.FailAsync("rest_api", "delete");
        Assert.Contains("has refused to delete the REST API test1-rest-api", error, StringComparison.Ordinal);
        Assert.Contains("Wait a minute", remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_creates_at_once_of_a_incomplete_api_complete_it_once()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await RestApiTests.PrepareAsync(deployment);
        deployment.Aws.Seed.RestApis(1, "test1-rest-api");
        deployment.Aws.BeforeEffect = new Meeting("CreateAuthorizer", 2).ArriveAsync;
        await Task.WhenAll(deployment.SucceedAsync("rest_api", "create"), deployment.SucceedAsync("rest_api", "create"));
        Assert.Equal(2, deployment.Aws.Calls.Of("CreateAuthorizer").Count);
        RestApiTests.AssertWhole(deployment.Aws);
        await deployment.SucceedAsync("rest_api", "check");
    }

    /// <summary>Names may repeat, and nothing in API Gateway would stop the second: it is told, and delete removes both.
    /// </summary>
    [Fact]
    public async Task Two_creates_at_once_from_nothing_make_two_apis_and_the_next_check_says_so()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await RestApiTests.PrepareAsync(deployment);
        deployment.Aws.BeforeEffect = new Meeting("CreateRestApi", 2).ArriveAsync;
        await Task.WhenAll(deployment.SucceedAsync("rest_api", "create"), deployment.SucceedAsync("rest_api", "create"));
        await deployment.SucceedAsync("rest_api", "check");
        Assert.Contains("There are 2 REST APIs named test1-rest-api", deployment.LogText, StringComparison.Ordinal);
        await deployment.SucceedAsync("rest_api", "delete");
        Assert.Empty(deployment.Aws.Region().RestApis);
        Assert.All(deployment.Aws.Region().Functions, function => Assert.Empty(function.Statements));
    }

    [Fact]
    public async Task Method_that_is_open_to_others_is_not_used_in_silence()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await RestApiTests.PrepareAsync(deployment);
        await deployment.SucceedAsync("rest_api", "create");
        var method = deployment.Aws.Region().RestApis[0].Resources.Find(resource => resource.Path == "/startsession")!.Methods["GET"];
        (method["authorizationType"], method["authorizerId"]) = ("NONE", null);
        var (error, remedy) = await deployment.FailAsync("rest_api", "create");
        Assert.Contains("GET /startsession of the REST API", error, StringComparison.Ordinal);
        Assert.Contains("uses the authorizer (none) instead of", error, StringComparison.Ordinal);
        Assert.Contains("its address will change", remedy, StringComparison.Ordinal);
    }
}
