using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json.Nodes;
using FleetBridge.Backends.Aws;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws;

/// <summary>The IAM policy in docs/security.md, held against the services' models.</summary>
public sealed class DocumentedPolicyTests
{
    /// <summary>No operations of their own, or none that the models hold.</summary>
    private static readonly string[] BesidesTheModels =
    [
        "cognito-idp:AdminGetUser", "cognito-idp:DescribeUserPoolClient", "cognito-idp:TagResource", "cognito-idp:UpdateUserPoolClient",
        "iam:GetRolePolicy", "iam:PassRole", "iam:TagRole", "lambda:ListTags",
        "lambda:RemovePermission", "lambda:TagResource", "lambda:UpdateFunctionConfiguration",
    ];

    /// <summary>What the functions, the console's test button or the players call, and the user behind the profile does not.</summary>
    private static readonly string[] NotTheUsers = ["cognito-idp:InitiateAuth", "lambda:Invoke"];

    private static IEnumerable<JsonNode> Statements => Policy()["Statement"]!.AsArray().Select(statement => statement!);

    [Theory]
    [InlineData("gamelift")]
    [InlineData("cognito-idp")]
    [InlineData("lambda")]
    [InlineData("iam")]
    public void Documented_actions_exist(string service)
    {
        var allowed = Allowed(service).Except(BesidesTheModels).ToList();
        Assert.NotEmpty(allowed);
        Assert.Empty(allowed.Except(Operations(service)));
    }

    [Theory]
    [InlineData("cognito-idp")]
    [InlineData("lambda")]
    [InlineData("iam")]
    public void Every_call_that_a_deployment_makes_is_documented(string service) =>
        Assert.Empty(Operations(service).Except(NotTheUsers).Except(Allowed(service)));

    /// <summary>GameLift's model has every call: these are the ones that the backend's code makes.</summary>
    [Fact]
    public void Every_call_that_a_build_or_a_fleet_needs_is_documented()
    {
        var called = Called("gamelift", "AmazonGameLiftClient");
        Assert.Contains("gamelift:CreateFleet", called);
        Assert.Empty(called.Except(Allowed("gamelift")));
    }

    /// <summary>API Gateway's actions are the verbs of its calls, and its resources their paths.</summary>
    [Fact]
    public void Every_call_to_the_rest_apis_is_documented()
    {
        foreach (var call in Model("apigateway")["operations"]!.AsObject().Select(operation => operation.Value!["http"]!))
        {
            var path = call["requestUri"]!.GetValue<string>();
            var resource = "arn:aws:apigateway:REGION::" + (path == "/restapis" ? path : "/restapis/*");
            var statement = Statements.Single(it => it["Resource"]!.GetValue<string>() == resource);
            Assert.Contains($"apigateway:{call["method"]!.GetValue<string>()}", Actions(statement));
        }
    }

    [Fact]
    public void No_statement_is_wider_than_it_says()
    {
        Assert.All(Statements, statement =>
        {
            Assert.Equal("Allow", statement["Effect"]!.GetValue<string>());
            Assert.DoesNotContain(Actions(statement), action => action.Contains('*', StringComparison.Ordinal));
            Assert.True(
                statement["Resource"]!.GetValue<string>() != "*" || statement["Condition"] is not null, statement.ToJsonString());
        });
        Assert.All(
            Statements.Where(statement => Actions(statement).Any(action => action.Split(':')[0] is "iam" or "lambda")),
            statement => Assert.Contains(":PREFIX-", statement["Resource"]!.GetValue<string>().Replace('/', ':'), StringComparison.Ordinal));
    }

    private static IEnumerable<string> Allowed(string service) =>
        Statements.SelectMany(Actions).Where(action => action.StartsWith($"{service}:", StringComparison.Ordinal));

    private static IEnumerable<string> Actions(JsonNode statement) => statement["Action"] is JsonArray several
        ? several.Select(action => action!.GetValue<string>())
        : [statement["Action"]!.GetValue<string>()];

    private static IEnumerable<string> Operations(string service) =>
        Model(service)["operations"]!.AsObject().Select(operation => $"{service}:{operation.Key}");

    private static List<string> Called(string service, string client)
    {
        using var assembly = new PEReader(File.OpenRead(typeof(AwsBackend).Assembly.Location));
        var metadata = assembly.GetMetadataReader();
        return
        [
            .. metadata.MemberReferences.Select(metadata.GetMemberReference)
                .Where(member => member.Parent.Kind == HandleKind.TypeReference
                    && metadata.StringComparer.Equals(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name, client))
                .Select(member => metadata.GetString(member.Name))
                .Where(name => name.EndsWith("Async", StringComparison.Ordinal))
                .Select(name => $"{service}:{name[..^"Async".Length]}"),
        ];
    }

    private static JsonNode Policy()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "security.md"));
        return JsonNode.Parse(Assert.Single(page.Split("```json\n").Skip(1)).Split("```")[0])!;
    }

    private static JsonNode Model(string service) => JsonNode.Parse(File.ReadAllText(
        Path.Combine(Repository.Root, "Amazon.Clients", "Models", $"{service}.json")))!;
}
