using System.Text.Json;
using System.Text.Json.Nodes;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>
/// Whether a role without tags may be of our making, or of the Python bridge's: Lambda alone may assume it, and its inline policies allow
/// nothing but what the functions need.
/// </summary>
internal static class RoleMaking
{
    private static readonly HashSet<string> Actions =
        [.. HandlerPackage.Login.PolicyActions, .. HandlerPackage.StartSession.PolicyActions, .. HandlerPackage.LogActions];

    /// <summary>Why it is not, as the end of a sentence; null when it may be.</summary>
    /// <param name="trustPolicy">The role's trust policy as IAM returns it: percent-encoded.</param>
    /// <param name="policies">Its inline policies by name, likewise.</param>
    public static string? Problem(string? trustPolicy, IReadOnlyDictionary<string, string?> policies)
    {
        if (Statements(trustPolicy) is not [{ } trust] || !IsLambdaAlone(trust))
        {
            return "its trust policy is not the one that FleetBridge writes";
        }

        var others = policies.Where(policy => Statements(policy.Value) is not { Count: > 0 } statements || !statements.TrueForAll(IsOurs))
            .Select(policy => policy.Key)
            .ToList();
        return others.Count > 0 ? $"its policy {string.Join(", ", others)} is not one that FleetBridge writes" : null;
    }

    private static bool IsLambdaAlone(JsonObject statement) =>
        HasOnly(statement, "Effect", "Principal", "Action", "Sid")
        && IsText(statement["Effect"], "Allow")
        && statement["Principal"] is JsonObject { Count: 1 } principal
        && Texts(principal["Service"]) is ["lambda.amazonaws.com"]
        && Texts(statement["Action"]) is ["sts:AssumeRole"];

    private static bool IsOurs(JsonObject statement) =>
        HasOnly(statement, "Effect", "Action", "Resource", "Sid")
        && IsText(statement["Effect"], "Allow")
        && Texts(statement["Action"]) is { Count: > 0 } actions
        && actions.TrueForAll(Actions.Contains);

    private static bool HasOnly(JsonObject statement, params string[] members) =>
        statement.All(member => members.Contains(member.Key, StringComparer.Ordinal));

    private static bool IsText(JsonNode? node, string text) => Texts(node) is [var only] && only == text;

    /// <summary>A text, or a list of texts; empty for anything else.</summary>
    private static List<string> Texts(JsonNode? node)
    {
        var items = node is JsonArray array ? array.ToList() : [node];
        var texts = items.OfType<JsonValue>().Select(item => item.TryGetValue<string>(out var text) ? text : null).OfType<string>().ToList();
        return texts.Count == items.Count ? texts : [];
    }

    /// <summary>A document's statements; null when it cannot be read.</summary>
    private static List<JsonObject>? Statements(string? document)
    {
        try
        {
            var statement = JsonNode.Parse(Uri.UnescapeDataString(document ?? "")) is JsonObject policy ? policy["Statement"] : null;
            var items = statement is JsonArray array ? array.ToList() : [statement];
            var statements = items.OfType<JsonObject>().ToList();
            return statements.Count == items.Count ? statements : null;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return null;
        }
    }
}
