using System.Text.Json.Nodes;

namespace Amazon.Emulation.ApiGateway;

/// <summary>A REST API of API Gateway. Its name is not unique.</summary>
internal sealed class RestApi
{
    public required string Id { get; init; }

    /// <summary>As the shape RestApi.</summary>
    public required JsonObject Json { get; init; }

    public string Name => (string)Json["name"]!;

    /// <summary>Its resources; the first is the root.</summary>
    public List<RestResource> Resources { get; } = [];

    /// <summary>As the shape Authorizer.</summary>
    public List<JsonObject> Authorizers { get; } = [];

    /// <summary>As the shape Deployment.</summary>
    public List<JsonObject> Deployments { get; } = [];

    /// <summary>As the shape Stage.</summary>
    public List<JsonObject> Stages { get; } = [];
}

/// <summary>A resource of an API: a place in its tree of paths.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ParentId">The resource above; null for the root.</param>
/// <param name="PathPart">Its part of the path; null for the root.</param>
/// <param name="Path">The whole path.</param>
internal sealed record RestResource(string Id, string? ParentId, string? PathPart, string Path)
{
    /// <summary>Its methods, each as the shape Method, by the HTTP method.</summary>
    public SortedDictionary<string, JsonObject> Methods { get; } = new(StringComparer.Ordinal);

    /// <param name="whole">Whether methods are shown with all they hold, or by name only.</param>
    public JsonObject ToJson(bool whole) => new()
    {
        ["id"] = Id,
        ["parentId"] = ParentId,
        ["pathPart"] = PathPart,
        ["path"] = Path,
        ["resourceMethods"] = Methods.Count == 0
            ? null
            : new JsonObject(Methods.Select(method => KeyValuePair.Create(method.Key, (JsonNode?)(whole ? method.Value.DeepClone() : new JsonObject())))),
    };
}
