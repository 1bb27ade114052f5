using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Functional.Emulation;

public sealed class CognitoTests : EmulatorTest
{
    [Fact]
    public async Task Pools_may_share_a_name()
    {
        var first = await CreatePoolAsync();
        var second = await CreatePoolAsync();

        Assert.NotEqual(first, second);
        Assert.StartsWith("us-west-2_", first, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pool_with_a_domain_is_not_deleted()
    {
        var pool = await CreatePoolAsync();
        (await Client.CognitoAsync("CreateUserPoolDomain", new() { ["UserPoolId"] = pool, ["Domain"] = "pre-login" })).Good();
        Assert.Equal(
            "pre-login", (string?)(await Client.CognitoAsync("DescribeUserPool", new() { ["UserPoolId"] = pool })).Good()["UserPool"]!["Domain"]);
        (await Client.CognitoAsync("DeleteUserPool", new() { ["UserPoolId"] = pool })).Refused("InvalidParameterException");
        (await Client.CognitoAsync("DeleteUserPoolDomain", new() { ["UserPoolId"] = pool, ["Domain"] = "pre-login" })).Good();

        Assert.Equal("", (await Client.CognitoAsync("DeleteUserPool", new() { ["UserPoolId"] = pool })).Text);
        (await Client.CognitoAsync("DescribeUserPool", new() { ["UserPoolId"] = pool })).Refused("ResourceNotFoundException");
    }

    [Fact]
    public async Task Domain_that_someone_has_is_refused()
    {
        Aws.Region().TakenDomains.Add("taken-login");
        var pool = await CreatePoolAsync();

        var answer = await Client.CognitoAsync("CreateUserPoolDomain", new() { ["UserPoolId"] = pool, ["Domain"] = "taken-login" });

        Assert.Equal("Domain already associated with another user pool.", answer.Refused("InvalidParameterException").Message);
    }

    [Fact]
    public async Task User_logs_in_with_a_permanent_password_that_keeps_the_policy()
    {
        var pool = await CreatePoolAsync(new JsonObject { ["MinimumLength"] = 6 });
        var client = (string)(await CreateClientAsync(pool)).Good()["UserPoolClient"]!["ClientId"]!;
        (await Client.CognitoAsync("AdminCreateUser", new() { ["UserPoolId"] = pool, ["Username"] = "user0" })).Good();
        (await Client.CognitoAsync("AdminCreateUser", new() { ["UserPoolId"] = pool, ["Username"] = "user0" })).Refused("UsernameExistsException");
        (await PasswordAsync(pool, "test1")).Refused("InvalidPasswordException");
        (await LoginAsync(client, "test12")).Refused("NotAuthorizedException");

        (await PasswordAsync(pool, "test12")).Good();

        Assert.NotNull((await LoginAsync(client, "test12")).Good()["AuthenticationResult"]!["IdToken"]);
    }

    [Fact]
    public async Task Update_puts_what_it_does_not_name_back_to_the_default()
    {
        var pool = await CreatePoolAsync(new JsonObject { ["MinimumLength"] = 6 });
        (await Client.CognitoAsync("AdminCreateUser", new() { ["UserPoolId"] = pool, ["Username"] = "user0" })).Good();

        (await Client.CognitoAsync("UpdateUserPool", new() { ["UserPoolId"] = pool, ["AutoVerifiedAttributes"] = new JsonArray("email") })).Good();

        (await PasswordAsync(pool, "test12")).Refused("InvalidPasswordException");
    }

    [Fact]
    public async Task Client_whose_flows_do_not_fit_is_refused()
    {
        var pool = await CreatePoolAsync();

        (await CreateClientAsync(pool, client => client.Remove("AllowedOAuthFlowsUserPoolClient"))).Refused("InvalidParameterException");
        (await CreateClientAsync(pool, client => client.Remove("CallbackURLs"))).Refused("InvalidParameterException");
        (await CreateClientAsync(pool, client => client["AllowedOAuthScopes"] = new JsonArray("mail"))).Refused("ScopeDoesNotExistException");
    }

    [Fact]
    public async Task Update_of_a_client_puts_what_it_does_not_name_back_to_the_default()
    {
        var pool = await CreatePoolAsync();
        var client = (await CreateClientAsync(pool)).Good()["UserPoolClient"]!;
        var id = (string?)client["ClientId"];

        (await Client.CognitoAsync("UpdateUserPoolClient", new() { ["UserPoolId"] = pool, ["ClientId"] = id })).Good();

        var described = (await Client.CognitoAsync("DescribeUserPoolClient", new() { ["UserPoolId"] = pool, ["ClientId"] = id })).Good();
        var updated = described["UserPoolClient"]!.AsObject();
        Assert.Equal((string?)client["ClientName"], (string?)updated["ClientName"]);
        Assert.NotNull(client["CallbackURLs"]);
        Assert.Null(updated["CallbackURLs"]);
        (await Client.CognitoAsync("DescribeUserPoolClient", new() { ["UserPoolId"] = pool, ["ClientId"] = "absent" }))
            .Refused("ResourceNotFoundException");
    }

    [Fact]
    public async Task Clients_are_listed_in_twos()
    {
        var pool = await CreatePoolAsync();
        for (var i = 0; i < 3; i++)
        {
            (await CreateClientAsync(pool)).Good();
        }

        var first = (await Client.CognitoAsync("ListUserPoolClients", new() { ["UserPoolId"] = pool, ["MaxResults"] = 60 })).Good();
        var second = (await Client.CognitoAsync(
            "ListUserPoolClients", new() { ["UserPoolId"] = pool, ["NextToken"] = first["NextToken"]!.DeepClone() })).Good();

        Assert.Equal((2, 1), (first["UserPoolClients"]!.AsArray().Count, second["UserPoolClients"]!.AsArray().Count));
        Assert.Null(second["NextToken"]);
    }

    [Fact]
    public async Task Calls_above_the_rate_are_throttled_until_the_second_is_over()
    {
        var clock = new FakeTimeProvider();
        Aws.Clock = clock;
        Aws.Rules.CognitoCallsPerSecond = 2;
        await CreatePoolAsync();
        await CreatePoolAsync();
        (await Client.CognitoAsync("CreateUserPool", new() { ["PoolName"] = "p" })).Refused("TooManyRequestsException");

        clock.Advance(TimeSpan.FromSeconds(1));

        await CreatePoolAsync();
    }

    private async Task<string> CreatePoolAsync(JsonObject? policy = null) => (string)(await Client.CognitoAsync("CreateUserPool", new()
    {
        ["PoolName"] = "p",
        ["Policies"] = policy is null ? null : new JsonObject { ["PasswordPolicy"] = policy },
    })).Good()["UserPool"]!["Id"]!;

    private Task<Answer> CreateClientAsync(string pool, Action<JsonObject>? change = null)
    {
        var client = new JsonObject
        {
            ["UserPoolId"] = pool,
            ["ClientName"] = "c",
            ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
            ["SupportedIdentityProviders"] = new JsonArray("COGNITO"),
            ["CallbackURLs"] = new JsonArray("https://aws.amazon.com"),
            ["AllowedOAuthFlows"] = new JsonArray("implicit"),
            ["AllowedOAuthScopes"] = new JsonArray("email", "openid"),
            ["AllowedOAuthFlowsUserPoolClient"] = true,
        };
        change?.Invoke(client);
        return Client.CognitoAsync("CreateUserPoolClient", client);
    }

    private Task<Answer> PasswordAsync(string pool, string password) => Client.CognitoAsync(
        "AdminSetUserPassword", new() { ["UserPoolId"] = pool, ["Username"] = "user0", ["Password"] = password, ["Permanent"] = true });

    private Task<Answer> LoginAsync(string client, string password) => Client.CognitoAsync("InitiateAuth", new()
    {
        ["AuthFlow"] = "USER_PASSWORD_AUTH",
        ["ClientId"] = client,
        ["AuthParameters"] = new JsonObject { ["USERNAME"] = "user0", ["PASSWORD"] = password },
    });
}
