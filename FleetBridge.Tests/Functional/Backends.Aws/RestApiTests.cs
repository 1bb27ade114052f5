using System.Text.Json.Nodes;
using Amazon.Emulation;
using FleetBridge.Tests.Support;
using EmulatedRestApi = Amazon.Emulation.ApiGateway.RestApi;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>The REST API's operations on the AWS emulator: its life from create to delete.</summary>
public sealed class RestApiTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Api_is_created_checked_and_deleted_by_the_calls_that_aws_wants()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await PrepareAsync(deployment);
        var (error, _) = await deployment.FailAsync("rest_api", "check");
        Assert.Equal("There is no REST API named test1-rest-api in us-west-2.", error);

        deployment.Aws.Calls.Clear();
        var created = await deployment.SucceedAsync("rest_api", "create");
        string[] method =
            ["CreateResource", "PutMethod", "PutIntegration", "AddPermission", "PutIntegrationResponse", "PutMethodResponse"];
        Assert.Equal(
            ["CreateRestApi", "CreateAuthorizer", .. method, .. method, "CreateDeployment"], StoppedCreate.Changes(deployment.Aws));
        AssertWhole(deployment.Aws);
        var api = deployment.Aws.Region().RestApis[0];
        var url = $"https://{api.Id}.execute-api.us-west-2.amazonaws.com/test1-api-test-stage";
        Assert.Equal("DEPLOYED", (string?)created["State"]);
        Assert.Equal(api.Id, (string?)created["Rest Api Id"]);
        Assert.Equal(url, (string?)created["Invoke URL"]);
        Assert.Equal(
            $$"""curl -X POST '{{url}}/login' -H 'Content-Type: application/json' -d '{"username": "user0", "password": "test12"}'""",
            (string?)created["Login"]);
        Assert.Equal($"curl '{url}/startsession' -H 'Authorization: <IdToken of the login>'", (string?)created["Start Session"]);
        Assert.Equal($"The REST API test1-rest-api ({api.Id}) exists; its invoke URL is {url}", deployment.Log[^3].Message);
        Assert.Equal($"To log in: {created["Login"]}", deployment.Log[^2].Message);

        var seen = await deployment.SucceedAsync("rest_api", "check");
        Assert.Equal(created.ToJsonString(), seen.ToJsonString());

        deployment.Aws.Calls.Clear();
        var deleted = await deployment.SucceedAsync("rest_api", "delete");
        Assert.Equal(["RemovePermission", "RemovePermission", "DeleteRestApi"], StoppedCreate.Changes(deployment.Aws));
        Assert.Equal(api.Id, (string?)deleted["Deleted"]![0]);
        AssertGone(deployment.Aws);
    }

    [Fact]
    public async Task Create_of_an_api_that_is_there_changes_nothing_and_delete_of_none_succeeds()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await PrepareAsync(deployment);
        await deployment.AssertSecondCreateChangesNothingAsync("rest_api");

        await deployment.SucceedAsync("rest_api", "delete");
        deployment.Aws.Calls.Clear();
        Assert.Equal("""{"State":"ABSENT"}""", (await deployment.SucceedAsync("rest_api", "delete")).ToJsonString());
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));
    }

    [Theory]
    [InlineData(Stop.BeforeTheEffect)]
    [InlineData(Stop.AfterTheEffect)]
    [InlineData(Stop.AnswerLost)]
    [InlineData(Stop.ServerError)]
    [InlineData(Stop.Refused)]
    public Task Create_that_was_stopped_anywhere_is_completed_by_the_next(Stop stop) => new StoppedCreate("rest_api", output)
    {
        Prepare = PrepareAsync,
        IsWhole = AssertWhole,
        IsGone = AssertGone,
    }.CompletesAsync(stop);

    [Theory]
    [InlineData(Stop.BeforeTheEffect)]
    [InlineData(Stop.AfterTheEffect)]
    [InlineData(Stop.AnswerLost)]
    [InlineData(Stop.Refused)]
    public Task Move_to_a_pool_that_was_replaced_is_completed_too_and_keeps_the_address(Stop stop)
    {
        string id = "";
        return new StoppedCreate("rest_api", output)
        {
            Prepare = async deployment =>
            {
                await PrepareAsync(deployment);
                await deployment.SucceedAsync("rest_api", "create");
                id = deployment.Aws.Region().RestApis[0].Id;
                deployment.Aws.Region().UserPools.Clear();
                DeploymentSeed.Pool(deployment.Aws);
                var result = await deployment.RunAsync("rest_api", "check");
                Assert.Equal("OUTDATED", (string?)result.Details!["State"]);
                Assert.Contains($"but test1-user-pool is {deployment.Aws.Region().UserPools[0].Id}.", result.Error, StringComparison.Ordinal);
            },
            IsWhole = aws =>
            {
                AssertWhole(aws, deployments: 2);
                Assert.Equal(id, aws.Region().RestApis[0].Id);
            },
            IsGone = AssertGone,
        }.CompletesAsync(stop);
    }

    internal static async Task PrepareAsync(AwsDeployment deployment)
    {
        LambdasTests.Prepare(deployment);
        await deployment.SucceedAsync("lambdas", "create");
    }

    internal static void AssertWhole(AwsEmulator aws) => AssertWhole(aws, 1);

    internal static void AssertWhole(AwsEmulator aws, int deployments)
    {
        lock (aws.State)
        {
            var api = Assert.Single(aws.Region().RestApis, api => api.Name == "test1-rest-api");
            var authorizer = Assert.Single(api.Authorizers);
            Assert.Equal("test1-cognito-authorizer", (string?)authorizer["name"]);
            Assert.Equal("COGNITO_USER_POOLS", (string?)authorizer["type"]);
            Assert.Equal("method.request.header.Authorization", (string?)authorizer["identitySource"]);
            Assert.Equal(
                aws.Region().UserPools.Find(pool => pool.Name == "test1-user-pool")!.Arn,
                (string?)Assert.Single(authorizer["providerARNs"]!.AsArray()));
            Assert.Equal(["/", "/login", "/startsession"], api.Resources.Select(resource => resource.Path).Order());
            AssertMethod(aws, api, "/login", "POST", "test1-lambda-login-function", "NONE");
            var start = AssertMethod(aws, api, "/startsession", "GET", "test1-lambda-start-session-function", "COGNITO_USER_POOLS");
            Assert.Equal((string?)authorizer["id"], (string?)start["authorizerId"]);
            Assert.InRange(api.Deployments.Count, deployments, deployments + 1);
            var stage = Assert.Single(api.Stages);
            Assert.Equal("test1-api-test-stage", (string?)stage["stageName"]);
            Assert.Equal((string?)api.Deployments[^1]["id"], (string?)stage["deploymentId"]);
        }
    }

    private static JsonObject AssertMethod(AwsEmulator aws, EmulatedRestApi api, string path, string verb, string functionName, string type)
    {
        var (found, method) = Assert.Single(api.Resources.Find(resource => resource.Path == path)!.Methods);
        Assert.Equal(verb, found);
        Assert.Equal(type, (string?)method["authorizationType"]);
        var function = aws.Region().Functions.Find(function => function.Name == functionName)!;
        var integration = method["methodIntegration"]!;
        Assert.Equal(("AWS", "POST"), ((string?)integration["type"], (string?)integration["httpMethod"]));
        Assert.Equal(
            $"arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/{function.Arn}/invocations", (string?)integration["uri"]);
        Assert.Equal(["200"], integration["integrationResponses"]!.AsObject().Select(response => response.Key));
        Assert.Equal(["200"], method["methodResponses"]!.AsObject().Select(response => response.Key));
        var statement = Assert.Single(function.Statements);
        Assert.Equal("apigateway.amazonaws.com", (string?)statement["Principal"]!["Service"]);
        Assert.Equal("lambda:InvokeFunction", (string?)statement["Action"]);
        Assert.Equal(
            $"arn:aws:execute-api:us-west-2:{AwsEmulator.Account}:{api.Id}/*/{verb}{path}",
            (string?)statement["Condition"]!["ArnLike"]!["AWS:SourceArn"]);
        return method;
    }

    private static void AssertGone(AwsEmulator aws)
    {
        Assert.Empty(aws.Region().RestApis);
        Assert.All(aws.Region().Functions, function => Assert.Empty(function.Statements));
    }
}
