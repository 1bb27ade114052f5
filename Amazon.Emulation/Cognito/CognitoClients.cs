using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.Cognito;

/// <summary>Cognito's operations on app clients.</summary>
internal sealed class CognitoClients(AwsEmulator aws, CognitoPools pools)
{
    public void Register(OperationSet operations)
    {
        operations["CreateUserPoolClient"] = Create;
        operations["ListUserPoolClients"] = List;
        operations["DescribeUserPoolClient"] = Describe;
        operations["UpdateUserPoolClient"] = Update;
    }

    private JsonObject Create(AwsCall call)
    {
        var pool = pools.Find(call);
        Check(call, pool);
        var id = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 26);
        var json = (JsonObject)call.Input.DeepClone();
        if ((bool?)json["GenerateSecret"] == true)
        {
            json["ClientSecret"] = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 51);
        }

        json.Remove("GenerateSecret");
        json["ClientId"] = id;
        json["CreationDate"] = aws.Clock.GetUtcNow().ToEpoch();
        json["LastModifiedDate"] = aws.Clock.GetUtcNow().ToEpoch();
        json["RefreshTokenValidity"] ??= 30;
        pool.Clients.Add(new CognitoClient(id, json));
        return Answer(json);
    }

    private JsonObject Describe(AwsCall call) => Answer(Find(call, pools.Find(call)).Json);

    /// <summary>Cognito sets whatever is not sent to its default (UpdateUserPoolClient).</summary>
    private JsonObject Update(AwsCall call)
    {
        var pool = pools.Find(call);
        var present = Find(call, pool);
        Check(call, pool);
        var json = (JsonObject)call.Input.DeepClone();
        foreach (var name in new[] { "ClientName", "ClientSecret", "CreationDate" })
        {
            json[name] ??= present.Json[name]?.DeepClone();
        }

        json["LastModifiedDate"] = aws.Clock.GetUtcNow().ToEpoch();
        json["RefreshTokenValidity"] ??= 30;
        pool.Clients[pool.Clients.IndexOf(present)] = present with { Json = json };
        return Answer(json);
    }

    private static JsonObject Answer(JsonObject client) => new() { ["UserPoolClient"] = client.DeepClone() };

    private static CognitoClient Find(AwsCall call, CognitoUserPool pool)
    {
        var id = call.Text("ClientId");
        return pool.Clients.Find(client => client.Id == id)
            ?? throw new AwsError("ResourceNotFoundException", $"User pool client {id} does not exist.");
    }

    private static void Check(AwsCall call, CognitoUserPool pool)
    {
        var flows = call.Input["AllowedOAuthFlows"] as JsonArray ?? [];
        var legacy = Texts(call.Input["ExplicitAuthFlows"]).Select(flow => flow.StartsWith("ALLOW_", StringComparison.Ordinal)).ToHashSet();
        if (legacy.Count == 2)
        {
            throw Invalid("The legacy and the ALLOW_ values of ExplicitAuthFlows cannot be used together.");
        }

        if (flows.Count > 0 && (bool?)call.Input["AllowedOAuthFlowsUserPoolClient"] != true)
        {
            throw Invalid("AllowedOAuthFlows and AllowedOAuthScopes are required only if AllowedOAuthFlowsUserPoolClient is true.");
        }

        if (flows.Count > 0 && call.Input["CallbackURLs"] is not JsonArray { Count: > 0 } && !Texts(flows).Contains("client_credentials"))
        {
            throw Invalid("At least one callback URL is required for the authorization code and implicit flows.");
        }

        if (Texts(call.Input["SupportedIdentityProviders"]).FirstOrDefault(provider => provider != "COGNITO") is { } unknown)
        {
            throw Invalid($"The provider {unknown} does not exist for User Pool {pool.Id}.");
        }

        if (Texts(call.Input["CallbackURLs"]).Concat(Texts(call.Input["LogoutURLs"])).FirstOrDefault(IsUnsafe) is { } address)
        {
            throw Invalid($"{address} cannot use the HTTP protocol.");
        }

        if (Texts(call.Input["AllowedOAuthScopes"]).FirstOrDefault(scope => scope is not ("email" or "openid" or "phone" or "profile" or "aws.cognito.signin.user.admin")) is { } scope)
        {
            throw new AwsError("ScopeDoesNotExistException", $"Scope does not exist: {scope}");
        }
    }

    private JsonObject List(AwsCall call)
    {
        var pool = pools.Find(call);
        var (page, next) = aws.Paging.Page(
            pool.Clients, $"ListUserPoolClients {pool.Id}", call.Number("MaxResults"), call.Text("NextToken"), CognitoService.WrongToken);
        return new()
        {
            ["UserPoolClients"] = new JsonArray([.. page.Select(client => new JsonObject
            {
                ["ClientId"] = client.Id,
                ["UserPoolId"] = pool.Id,
                ["ClientName"] = client.Name,
            })]),
            ["NextToken"] = next,
        };
    }

    private static bool IsUnsafe(string address) =>
        address.StartsWith("http://", StringComparison.Ordinal) && !address.StartsWith("http://localhost", StringComparison.Ordinal);

    private static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).Select(text => (string)text!);

    private static AwsError Invalid(string message) => new("InvalidParameterException", message);
}
