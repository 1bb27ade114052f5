using System.Text.Json.Nodes;
using Amazon.Emulation;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Functional.Emulation;

public sealed class ApiGatewayTests : EmulatorTest
{
    private const string Function =
        $"arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/arn:aws:lambda:us-west-2:{AwsEmulator.Account}:function:f/invocations";

    [Fact]
    public async Task Api_is_built_in_its_order_and_in_no_other()
    {
        var (api, root) = await CreateAsync();
        (await DeployAsync(api)).Refused("BadRequestException");
        var login = await ResourceAsync(api, root);
        (await Client.ApiGatewayAsync(HttpMethod.Post, $"/{api}/resources/{root}", new() { ["pathPart"] = "login" })).Refused("ConflictException", 409);
        var method = $"/{api}/resources/{login}/methods/POST";
        (await IntegrateAsync(method)).Refused("NotFoundException", 404);
        (await Client.ApiGatewayAsync(HttpMethod.Put, method, new() { ["authorizationType"] = "NONE" })).Good();
        (await Client.ApiGatewayAsync(HttpMethod.Put, method, new() { ["authorizationType"] = "NONE" })).Refused("ConflictException", 409);
        (await DeployAsync(api)).Refused("BadRequestException");
        (await Client.ApiGatewayAsync(HttpMethod.Put, method + "/integration/responses/200", [])).Refused("NotFoundException", 404);
        (await IntegrateAsync(method)).Good();
        (await Client.ApiGatewayAsync(HttpMethod.Put, method + "/integration/responses/200", [])).Good();
        (await Client.ApiGatewayAsync(HttpMethod.Put, method + "/responses/200", [])).Good();
        (await Client.ApiGatewayAsync(HttpMethod.Put, method + "/responses/200", [])).Refused("ConflictException", 409);

        (await DeployAsync(api)).Good();

        Assert.Equal("stage", (string?)(await Client.ApiGatewayAsync(HttpMethod.Get, $"/{api}/stages")).Good()["item"]![0]!["stageName"]);
        var shown = (await Client.ApiGatewayAsync(HttpMethod.Get, $"/{api}/resources?embed=methods")).Good()["item"]![1]!["resourceMethods"]!["POST"]!;
        Assert.Equal(Function, (string?)shown["methodIntegration"]!["uri"]);
        Assert.Equal("POST", (string?)shown["methodIntegration"]!["httpMethod"]);
        var names = (await Client.ApiGatewayAsync(HttpMethod.Get, $"/{api}/resources")).Good()["item"]![1]!["resourceMethods"]!;
        Assert.Equal("""{"POST":{}}""", names.ToJsonString());
    }

    [Fact]
    public async Task Authorizer_wants_a_pool_and_a_method_wants_the_authorizer()
    {
        var (api, root) = await CreateAsync();
        var pool = Aws.Seed.UserPools(1)[0];
        (await AuthorizeAsync(api, pool.Arn + "x")).Refused("BadRequestException");
        var id = (string?)(await AuthorizeAsync(api, pool.Arn)).Good()["id"];
        (await AuthorizeAsync(api, pool.Arn)).Refused("ConflictException", 409);
        Assert.Equal(id, (string?)(await Client.ApiGatewayAsync(HttpMethod.Get, $"/{api}/authorizers")).Good()["item"]![0]!["id"]);
        var method = $"/{api}/resources/{root}/methods/GET";

        (await Client.ApiGatewayAsync(HttpMethod.Put, method, new() { ["authorizationType"] = "COGNITO_USER_POOLS" })).Refused("BadRequestException");
        (await Client.ApiGatewayAsync(HttpMethod.Put, method, new() { ["authorizationType"] = "COGNITO_USER_POOLS", ["authorizerId"] = id })).Good();
    }

    [Fact]
    public async Task Apis_share_names_and_are_listed_in_twos()
    {
        Aws.Seed.RestApis(3, "same");
        var first = (await Client.ApiGatewayAsync(HttpMethod.Get, "?limit=500")).Good();

        var second = (await Client.ApiGatewayAsync(HttpMethod.Get, $"?limit=500&position={Uri.EscapeDataString((string)first["position"]!)}")).Good();

        Assert.Equal((2, 1), (first["item"]!.AsArray().Count, second["item"]!.AsArray().Count));
        Assert.Null(second["position"]);
        (await Client.ApiGatewayAsync(HttpMethod.Get, "?position=x")).Refused("BadRequestException");
    }

    [Fact]
    public async Task Apis_are_deleted_one_in_so_long()
    {
        var clock = new FakeTimeProvider();
        Aws.Clock = clock;
        Aws.Rules.DeleteRestApiInterval = TimeSpan.FromSeconds(30);
        var apis = Aws.Seed.RestApis(2);
        (await Client.ApiGatewayAsync(HttpMethod.Delete, $"/{apis[0].Id}")).Good();
        (await Client.ApiGatewayAsync(HttpMethod.Delete, $"/{apis[1].Id}")).Refused("TooManyRequestsException", 429);

        clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(202, (await Client.ApiGatewayAsync(HttpMethod.Delete, $"/{apis[1].Id}")).Status);
        (await Client.ApiGatewayAsync(HttpMethod.Delete, $"/{apis[1].Id}")).Refused("NotFoundException", 404);
    }

    private async Task<(string Api, string Root)> CreateAsync()
    {
        var created = (await Client.ApiGatewayAsync(HttpMethod.Post, "", new() { ["name"] = "api" })).Good();
        return ((string)created["id"]!, (string)created["rootResourceId"]!);
    }

    private async Task<string> ResourceAsync(string api, string root) => (string)(await Client.ApiGatewayAsync(
        HttpMethod.Post, $"/{api}/resources/{root}", new() { ["pathPart"] = "login" })).Good()["id"]!;

    private Task<Answer> IntegrateAsync(string method) => Client.ApiGatewayAsync(
        HttpMethod.Put, method + "/integration", new() { ["type"] = "AWS", ["httpMethod"] = "POST", ["uri"] = Function });

    private Task<Answer> DeployAsync(string api) =>
        Client.ApiGatewayAsync(HttpMethod.Post, $"/{api}/deployments", new() { ["stageName"] = "stage" });

    private Task<Answer> AuthorizeAsync(string api, string pool) => Client.ApiGatewayAsync(HttpMethod.Post, $"/{api}/authorizers", new()
    {
        ["name"] = "a",
        ["type"] = "COGNITO_USER_POOLS",
        ["providerARNs"] = new JsonArray(pool),
        ["identitySource"] = "method.request.header.Authorization",
    });
}
