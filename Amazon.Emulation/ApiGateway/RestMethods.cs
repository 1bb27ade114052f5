using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.ApiGateway;

/// <summary>API Gateway's operations on resources, methods and integrations.</summary>
internal sealed partial class RestMethods(AwsEmulator aws, RestApis apis)
{
    private static readonly string[] Verbs = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"];

    public void Register(OperationSet operations)
    {
        operations["GetResources"] = List;
        operations["CreateResource"] = CreateResource;
        operations["DeleteResource"] = DeleteResource;
        operations["PutMethod"] = PutMethod;
        operations["PutIntegration"] = PutIntegration;
        operations["PutIntegrationResponse"] = PutIntegrationResponse;
        operations["PutMethodResponse"] = PutMethodResponse;
    }

    private JsonObject List(AwsCall call)
    {
        var api = apis.Find(call);
        var whole = (call.Input["embed"] as JsonArray)?.Any(part => (string)part! == "methods") == true;
        var (page, next) = aws.Paging.Page(
            api.Resources, $"GetResources {api.Id}", call.Number("limit") ?? 25, call.Text("position"), ApiGatewayService.WrongPosition);
        return new() { ["items"] = new JsonArray([.. page.Select(resource => resource.ToJson(whole))]), ["position"] = next };
    }

    private JsonObject CreateResource(AwsCall call)
    {
        var api = apis.Find(call);
        var parent = Resource(api, call.Text("parentId"));
        var part = call.Required("pathPart");
        if (!PathPart().IsMatch(part))
        {
            throw ApiGatewayService.Bad(
                "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.");
        }

        if (api.Resources.Exists(resource => resource.ParentId == parent.Id && resource.PathPart == part))
        {
            throw new AwsError("ConflictException", $"Another resource with the same parent already has this name: {part}");
        }

        var created = new RestResource(RestApis.NewId(6), parent.Id, part, $"{parent.Path.TrimEnd('/')}/{part}");
        api.Resources.Add(created);
        return created.ToJson(whole: true);
    }

    /// <summary>Deletes a resource with all below it; the root stays.</summary>
    private JsonObject? DeleteResource(AwsCall call)
    {
        var api = apis.Find(call);
        var resource = Resource(api, call.Text("resourceId"));
        if (resource.ParentId is null)
        {
            throw ApiGatewayService.Bad("Root resource cannot be deleted");
        }

        api.Resources.RemoveAll(other => other == resource || other.Path.StartsWith($"{resource.Path}/", StringComparison.Ordinal));
        return null;
    }

    private JsonObject PutMethod(AwsCall call)
    {
        var api = apis.Find(call);
        var resource = Resource(api, call.Text("resourceId"));
        var verb = call.Required("httpMethod");
        if (!Verbs.Contains(verb))
        {
            throw ApiGatewayService.Bad($"Invalid HttpMethod specified. Valid options are {string.Join(",", Verbs)}");
        }

        if (resource.Methods.ContainsKey(verb))
        {
            throw new AwsError("ConflictException", "Method already exists for this resource");
        }

        var type = call.Required("authorizationType");
        if (type is not ("NONE" or "AWS_IAM" or "CUSTOM" or "COGNITO_USER_POOLS"))
        {
            throw ApiGatewayService.Bad("Invalid authorization type specified. Valid options are NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS");
        }

        if (type is "CUSTOM" or "COGNITO_USER_POOLS" && !api.Authorizers.Exists(authorizer => (string)authorizer["id"]! == call.Text("authorizerId")))
        {
            throw ApiGatewayService.Bad(
                "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.");
        }

        var method = Body(call, "resourceId");
        method["apiKeyRequired"] ??= false;
        resource.Methods[verb] = method;
        return (JsonObject)method.DeepClone();
    }

    private JsonObject PutIntegration(AwsCall call)
    {
        var method = Method(call);
        var integration = Body(call, "resourceId", "httpMethod", "integrationHttpMethod");
        if (call.Text("type") is "AWS" or "AWS_PROXY")
        {
            if (call.Text("integrationHttpMethod") is null)
            {
                throw ApiGatewayService.Bad("Enumeration value for HttpMethod must be non-empty");
            }

            var path = $"arn:aws:apigateway:{call.Region}:lambda:path/2015-03-31/functions/arn:aws:lambda:{call.Region}:{AwsEmulator.Account}:function:";
            if (call.Text("uri") is not { } uri
                || !uri.StartsWith(path, StringComparison.Ordinal)
                || !uri.EndsWith("/invocations", StringComparison.Ordinal)
                || uri.Length <= path.Length + "/invocations".Length)
            {
                throw ApiGatewayService.Bad("Invalid ARN specified in the request");
            }
        }

        integration["httpMethod"] = call.Text("integrationHttpMethod");
        integration["passthroughBehavior"] ??= "WHEN_NO_MATCH";
        integration["timeoutInMillis"] ??= 29000;
        integration["cacheNamespace"] ??= call.Text("resourceId");
        method["methodIntegration"] = integration;
        return (JsonObject)integration.DeepClone();
    }

    private JsonObject PutIntegrationResponse(AwsCall call)
    {
        if (Method(call)["methodIntegration"] is not JsonObject integration)
        {
            throw new AwsError("NotFoundException", "Invalid Integration identifier specified");
        }

        var response = Body(call, "resourceId", "httpMethod");
        integration["integrationResponses"] ??= new JsonObject();
        integration["integrationResponses"]![call.Required("statusCode")] = response;
        return (JsonObject)response.DeepClone();
    }

    private JsonObject PutMethodResponse(AwsCall call)
    {
        var method = Method(call);
        var status = call.Required("statusCode");
        if (method["methodResponses"]?[status] is not null)
        {
            throw new AwsError("ConflictException", "Response already exists for this resource");
        }

        var response = Body(call, "resourceId", "httpMethod");
        method["methodResponses"] ??= new JsonObject();
        method["methodResponses"]![status] = response;
        return (JsonObject)response.DeepClone();
    }

    private JsonObject Method(AwsCall call) =>
        Resource(apis.Find(call), call.Text("resourceId")).Methods.GetValueOrDefault(call.Required("httpMethod"))
        ?? throw new AwsError("NotFoundException", "Invalid Method identifier specified");

    private static RestResource Resource(RestApi api, string? id) =>
        api.Resources.Find(resource => resource.Id == id) ?? throw new AwsError("NotFoundException", "Invalid Resource identifier specified");

    /// <summary>The input without the members that only say where it goes.</summary>
    private static JsonObject Body(AwsCall call, params string[] place)
    {
        var body = (JsonObject)call.Input.DeepClone();
        body.Remove("restApiId");
        foreach (var name in place)
        {
            body.Remove(name);
        }

        return body;
    }

    [GeneratedRegex(@"\A(?:[a-zA-Z0-9._:-]+|\{[a-zA-Z0-9._-]+\+?\})\z")]
    private static partial Regex PathPart();
}
