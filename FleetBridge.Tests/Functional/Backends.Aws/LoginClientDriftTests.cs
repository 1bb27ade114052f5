using System.Text.Json.Nodes;
using Amazon.Emulation.Cognito;
using Amazon.Emulation.Faults;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>A user pool's app client that somebody has changed.</summary>
public sealed class LoginClientDriftTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("ExplicitAuthFlows", """["ALLOW_REFRESH_TOKEN_AUTH"]""", "authentication flow ALLOW_USER_PASSWORD_AUTH")]
    [InlineData("CallbackURLs", """["https://other.example"]""", "callback URL https://aws.amazon.com")]
    [InlineData("LogoutURLs", "[]", "logout URL https://aws.amazon.com")]
    [InlineData("AllowedOAuthFlows", """["code"]""", "OAuth flow implicit")]
    [InlineData("AllowedOAuthScopes", """["openid"]""", "OAuth scope email")]
    [InlineData("SupportedIdentityProviders", "[]", "identity provider COGNITO")]
    public async Task Client_that_lacks_a_value_is_drift_in_check_and_completed_in_place_by_create(
        string member, string value, string lacks)
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await deployment.SucceedAsync("user_pool", "create");
        var id = Client(deployment).Id;
        Assert.Null((await deployment.SucceedAsync("user_pool", "check"))["Drift"]);
        var added = JsonNode.Parse(value)!.AsArray().Select(text => (string)text!).ToList();
        Client(deployment).Json[member] = JsonNode.Parse(value);
        Client(deployment).Json["AccessTokenValidity"] = 8;

        var drift = (string?)Assert.Single((await deployment.SucceedAsync("user_pool", "check"))["Drift"]!.AsArray());
        Assert.Contains($"{lacks} is missing", drift, StringComparison.Ordinal);

        deployment.Aws.Calls.Clear();
        await deployment.SucceedAsync("user_pool", "create");
        Assert.Equal(["UpdateUserPoolClient"], StoppedCreate.Changes(deployment.Aws));
        Assert.Contains($"{lacks} is missing", deployment.LogText, StringComparison.Ordinal);
        Assert.Equal(id, Client(deployment).Id);
        Assert.Equal(8, (int?)Client(deployment).Json["AccessTokenValidity"]);
        Assert.Superset(added.ToHashSet(), Client(deployment).Json[member]!.AsArray().Select(text => (string)text!).ToHashSet());
        Assert.Null((await deployment.SucceedAsync("user_pool", "check"))["Drift"]);
    }

    [Fact]
    public async Task Client_whose_oauth_flows_are_off_is_switched_on_again()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await deployment.SucceedAsync("user_pool", "create");
        Client(deployment).Json["AllowedOAuthFlowsUserPoolClient"] = false;
        Assert.Single((await deployment.SucceedAsync("user_pool", "check"))["Drift"]!.AsArray());

        await deployment.SucceedAsync("user_pool", "create");

        Assert.True((bool?)Client(deployment).Json["AllowedOAuthFlowsUserPoolClient"]);
    }

    [Fact]
    public async Task Client_that_has_more_than_is_asked_for_is_no_drift()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await deployment.SucceedAsync("user_pool", "create");
        Client(deployment).Json["CallbackURLs"]!.AsArray().Add((JsonNode)"https://game.example");

        Assert.Null((await deployment.SucceedAsync("user_pool", "check"))["Drift"]);
        deployment.Aws.Calls.Clear();
        await deployment.SucceedAsync("user_pool", "create");
        Assert.Empty(StoppedCreate.Changes(deployment.Aws));
    }

    [Fact]
    public async Task Client_that_may_not_be_read_is_not_compared_and_a_warning_says_so()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await deployment.SucceedAsync("user_pool", "create");
        Client(deployment).Json["CallbackURLs"] = new JsonArray("https://other.example");
        deployment.Aws.Faults.Add("DescribeUserPoolClient", Fault.Deny);

        Assert.Null((await deployment.SucceedAsync("user_pool", "check"))["Drift"]);
        Assert.Contains("app client cannot be compared with the settings", deployment.LogText, StringComparison.Ordinal);
    }

    private static CognitoClient Client(AwsDeployment deployment) =>
        Assert.Single(Assert.Single(deployment.Aws.Region().UserPools).Clients);
}
