using System.Text.Json.Nodes;
using FleetBridge.Core.Hosting;

namespace FleetBridge.Core.Client.Wire;

/// <summary>
/// The details of the response to <c>/resources</c>: what a command line needs to deploy resources in their order, also through a
/// bridge that runs elsewhere. The metadata does not have it, because the editor knows only buttons.
/// </summary>
internal static class ResourcesMessage
{
    /// <summary>The member for what it costs to leave a resource behind.</summary>
    public const string CostOfKeepingName = "Cost of keeping";

    private const string ResourcesName = "Resources";
    private const string NameName = "Name";
    private const string PathName = "Path";
    private const string OperationsName = "Operations";
    private const string DependsOnName = "Depends On";

    /// <summary>Writes them.</summary>
    /// <param name="resources">The resources, each after those it depends on.</param>
    public static JsonObject Write(IReadOnlyList<ResourceOutline> resources) => new()
    {
        [ResourcesName] = new JsonArray([.. resources.Select(Write)]),
    };

    /// <summary>Reads them.</summary>
    /// <param name="details">The details.</param>
    /// <returns>The resources, each after those it depends on; null when that is not what the details are.</returns>
    public static IReadOnlyList<ResourceOutline>? Read(JsonNode? details)
    {
        var read = WireJson.Items(details, ResourcesName)?.Select(ReadResource).ToList();
        return read is null || read.Contains(null) ? null : [.. read.OfType<ResourceOutline>()];
    }

    private static JsonNode Write(ResourceOutline resource)
    {
        var node = new JsonObject
        {
            [NameName] = resource.Name,
            [PathName] = resource.Path,
            [OperationsName] = WireJson.ArrayOf(resource.Operations),
            [DependsOnName] = WireJson.ArrayOf(resource.DependsOn),
        };
        if (resource.CostOfKeeping is { } cost)
        {
            node[CostOfKeepingName] = cost;
        }

        return node;
    }

    private static ResourceOutline? ReadResource(JsonNode? resource) =>
        WireJson.Text(resource, NameName) is { } name && WireJson.Text(resource, PathName) is { } path
            ? new ResourceOutline(
                name,
                path,
                WireJson.Texts(resource, OperationsName),
                WireJson.Texts(resource, DependsOnName),
                WireJson.Text(resource, CostOfKeepingName))
            : null;
}
