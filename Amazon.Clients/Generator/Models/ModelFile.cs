using System.Text.Json;

namespace Amazon.Clients.Generator.Models;

/// <summary>Reads a model's file, and the supplement that adds what the published models lack.</summary>
internal static class ModelFile
{
    private const string Supplement = "added.json";

    /// <summary>Reads a service's model.</summary>
    /// <param name="folder">The folder of the models.</param>
    /// <param name="service">The file's name without <c>.json</c>.</param>
    /// <exception cref="FormatException">The file is not such a model.</exception>
    public static ServiceModel Read(string folder, string service)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, $"{service}.json")));
        var metadata = document.RootElement.GetProperty("metadata");
        var model = new ServiceModel
        {
            ApiVersion = Needed(metadata, "apiVersion"),
            EndpointPrefix = Needed(metadata, "endpointPrefix"),
            Protocol = Needed(metadata, "protocol"),
            ServiceId = Needed(metadata, "serviceId"),
            SigningName = Text(metadata, "signingName") ?? Needed(metadata, "endpointPrefix"),
            TargetPrefix = Text(metadata, "targetPrefix"),
            Operations = new(StringComparer.Ordinal),
            Shapes = new(StringComparer.Ordinal),
        };
        Add(model, document.RootElement);
        var supplement = Path.Combine(folder, Supplement);
        if (File.Exists(supplement))
        {
            using var added = JsonDocument.Parse(File.ReadAllBytes(supplement));
            if (added.RootElement.TryGetProperty(service, out var more))
            {
                Add(model, more);
            }
        }

        return model;
    }

    private static void Add(ServiceModel model, JsonElement root)
    {
        foreach (var operation in root.GetProperty("operations").EnumerateObject())
        {
            model.Operations[operation.Name] = Operation(operation.Name, operation.Value);
        }

        foreach (var shape in root.GetProperty("shapes").EnumerateObject())
        {
            model.Shapes[shape.Name] = Shape(shape.Name, shape.Value);
        }
    }

    private static ModelOperation Operation(string name, JsonElement value)
    {
        var http = value.GetProperty("http");
        return new(name, Needed(http, "method"), Needed(http, "requestUri"))
        {
            Input = Child(value, "input") is { } input ? Needed(input, "shape") : null,
            Output = Child(value, "output") is { } output ? Needed(output, "shape") : null,
            ResultWrapper = Child(value, "output") is { } wrapped ? Text(wrapped, "resultWrapper") : null,
            Errors = Texts(value, "errors"),
        };
    }

    private static ModelShape Shape(string name, JsonElement value) => new(name, Needed(value, "type"))
    {
        Members = Child(value, "members") is { } members
            ? [.. members.EnumerateObject().Select(member => Member(member.Name, member.Value))]
            : [],
        Required = Texts(value, "required"),
        Item = Child(value, "member") is { } item ? Member("member", item) : null,
        Key = Child(value, "key") is { } key ? Member("key", key) : null,
        Value = Child(value, "value") is { } held ? Member("value", held) : null,
        Values = Texts(value, "enum"),
        Min = Child(value, "min")?.GetDouble(),
        Max = Child(value, "max")?.GetDouble(),
        Pattern = Text(value, "pattern"),
        Payload = Text(value, "payload"),
        IsException = Child(value, "exception")?.GetBoolean() ?? false,
        ErrorCode = Child(value, "error") is { } error ? Text(error, "code") : null,
        TimestampFormat = Text(value, "timestampFormat"),
    };

    private static ModelMember Member(string name, JsonElement value) => new(name, Needed(value, "shape"))
    {
        Location = Text(value, "location"),
        LocationName = Text(value, "locationName"),
        TimestampFormat = Text(value, "timestampFormat"),
    };

    private static JsonElement? Child(JsonElement element, string name) =>
        element.TryGetProperty(name, out var child) ? child : null;

    private static string? Text(JsonElement element, string name) => Child(element, name)?.GetString();

    private static string Needed(JsonElement element, string name) =>
        Text(element, name) ?? throw new FormatException($"A model has no {name} where one is needed: {element}");

    private static string[] Texts(JsonElement element, string name) =>
        Child(element, name) is { } list ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : [];
}
