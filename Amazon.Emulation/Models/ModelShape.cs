using System.Text.Json.Nodes;
using Amazon.Emulation.Shapes;

namespace Amazon.Emulation.Models;

/// <summary>A type of a service model: what a value of it may be.</summary>
internal sealed class ModelShape
{
    private ModelShape(string name, JsonObject json)
    {
        Name = name;
        Type = (string)json["type"]!;
        Payload = (string?)json["payload"];
        Element = (string?)json["member"]?["shape"];
        Key = (string?)json["key"]?["shape"];
        Value = (string?)json["value"]?["shape"];
        HttpStatus = (int?)json["error"]?["httpStatusCode"];
        ErrorCode = (string?)json["error"]?["code"];
        Required = [.. Texts(json["required"])];
        Members = (json["members"] as JsonObject ?? []).Select(member => new ModelMember(
                member.Key,
                (string)member.Value!["shape"]!,
                (string?)member.Value["location"],
                (string?)member.Value["locationName"] ?? member.Key))
            .ToDictionary(member => member.Name);
        Constraint = new(name, Type)
        {
            Min = (double?)json["min"],
            Max = (double?)json["max"],
            Pattern = (string?)json["pattern"],
            Values = json["enum"] is { } values ? [.. Texts(values)] : null,
        };
    }

    /// <summary>How the model calls it.</summary>
    public string Name { get; }

    /// <summary>structure, list, map, string, integer, long, double, boolean, timestamp or blob.</summary>
    public string Type { get; }

    /// <summary>A structure's members.</summary>
    public IReadOnlyDictionary<string, ModelMember> Members { get; }

    /// <summary>The members that have to be there.</summary>
    public IReadOnlyList<string> Required { get; }

    /// <summary>What a value that is no structure has to be.</summary>
    public ShapeConstraint Constraint { get; }

    /// <summary>The member that is the whole body.</summary>
    public string? Payload { get; }

    /// <summary>The shape of a list's elements.</summary>
    public string? Element { get; }

    /// <summary>The shape of a map's keys.</summary>
    public string? Key { get; }

    /// <summary>The shape of a map's values.</summary>
    public string? Value { get; }

    /// <summary>An error's HTTP status.</summary>
    public int? HttpStatus { get; }

    /// <summary>An error's code where it differs from its name (the query protocol).</summary>
    public string? ErrorCode { get; }

    /// <summary>Reads one out of a model.</summary>
    public static ModelShape Read(string name, JsonObject json) => new(name, json);

    private static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).Select(text => (string)text!);
}

/// <summary>A member of a structure.</summary>
/// <param name="Name">Its name in the model and in the emulator's own objects.</param>
/// <param name="Shape">Its type.</param>
/// <param name="Location">Where rest-json carries it: uri, querystring, header, statusCode; null for the body.</param>
/// <param name="WireName">Its name on the wire where that is rest-json.</param>
internal sealed record ModelMember(string Name, string Shape, string? Location, string WireName);
