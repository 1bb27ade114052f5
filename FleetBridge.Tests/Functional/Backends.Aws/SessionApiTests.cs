using Amazon.Emulation;
using FleetBridge.Backends;
using FleetBridge.Backends.Aws.Functions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>The session API's operations on the AWS emulator: its life from create to delete, beside the REST API.</summary>
public sealed class SessionApiTests(ITestOutputHelper output)
{
    private static readonly (string Path, string Verb, string Function, HandlerPackage Handler)[] Routes =
    [
        ("/create_session", "POST", "test1-lambda-create-session-function", HandlerPackage.CreateSession),
        ("/find_session", "GET", "test1-lambda-find-session-function", HandlerPackage.FindSession),
        ("/join_session", "POST", "test1-lambda-join-session-function", HandlerPackage.JoinSession),
    ];

    private static readonly (string Key, string Value)[] OpenToAnyone = [("session_api_authorization", "NONE")];

    [Fact]
    public async Task Routes_are_created_checked_and_deleted_by_the_calls_that_aws_wants()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await PrepareAsync(deployment);
        Assert.Equal("ABSENT", (string?)(await deployment.RunAsync("session_api", "check")).Details!["State"]);

        deployment.Aws.Calls.Clear();
        var created = await deployment.SucceedAsync("session_api", "create");
        AssertWhole(deployment.Aws);
        string[] method = ["CreateResource", "PutMethod", "PutIntegration", "AddPermission"];
        Assert.Equal(
            ["CreateRole", "PutRolePolicy", "CreateFunction", "CreateFunction", "CreateFunction", .. method, .. method, .. method, "CreateDeployment"],
            StoppedCreate.Changes(deployment.Aws));
        var api = deployment.Aws.Region().RestApis[0];
        var url = $"https://{api.Id}.execute-api.us-west-2.amazonaws.com/test1-api-test-stage/";
        Assert.Equal("DEPLOYED", (string?)created["State"]);
        Assert.Equal(url, (string?)created["APIGatewayURL"]);
        Assert.Equal(
            ["POST /create_session", "GET /find_session", "POST /join_session"],
            created["Routes"]!.AsArray().Select(route => (string?)route!["Route"]));
        Assert.Equal(
            $"The session API exists on the REST API {api.Id}; an online subsystem's APIGatewayURL is {url}", deployment.Log[^1].Message);
        Assert.Equal(created.ToJsonString(), (await deployment.SucceedAsync("session_api", "check")).ToJsonString());

