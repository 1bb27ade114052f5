using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FleetBridge.Tests.Support;

/// <summary>
/// As much of JSON Schema 2020-12 as our schemas use. A keyword that it does not know is an error, so that no rule is left out in
/// silence; so is a member that the schema does not describe, where it describes members at all: what is sent is to be written down.
/// </summary>
internal sealed class JsonSchema(JsonObject root)
{
    private static readonly string[] Known =
    [
        "$schema", "$defs", "$ref", "title", "description", "type", "const", "enum", "oneOf", "properties", "required", "minLength", "maxLength",
        "minimum", "maximum",
    ];

    public static JsonSchema Read(string file) => new((JsonObject)JsonNode.Parse(File.ReadAllText(file))!);

    /// <summary>What is wrong with a value; empty for nothing.</summary>
    public IReadOnlyList<string> Check(JsonNode? value) => [.. Check(root, value, "")];

    private static string KindOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.String => "string",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        _ => NumberOf(value) is var number && number == decimal.Truncate(number) ? "integer" : "number",
    };

    /// <summary>A number, whether it was parsed or made from an int.</summary>
    private static decimal NumberOf(JsonNode value) => decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static IEnumerable<JsonNode?> Items(JsonNode? node) => node as JsonArray ?? [node?.DeepClone()];

    private IEnumerable<string> Check(JsonObject schema, JsonNode? value, string at)
    {
        var unknown = schema.Select(member => member.Key).Except(Known).ToList();
        if (unknown.Count > 0)
        {
            throw new NotSupportedException($"The schema has the keywords {string.Join(", ", unknown)}, which these tests do not check.");
        }

        return schema.SelectMany(rule => Check(rule.Key, rule.Value, schema, value, at));
    }

    private IEnumerable<string> Check(string keyword, JsonNode? rule, JsonObject schema, JsonNode? value, string at) => keyword switch
    {
        "$ref" => Check(Resolve((string)rule!), value, at),
        "type" => Items(rule).Any(kind => (string?)kind == KindOf(value) || ((string?)kind == "number" && KindOf(value) == "integer"))
            ? [] : [$"{at}: {KindOf(value)} is not {rule!.ToJsonString()}"],
        "const" => JsonNode.DeepEquals(rule, value) ? [] : [$"{at}: is not {rule!.ToJsonString()}"],
        "enum" => Items(rule).Any(one => JsonNode.DeepEquals(one, value)) ? [] : [$"{at}: is none of {rule!.ToJsonString()}"],
        "oneOf" => CheckOneOf((JsonArray)rule!, value, at),
        "required" => value is JsonObject members
            ? Items(rule).Where(name => !members.ContainsKey((string)name!)).Select(name => $"{at}: {name} is missing")
            : [],
        "properties" => value is JsonObject members ? CheckMembers((JsonObject)rule!, members, at) : [],
        "minLength" => value is JsonValue && KindOf(value) == "string" && ((string)value!).Length < (int)rule! ? [$"{at}: is too short"] : [],
        "maxLength" => value is JsonValue && KindOf(value) == "string" && ((string)value!).Length > (int)rule! ? [$"{at}: is too long"] : [],
        "minimum" => KindOf(value) is "integer" or "number" && NumberOf(value!) < NumberOf(rule!) ? [$"{at}: is too small"] : [],
        "maximum" => KindOf(value) is "integer" or "number" && NumberOf(value!) > NumberOf(rule!) ? [$"{at}: is too large"] : [],
        _ => [],
    };

    private IEnumerable<string> CheckMembers(JsonObject described, JsonObject members, string at) => members.SelectMany(member =>
        described[member.Key] is JsonObject rule ? Check(rule, member.Value, $"{at}/{member.Key}") : [$"{at}/{member.Key}: is not described"]);

    private IEnumerable<string> CheckOneOf(JsonArray choices, JsonNode? value, string at)
    {
        var results = choices.Select(choice => Check((JsonObject)choice!, value, at).ToList()).ToList();
        return results.Count(problems => problems.Count == 0) switch
        {
            1 => [],
            0 => [$"{at}: is none of the choices; the nearest: {string.Join("; ", results.MinBy(problems => problems.Count)!)}"],
            var several => [$"{at}: is {several} of the choices"],
        };
    }

    private JsonObject Resolve(string reference)
    {
        var node = (JsonNode)root;
        foreach (var part in reference.Split('/').Skip(1))
        {
            node = node[part] ?? throw new NotSupportedException($"There is no {reference}.");
        }

        return (JsonObject)node;
    }
}
