using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.ApiGateway;

/// <summary>API Gateway's operations on APIs, authorizers, deployments and stages.</summary>
internal sealed class RestApis(AwsEmulator aws)
{
    public void Register(OperationSet operations)
    {
        operations["GetRestApis"] = List;
        operations["CreateRestApi"] = call => (JsonObject)Add(aws.Region(call.Region), call.Required("name"), call.Input).Json.DeepClone();
        operations["DeleteRestApi"] = Delete;
        operations["CreateAuthorizer"] = CreateAuthorizer;
        operations["GetAuthorizers"] = ListAuthorizers;
        operations["UpdateAuthorizer"] = UpdateAuthorizer;
        operations["CreateDeployment"] = CreateDeployment;
        operations["GetDeployment"] = call => (JsonObject?)Find(call).Deployments
            .Find(deployment => (string)deployment["id"]! == call.Text("deploymentId"))?.DeepClone()
            ?? throw new AwsError("NotFoundException", "Invalid Deployment identifier specified");
        operations["GetStages"] = call => new()
        {
            ["item"] = new JsonArray([.. Find(call).Stages
                .Where(stage => call.Text("deploymentId") is not { } id || (string)stage["deploymentId"]! == id)
                .Select(stage => stage.DeepClone())]),
        };
    }

    /// <summary>An id as API Gateway makes them.</summary>
    public static string NewId(int length = 10) => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", length);

    /// <summary>The API of a call.</summary>
    public RestApi Find(AwsCall call) =>
        aws.Region(call.Region).RestApis.Find(api => api.Id == call.Text("restApiId"))
        ?? throw new AwsError("NotFoundException", $"Invalid API identifier specified {AwsEmulator.Account}:{call.Text("restApiId")}");

    /// <summary>Adds an API with its root resource.</summary>
    public RestApi Add(EmulatedRegion region, string name, JsonObject settings)
    {
        var root = new RestResource(NewId(), null, null, "/");
        var json = (JsonObject)settings.DeepClone();
        json.Remove("cloneFrom");
        var api = new RestApi { Id = NewId(), Json = json };
        json["id"] = api.Id;
        json["name"] = name;
        json["createdDate"] = aws.Clock.GetUtcNow().ToUnixTimeSeconds();
        json["apiKeySource"] ??= "HEADER";
        json["endpointConfiguration"] ??= new JsonObject { ["types"] = new JsonArray("EDGE"), ["ipAddressType"] = "ipv4" };
        json["disableExecuteApiEndpoint"] ??= false;
        json["rootResourceId"] = root.Id;
        api.Resources.Add(root);
        region.RestApis.Add(api);
        return api;
    }

    private JsonObject List(AwsCall call)
    {
        var (page, next) = aws.Paging.Page(
            aws.Region(call.Region).RestApis, "GetRestApis", call.Number("limit") ?? 25, call.Text("position"), ApiGatewayService.WrongPosition);
        return new() { ["items"] = new JsonArray([.. page.Select(api => api.Json.DeepClone())]), ["position"] = next };
    }

    private JsonObject? Delete(AwsCall call)
    {
        var api = Find(call);
        var region = aws.Region(call.Region);
        if (aws.Rules.DeleteRestApiInterval is { } interval && !region.DeleteRestApiRate.Allows(aws.Clock.GetUtcNow(), 1, interval))
        {
            throw new AwsError(ApiGatewayService.Throttled.Code, ApiGatewayService.Throttled.Message);
        }

        region.RestApis.Remove(api);
        return null;
    }

