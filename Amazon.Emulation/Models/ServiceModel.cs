using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Amazon.Emulation.Models;

/// <summary>
/// A service's own rules: the files in Amazon.Clients/Models/ are the services' public models without prose, cut to the
/// operations that are used. <c>added.json</c> holds what those files lack, and says so.
/// </summary>
internal sealed class ServiceModel
{
    private static readonly ConcurrentDictionary<string, ServiceModel> Read = new();

    private ServiceModel(string name)
    {
        var model = Resource(name);
        var added = Resource("added")[name] as JsonObject;
        var metadata = model["metadata"]!;
        Id = (string)metadata["serviceId"]!;
        ApiVersion = (string)metadata["apiVersion"]!;
        TargetPrefix = (string?)metadata["targetPrefix"] ?? "";
        XmlNamespace = (string?)metadata["xmlNamespace"] ?? "";
        Shapes = Both("shapes").ToDictionary(shape => shape.Key, shape => ModelShape.Read(shape.Key, shape.Value!.AsObject()));
        Operations = Both("operations").ToDictionary(
            operation => operation.Key, operation => ModelOperation.Read(operation.Key, operation.Value!, Shapes));

        IEnumerable<KeyValuePair<string, JsonNode?>> Both(string part) =>
            model[part]!.AsObject().Concat(added?[part] as JsonObject ?? []);
    }

    /// <summary>The service's id: <c>GameLift</c>.</summary>
    public string Id { get; }

    /// <summary>The version of its API: a date.</summary>
    public string ApiVersion { get; }

    /// <summary>What stands before the operation in <c>X-Amz-Target</c>.</summary>
    public string TargetPrefix { get; }

    /// <summary>The namespace of its XML answers.</summary>
    public string XmlNamespace { get; }

    /// <summary>Its types.</summary>
    public IReadOnlyDictionary<string, ModelShape> Shapes { get; }

    /// <summary>Its operations.</summary>
    public IReadOnlyDictionary<string, ModelOperation> Operations { get; }

    /// <summary>The model of that file; read once a process.</summary>
    public static ServiceModel Load(string name) => Read.GetOrAdd(name, static name => new ServiceModel(name));

    private static JsonObject Resource(string name)
    {
        using var stream = typeof(ServiceModel).Assembly.GetManifestResourceStream($"Amazon.Emulation.{name}.json")
            ?? throw new InvalidOperationException($"The model {name}.json is not embedded.");
        return JsonNode.Parse(stream)!.AsObject();
    }
}

/// <summary>An operation of a service.</summary>
internal sealed class ModelOperation
{
    private ModelOperation(string name, JsonNode json, IReadOnlyDictionary<string, ModelShape> shapes)
    {
        Name = name;
        Method = (string)json["http"]!["method"]!;
        Uri = (string)json["http"]!["requestUri"]!;
        Status = (int?)json["http"]!["responseCode"] ?? 200;
        Input = (string?)json["input"]?["shape"] is { } input ? shapes[input] : null;
        Output = (string?)json["output"]?["shape"] is { } output ? shapes[output] : null;
        ResultWrapper = (string?)json["output"]?["resultWrapper"];
        Errors = [.. json["errors"]!.AsArray().Select(error => (string)error!)];
    }

    public string Name { get; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The path, with <c>{labels}</c>.</summary>
    public string Uri { get; }

    /// <summary>The status of success.</summary>
    public int Status { get; }

    public ModelShape? Input { get; }

    public ModelShape? Output { get; }

    /// <summary>The XML element around the query protocol's output.</summary>
    public string? ResultWrapper { get; }

    /// <summary>The error shapes that it may answer with.</summary>
    public IReadOnlyList<string> Errors { get; }

    public static ModelOperation Read(string name, JsonNode json, IReadOnlyDictionary<string, ModelShape> shapes) =>
        new(name, json, shapes);
}
