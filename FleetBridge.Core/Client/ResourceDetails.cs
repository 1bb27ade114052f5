using System.Text.Json.Nodes;
using FleetBridge.Backends;

namespace FleetBridge.Core.Client;

/// <summary>
/// A backend's resources as JSON: what a command line needs to know to deploy them in their order, also through a bridge
/// that runs elsewhere. The metadata does not have it, since the editor knows buttons only.
/// </summary>
internal static class ResourceDetails
{
    public const string ResourcesName = "Resources";
    public const string NameName = "Name";
    public const string PathName = "Path";
    public const string OperationsName = "Operations";
    public const string DependsOnName = "Depends On";
    public const string CostOfKeepingName = "Cost of keeping";

    /// <summary>Writes them.</summary>
    /// <param name="inDependencyOrder">The resources, each after those it depends on.</param>
    /// <returns>The details of the answer to <c>/resources</c>.</returns>
    public static JsonObject Of(IReadOnlyList<Resource> inDependencyOrder) => new()
    {
        [ResourcesName] = new JsonArray([.. inDependencyOrder.Select(Describe)]),
    };

    private static JsonNode Describe(Resource resource)
    {
        var node = new JsonObject
        {
            [NameName] = resource.Name,
            [PathName] = resource.Path,
            [OperationsName] = Texts(resource.Operations.Select(operation => operation.Name)),
            [DependsOnName] = Texts(resource.DependsOn),
        };
        if (resource.CostOfKeeping is { } cost)
        {
            node[CostOfKeepingName] = cost;
        }

        return node;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)JsonValue.Create(text))]);
}
