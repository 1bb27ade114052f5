using System.Text.Json.Nodes;
using Amazon.Emulation;
using Amazon.Emulation.ApiGateway;
using Amazon.Emulation.Cognito;

namespace FleetBridge.Tests.EndToEnd.Deployments;

/// <summary>What has to be in AWS when a deployment is complete, and when it was deleted.</summary>
internal static class DeployedState
{
    private const int TestUsers = 32;

    private static readonly string[] SessionFunctions = ["create-session", "find-session", "join-session"];

    /// <summary>Everything is there, exactly once, and can be used.</summary>
    public static void AssertComplete(AwsEmulator aws, string prefix)
    {
        lock (aws.State)
        {
            var region = aws.Region();
            var build = Assert.Single(region.Builds, build => build.Name == $"{prefix}-build");
            Assert.Equal("READY", build.Status);
            Assert.Single(aws.S3.Objects, item => (item.Bucket, item.Key) == build.Location);
            var fleet = Assert.Single(region.Fleets, fleet => fleet.Name == $"{prefix}-fleet");
            Assert.Equal(("ACTIVE", build), (fleet.Status, fleet.Build));
            var pool = Assert.Single(region.UserPools, pool => pool.Name == $"{prefix}-user-pool");
            var client = Assert.Single(pool.Clients);
            Assert.Equal($"{prefix}-login", pool.Domain);
            Assert.Equal("email", (string?)pool.Settings["AutoVerifiedAttributes"]?[0]);
            Assert.Equal(TestUsers, pool.Users.Count);
            Assert.All(pool.Users, user => Assert.Equal(("CONFIRMED", "test12"), (user.Status, user.Password)));
            AssertFunction(aws, $"{prefix}-lambda-login", client.Id);
            AssertFunction(aws, $"{prefix}-lambda-start-session", fleet.Id);
            foreach (var what in SessionFunctions)
            {
                AssertFunction(aws, $"{prefix}-lambda-{what}", fleet.Id, $"{prefix}-lambda-session-api");
            }

            AssertApi(region, prefix, pool);
        }
    }

    /// <summary>Nothing of it is there any more, nor on its way.</summary>
    /// <param name="aws">The emulator.</param>
    /// <param name="prefix">The deployment.</param>
    /// <param name="lostUploads">How many uploads were lost with the ids that only a killed process knew.</param>
    public static void AssertGone(AwsEmulator aws, string prefix, int lostUploads = 0)
    {
        lock (aws.State)
        {
            var region = aws.Region();
            Assert.DoesNotContain(region.Builds, build => build.Name == $"{prefix}-build");
            Assert.DoesNotContain(
                region.Fleets, fleet => fleet.Name == $"{prefix}-fleet" && fleet.Status is not ("DELETING" or "TERMINATED"));
            Assert.DoesNotContain(region.UserPools, pool => pool.Name == $"{prefix}-user-pool");
            Assert.DoesNotContain(region.Functions, function => function.Name.StartsWith(prefix, StringComparison.Ordinal));
            Assert.DoesNotContain(aws.Roles, role => role.Name.StartsWith(prefix, StringComparison.Ordinal));
            Assert.DoesNotContain(region.RestApis, api => api.Name == $"{prefix}-rest-api");
            Assert.InRange(aws.S3.Uploads.Count, 0, lostUploads);
        }
    }

    /// <summary>No build and no upload is left of one that did not become complete.</summary>
    public static void AssertNoBuild(AwsEmulator aws)
    {
        lock (aws.State)
        {
            Assert.Empty(aws.Region().Builds);
            Assert.Empty(aws.S3.Uploads);
        }
    }

    private static void AssertFunction(AwsEmulator aws, string name, string configuration, string? sharedRole = null)
    {
        var function = Assert.Single(aws.Region().Functions, function => function.Name == $"{name}-function");
        Assert.False(function.IsPending || function.IsUpdating);
        var variables = Assert.IsType<JsonObject>(function.Settings["Environment"]?["Variables"]);
        Assert.Equal(configuration, (string?)Assert.Single(variables).Value);
        var role = Assert.Single(aws.Roles, role => role.Name == $"{sharedRole ?? name}-role-us-west-2");
        Assert.Equal(role.Arn, (string?)function.Settings["Role"]);
        Assert.Equal(sharedRole is null ? $"{name}-other-policy-name" : $"{sharedRole}-policy", Assert.Single(role.Policies).Key);
    }

    private static void AssertApi(EmulatedRegion region, string prefix, CognitoUserPool pool)
    {
        var api = Assert.Single(region.RestApis, api => api.Name == $"{prefix}-rest-api");
        var authorizer = Assert.Single(api.Authorizers);
        Assert.Equal(pool.Arn, (string?)authorizer["providerARNs"]?[0]);
        Assert.Equal(
            ["/", "/create_session", "/find_session", "/join_session", "/login", "/startsession"],
            api.Resources.Select(resource => resource.Path).Order(StringComparer.Ordinal));
        AssertMethod(region, api, prefix, "login", "POST", null);
        AssertMethod(region, api, prefix, "start-session", "GET", (string?)authorizer["id"]);
        var stage = Assert.Single(api.Stages);
        Assert.Equal($"{prefix}-api-test-stage", (string?)stage["stageName"]);
        Assert.Equal((string?)api.Deployments[^1]["id"], (string?)stage["deploymentId"]);
    }

    private static void AssertMethod(
        EmulatedRegion region, RestApi api, string prefix, string what, string httpMethod, string? authorizerId)
    {
        var resource = api.Resources.Single(resource => resource.PathPart == what.Replace("-", "", StringComparison.Ordinal));
        var (verb, method) = Assert.Single(resource.Methods);
        Assert.Equal(httpMethod, verb);
        Assert.Equal(authorizerId, (string?)method["authorizerId"]);
        var function = region.Functions.Single(function => function.Name == $"{prefix}-lambda-{what}-function");
        Assert.Contains(function.Arn, (string?)method["methodIntegration"]?["uri"], StringComparison.Ordinal);
        Assert.NotNull(method["methodIntegration"]?["integrationResponses"]?["200"]);
        Assert.NotNull(method["methodResponses"]?["200"]);
        var statement = Assert.Single(function.Statements).ToJsonString();
        Assert.Contains($"{api.Id}/*/{httpMethod}/{resource.PathPart}", statement, StringComparison.Ordinal);
    }
}
