using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Emulation;

public sealed class ValidationTests : EmulatorTest
{
    [Fact]
    public async Task Unknown_operation_is_refused() =>
        (await Client.GameLiftAsync("ListBuild", [])).Refused("UnknownOperationException", 404);

    [Fact]
    public async Task Operation_that_the_emulator_does_not_do_is_refused_as_an_unknown_one() =>
        (await Client.GameLiftAsync("DescribeInstances", new() { ["FleetId"] = "fleet-12345678-1234-1234-1234-123456789012" }))
            .Refused("UnknownOperationException", 404);

    [Fact]
    public async Task Unknown_member_is_refused() =>
        (await Client.GameLiftAsync("ListBuilds", new() { ["MaxResults"] = 60 })).Refused("SerializationException");

    [Fact]
    public async Task Unknown_member_below_is_refused() => (await Client.CognitoAsync(
        "CreateUserPool",
        new() { ["PoolName"] = "p", ["Policies"] = new JsonObject { ["PasswordPolicy"] = new JsonObject { ["Min"] = 6 } } }))
        .Refused("SerializationException");

    [Fact]
    public async Task Unknown_query_parameter_is_refused() =>
        (await Client.ApiGatewayAsync(HttpMethod.Get, "?marker=1")).Refused("SerializationException");

    [Theory]
    [InlineData("""{"Limit":"2"}""", "SerializationException")]
    [InlineData("""{"Limit":1.5}""", "SerializationException")]
    [InlineData("[]", "SerializationException")]
    [InlineData("{", "SerializationException")]
    [InlineData("""{"Limit":0}""", "InvalidRequestException")]
    [InlineData("""{"Status":"DONE"}""", "InvalidRequestException")]
    public async Task Input_against_the_model_is_refused(string body, string code) => (await Client.SendAsync(
        "gamelift", HttpMethod.Post, "/", body, "application/x-amz-json-1.1", ("X-Amz-Target", "GameLift.ListBuilds"))).Refused(code);

    [Theory]
    [InlineData("5.4", false)]
    [InlineData("5.4.0", true)]
    [InlineData("5.4.0\n", false)]
    [InlineData("٥.4.0", false)]
    public async Task Pattern_holds_for_the_whole_text_and_in_ASCII(string version, bool good)
    {
        var answer = await Client.GameLiftAsync("CreateBuild", new() { ["ServerSdkVersion"] = version });

        Assert.Equal(good ? 200 : 400, answer.Status);
    }

    [Fact]
    public async Task Missing_member_is_refused_in_AWS_s_words()
    {
        var answer = (await Client.CognitoAsync("AdminCreateUser", new() { ["UserPoolId"] = "us-west-2_a" })).Refused("InvalidParameterException");

        Assert.Equal(
            "1 validation error detected: Value null at 'username' failed to satisfy constraint: Member must not be null", answer.Message);
    }

    [Fact]
    public async Task Each_service_has_its_own_word_for_bad_input()
    {
        (await Client.CognitoAsync("ListUserPools", new() { ["MaxResults"] = 61 })).Refused("InvalidParameterException");
        (await Client.LambdaAsync(HttpMethod.Get, "/not%20a%20name")).Refused("ValidationException");
        (await Client.ApiGatewayAsync(HttpMethod.Post, "", [])).Refused("BadRequestException");
        Assert.Contains("<Code>ValidationError</Code>", (await Client.IamAsync("GetRole", ("RoleName", "a b"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_key_that_the_model_lacks_is_refused() => Assert.Contains(
        "<Code>SerializationException</Code>", (await Client.IamAsync("GetRole", ("Name", "r"))).Text, StringComparison.Ordinal);
}