    private JsonObject CreateAuthorizer(AwsCall call)
    {
        var api = Find(call);
        var name = call.Required("name");
        if (api.Authorizers.Exists(authorizer => (string)authorizer["name"]! == name))
        {
            throw new AwsError("ConflictException", $"Authorizer name must be unique. Authorizer {name} already exists in this RestApi.");
        }

        var arns = (call.Input["providerARNs"] as JsonArray ?? []).Select(arn => (string)arn!).ToList();
        if (call.Text("type") == "COGNITO_USER_POOLS")
        {
            if (arns.Count == 0 || arns.Exists(arn => !IsUserPool(arn)))
            {
                throw ApiGatewayService.Bad("Invalid Cognito user pool ARN.");
            }

            if (call.Text("identitySource") is null)
            {
                throw ApiGatewayService.Bad("Identity source is required for an authorizer of type COGNITO_USER_POOLS.");
            }
        }

        var created = (JsonObject)call.Input.DeepClone();
        created.Remove("restApiId");
        created["id"] = NewId(6);
        created["authType"] ??= call.Text("type") == "COGNITO_USER_POOLS" ? "cognito_user_pools" : "custom";
        api.Authorizers.Add(created);
        return (JsonObject)created.DeepClone();
    }

    /// <summary>The one change that a deployment makes: another pool. The list can never be empty, so adding comes first.</summary>
    private JsonObject UpdateAuthorizer(AwsCall call)
    {
        var authorizer = Find(call).Authorizers.Find(authorizer => (string)authorizer["id"]! == call.Text("authorizerId"))
            ?? throw new AwsError("NotFoundException", "Invalid Authorizer identifier specified");
        var arns = authorizer["providerARNs"]!.AsArray().Select(arn => (string)arn!).ToList();
        foreach (var change in call.Input["patchOperations"]!.AsArray())
        {
            var (op, path, arn) = ((string?)change!["op"], (string?)change["path"], (string?)change["value"] ?? "");
            switch (op)
            {
                case "add" when path == "/providerARNs" && IsUserPool(arn):
                    arns.Add(arn);
                    break;
                case "remove" when path == "/providerARNs" && arns.Count > 1 && arns.Remove(arn):
                    break;
                default:
                    throw ApiGatewayService.Bad($"Invalid patch operation specified: {op} {path} {arn}");
            }
        }

        authorizer["providerARNs"] = new JsonArray([.. arns.Select(arn => (JsonNode)arn)]);
        return (JsonObject)authorizer.DeepClone();
    }

    private bool IsUserPool(string arn) =>
        aws.Region(arn.Split(':').ElementAtOrDefault(3) ?? "").UserPools.Exists(pool => pool.Arn == arn);

    private JsonObject ListAuthorizers(AwsCall call)
    {
        var api = Find(call);
        var (page, next) = aws.Paging.Page(
            api.Authorizers, $"GetAuthorizers {api.Id}", call.Number("limit") ?? 25, call.Text("position"), ApiGatewayService.WrongPosition);
        return new() { ["items"] = new JsonArray([.. page.Select(authorizer => authorizer.DeepClone())]), ["position"] = next };
    }

    private JsonObject CreateDeployment(AwsCall call)
    {
        var api = Find(call);
        var methods = api.Resources.SelectMany(resource => resource.Methods.Values).ToList();
        if (methods.Count == 0)
        {
            throw ApiGatewayService.Bad("The REST API doesn't contain any methods");
        }

        if (methods.Exists(method => method["methodIntegration"] is null))
        {
            throw ApiGatewayService.Bad("No integration defined for method");
        }

        var now = aws.Clock.GetUtcNow().ToUnixTimeSeconds();
        var deployment = new JsonObject { ["id"] = NewId(6), ["description"] = call.Text("description"), ["createdDate"] = now };
        if (call.Text("stageName") is { } name)
        {
            if (!name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'))
            {
                throw ApiGatewayService.Bad("Stage name only allows a-zA-Z0-9_-");
            }

            // a second deployment to a stage takes its place
            var stage = api.Stages.Find(stage => (string)stage["stageName"]! == name);
            if (stage is null)
            {
                stage = new JsonObject { ["stageName"] = name, ["createdDate"] = now, ["cacheClusterEnabled"] = false, ["cacheClusterStatus"] = "NOT_AVAILABLE" };
                api.Stages.Add(stage);
            }

            stage["deploymentId"] = (string)deployment["id"]!;
            stage["lastUpdatedDate"] = now;
        }

        api.Deployments.Add(deployment);
        return (JsonObject)deployment.DeepClone();
    }
}