        deployment.Aws.Calls.Clear();
        var deleted = await deployment.SucceedAsync("session_api", "delete");
        Assert.Equal(3, deleted["Deleted"]!.AsArray().Count);
        AssertGone(deployment.Aws);
        RestApiTests.AssertWhole(deployment.Aws, deployments: 3);
    }

    [Fact]
    public async Task Create_of_routes_that_are_there_changes_nothing_and_delete_of_none_succeeds()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await PrepareAsync(deployment);
        await deployment.AssertSecondCreateChangesNothingAsync("session_api");

        await deployment.SucceedAsync("session_api", "delete");
        deployment.Aws.Calls.Clear();
        Assert.Equal("""{"State":"ABSENT"}""", (await deployment.SucceedAsync("session_api", "delete")).ToJsonString());
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));
    }

    [Theory]
    [InlineData(Stop.BeforeTheEffect)]
    [InlineData(Stop.AfterTheEffect)]
    [InlineData(Stop.AnswerLost)]
    [InlineData(Stop.ServerError)]
    [InlineData(Stop.Refused)]
    public Task Create_that_was_stopped_anywhere_is_completed_by_the_next(Stop stop) => new StoppedCreate("session_api", output)
    {
        Prepare = PrepareAsync,
        IsWhole = aws => AssertWhole(aws),
        IsGone = AssertGone,
    }.CompletesAsync(stop);

    [Fact]
    public async Task Neither_component_deploys_what_the_other_has_deployed()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await PrepareAsync(deployment);
        await deployment.SucceedAsync("session_api", "create");
        deployment.Aws.Calls.Clear();
        await deployment.SucceedAsync("rest_api", "create");
        await deployment.SucceedAsync("session_api", "create");
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));
    }

    [Fact]
    public async Task Setting_opens_the_routes_to_anyone_and_closes_them_again()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await PrepareAsync(deployment);
        await deployment.SucceedAsync("session_api", "create");
        var result = await deployment.RunAsync("session_api", "check", OpenToAnyone);
        Assert.Equal("INCOMPLETE", (string?)result.Details!["State"]);

        await deployment.SucceedAsync("session_api", "create", OpenToAnyone);
        AssertWhole(deployment.Aws, "NONE");
        await deployment.SucceedAsync("session_api", "check", OpenToAnyone);

        await deployment.SucceedAsync("session_api", "create");
        AssertWhole(deployment.Aws);
    }

    [Fact]
    public async Task Check_names_a_fleet_that_was_replaced_and_create_follows_it()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await PrepareAsync(deployment);
        await deployment.SucceedAsync("session_api", "create");
        deployment.Aws.Region().Fleets.Clear();
        var fleet = DeploymentSeed.Fleet(deployment.Aws);
        var result = await deployment.RunAsync("session_api", "check");
        Assert.Equal("OUTDATED", (string?)result.Details!["State"]);
        Assert.Contains(fleet.Id, result.Error, StringComparison.Ordinal);

        await deployment.SucceedAsync("session_api", "create");
        var created = await deployment.SucceedAsync("session_api", "check");
        Assert.All(created["Routes"]!.AsArray(), route => Assert.Equal(fleet.Id, (string?)route!["Fleet Id"]));
    }

    [Fact]
    public async Task Create_without_what_it_needs_names_all_of_it()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        var refused = await Assert.ThrowsAsync<BackendException>(() => deployment.RunAsync("session_api", "create"));
        Assert.Contains("there is no deployed REST API test1-rest-api", refused.Message, StringComparison.Ordinal);
        Assert.Contains("there is no fleet test1-fleet", refused.Message, StringComparison.Ordinal);
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));
    }

    [Fact]
    public async Task Delete_of_the_rest_api_takes_the_permissions_of_the_routes_with_it()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await PrepareAsync(deployment);
        await deployment.SucceedAsync("session_api", "create");
        await deployment.SucceedAsync("rest_api", "delete");
        Assert.All(deployment.Aws.Region().Functions, function => Assert.Empty(function.Statements));
        await deployment.SucceedAsync("session_api", "delete");
        Assert.DoesNotContain(deployment.Aws.Region().Functions, function => Routes.Any(route => route.Function == function.Name));
    }

    private static async Task PrepareAsync(AwsDeployment deployment)
    {
        await RestApiTests.PrepareAsync(deployment);
        await deployment.SucceedAsync("rest_api", "create");
    }

    private static void AssertWhole(AwsEmulator aws, string authorization = "COGNITO_USER_POOLS")
    {
        lock (aws.State)
        {
            var api = Assert.Single(aws.Region().RestApis);
            var role = Assert.Single(aws.Roles, role => role.Name == "test1-lambda-session-api-role-us-west-2");
            Assert.Equal(["test1-lambda-session-api-policy"], role.Policies.Select(policy => policy.Key));
            Assert.Equal(["/", "/create_session", "/find_session", "/join_session", "/login", "/startsession"], api.Resources.Select(it => it.Path).Order());
            foreach (var route in Routes)
            {
                var function = Assert.Single(aws.Region().Functions, function => function.Name == route.Function);
                Assert.Equal(route.Handler.Zip.ToArray(), function.Zip);
                Assert.Equal(role.Arn, (string?)function.Settings["Role"]);
                var (verb, method) = Assert.Single(api.Resources.Find(resource => resource.Path == route.Path)!.Methods);
                Assert.Equal((route.Verb, authorization), (verb, (string?)method["authorizationType"]));
                Assert.Equal("AWS_PROXY", (string?)method["methodIntegration"]!["type"]);
                Assert.Contains(function.Arn, (string?)method["methodIntegration"]!["uri"], StringComparison.Ordinal);
                Assert.Contains($"{api.Id}/*/{verb}{route.Path}", Assert.Single(function.Statements).ToJsonString(), StringComparison.Ordinal);
            }

            Assert.Equal((string?)api.Deployments[^1]["id"], (string?)Assert.Single(api.Stages)["deploymentId"]);
            Assert.Contains("its session routes", (string?)api.Deployments[^1]["description"], StringComparison.Ordinal);
        }
    }

    private static void AssertGone(AwsEmulator aws)
    {
        lock (aws.State)
        {
            Assert.DoesNotContain(aws.Region().Functions, function => Routes.Any(route => route.Function == function.Name));
            Assert.DoesNotContain(aws.Roles, role => role.Name == "test1-lambda-session-api-role-us-west-2");
            Assert.Equal(["/", "/login", "/startsession"], aws.Region().RestApis[0].Resources.Select(resource => resource.Path).Order());
        }
    }
}
