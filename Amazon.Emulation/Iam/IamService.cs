using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Emulation.Models;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.Iam;

/// <summary>IAM's operations on roles and their inline policies. It is global, and signed for us-east-1.</summary>
internal sealed class IamService(AwsEmulator aws)
{
    public static ModelledService Create(AwsEmulator aws)
    {
        var model = ServiceModel.Load("iam");
        var iam = new IamService(aws);
        var operations = new OperationSet
        {
            ["GetRole"] = call => new() { ["Role"] = iam.Find(call).ToJson() },
            ["CreateRole"] = iam.CreateRole,
            ["DeleteRole"] = iam.DeleteRole,
            ["GetRolePolicy"] = iam.GetRolePolicy,
            ["PutRolePolicy"] = iam.PutRolePolicy,
            ["DeleteRolePolicy"] = iam.DeleteRolePolicy,
            ["ListRolePolicies"] = iam.ListRolePolicies,
            ["TagRole"] = iam.TagRole,
        };
        return new ModelledService(
            aws,
            "iam",
            model,
            new ServiceErrors
            {
                Validation = "ValidationError",
                Throttled = ("Throttling", "Rate exceeded", 400),
                Internal = "ServiceFailureException",
                Denied = ("AccessDenied", 403),
                Action = call => $"iam:{call.Operation}",
                Tagging = call => call.Input["Tags"] is JsonArray { Count: > 0 } ? "iam:TagRole" : null,
                Resource = call => $"role {call.Text("RoleName")}",
            },
            new QueryProtocol(model),
            operations,
            new HashSet<string> { "us-east-1" });
    }

    private IamRole Find(AwsCall call) =>
        aws.Roles.Find(role => role.Name.Equals(call.Text("RoleName"), StringComparison.OrdinalIgnoreCase))
        ?? throw new AwsError("NoSuchEntityException", $"The role with name {call.Text("RoleName")} cannot be found.");

    private JsonObject CreateRole(AwsCall call)
    {
        var name = call.Required("RoleName");

        // names keep their case, but may not differ by it alone
        if (aws.Roles.Exists(role => role.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new AwsError("EntityAlreadyExistsException", $"Role with name {name} already exists.");
        }

        CheckDocument(call.Required("AssumeRolePolicyDocument"));
        var role = new IamRole
        {
            Name = name,
            Id = "AROA" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 17),
            Path = call.Text("Path") ?? "/",
            TrustPolicy = call.Required("AssumeRolePolicyDocument"),
            Description = call.Text("Description"),
            MaxSessionDuration = call.Number("MaxSessionDuration") ?? 3600,
            Created = aws.Clock.GetUtcNow(),
            AttemptsLeft = aws.Rules.AttemptsUntilRoleUsable,
        };
        Tag(role, call);
        aws.Roles.Add(role);
        return new() { ["Role"] = role.ToJson() };
    }

    private JsonObject? TagRole(AwsCall call)
    {
        Tag(Find(call), call);
        return null;
    }

    private static void Tag(IamRole role, AwsCall call)
    {
        foreach (var tag in call.Input["Tags"] as JsonArray ?? [])
        {
            role.Tags[(string)tag!["Key"]!] = (string)tag["Value"]!;
        }
    }

    private JsonObject? DeleteRole(AwsCall call)
    {
        var role = Find(call);
        if (role.Policies.Count > 0)
        {
            throw new AwsError("DeleteConflictException", "Cannot delete entity, must delete policies first.");
        }

        aws.Roles.Remove(role);
        return null;
    }

    private JsonObject GetRolePolicy(AwsCall call)
    {
        var role = Find(call);
        var name = call.Required("PolicyName");
        return new()
        {
            ["RoleName"] = role.Name,
            ["PolicyName"] = name,

            // IAM gives documents URL-encoded
            ["PolicyDocument"] = Uri.EscapeDataString(role.Policies.GetValueOrDefault(name) ?? throw NoPolicy(name)),
        };
    }

    private JsonObject? PutRolePolicy(AwsCall call)
    {
        var role = Find(call);
        CheckDocument(call.Required("PolicyDocument"));
        role.Policies[call.Required("PolicyName")] = call.Required("PolicyDocument");
        return null;
    }

    private JsonObject? DeleteRolePolicy(AwsCall call) => Find(call).Policies.Remove(call.Required("PolicyName"))
        ? null
        : throw NoPolicy(call.Required("PolicyName"));

    private static AwsError NoPolicy(string name) => new("NoSuchEntityException", $"The role policy with name {name} cannot be found.");

    private JsonObject ListRolePolicies(AwsCall call)
    {
        var role = Find(call);
        var (page, next) = aws.Paging.Page(
            [.. role.Policies.Keys],
            $"ListRolePolicies {role.Name}",
            call.Number("MaxItems"),
            call.Text("Marker"),
            () => new AwsError("ValidationError", $"Invalid Marker: {call.Text("Marker")}"));
        return new()
        {
            ["PolicyNames"] = new JsonArray([.. page.Select(name => (JsonNode)name)]),
            ["IsTruncated"] = next is not null,
            ["Marker"] = next,
        };
    }

    /// <summary>As far as IAM's grammar matters here: JSON, with statements that each say Effect and Action.</summary>
    private static void CheckDocument(string document)
    {
        try
        {
            if (JsonNode.Parse(document) is JsonObject policy
                && policy["Statement"] is { } statement
                && (statement as JsonArray ?? [statement.DeepClone()]).All(item => item?["Effect"] is not null && item["Action"] is not null))
            {
                return;
            }
        }
        catch (JsonException)
        {
            throw new AwsError("MalformedPolicyDocumentException", "This policy contains invalid Json");
        }

        throw new AwsError("MalformedPolicyDocumentException", "Syntax errors in policy.");
    }
}
