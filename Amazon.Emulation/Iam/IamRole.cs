using System.Text.Json.Nodes;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.Iam;

/// <summary>A role.</summary>
internal sealed class IamRole
{
    public required string Name { get; init; }

    public required string Id { get; init; }

    public string Path { get; init; } = "/";

    public required string TrustPolicy { get; init; }

    public string? Description { get; init; }

    public int MaxSessionDuration { get; init; } = 3600;

    /// <summary>Its tags.</summary>
    public SortedDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    public required DateTimeOffset Created { get; init; }

    /// <summary>Its inline policies by name.</summary>
    public SortedDictionary<string, string> Policies { get; } = new(StringComparer.Ordinal);

    /// <summary>How many CreateFunction calls it is still too young for.</summary>
    public int AttemptsLeft { get; set; }

    public string Arn => $"arn:aws:iam::{AwsEmulator.Account}:role{Path}{Name}";

    public JsonObject ToJson() => new()
    {
        ["Path"] = Path,
        ["RoleName"] = Name,
        ["RoleId"] = Id,
        ["Arn"] = Arn,
        ["CreateDate"] = Created.ToEpoch(),

        // IAM gives documents URL-encoded
        ["AssumeRolePolicyDocument"] = Uri.EscapeDataString(TrustPolicy),
        ["Description"] = Description,
        ["MaxSessionDuration"] = MaxSessionDuration,
        ["Tags"] = Tags.Count == 0
            ? null
            : new JsonArray([.. Tags.Select(tag => new JsonObject { ["Key"] = tag.Key, ["Value"] = tag.Value })]),
    };
}
