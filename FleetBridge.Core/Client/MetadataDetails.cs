using System.Text.Json.Nodes;
using FleetBridge.Backends;

namespace FleetBridge.Core.Client;

/// <summary>A backend's metadata as the editor's JSON has it.</summary>
internal static class MetadataDetails
{
    public static JsonObject Of(BackendMetadata metadata) => new()
    {
        ["Fleet Type"] = metadata.FleetType,
        ["Fleet Description"] = metadata.FleetDescription,
        ["Components"] = new JsonArray([.. metadata.Components.Select(Component)]),
    };

    private static JsonNode Component(MetadataComponent component) => new JsonObject
    {
        ["Name"] = component.Name,
        ["Description"] = component.Description,
        ["Requests"] = new JsonArray([.. component.Requests.Select(Request)]),
    };

    private static JsonNode Request(MetadataRequest request) => new JsonObject
    {
        ["Name"] = request.Name,
        ["RequestPath"] = request.RequestPath,
    };
}
