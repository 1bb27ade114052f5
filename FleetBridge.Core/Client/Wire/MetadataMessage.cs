using System.Text.Json.Nodes;
using FleetBridge.Backends;

namespace FleetBridge.Core.Client.Wire;

/// <summary>The details of the response to <c>/metadata</c>. The contract names the members: a backend's file has the same.</summary>
internal static class MetadataMessage
{
    private const string ComponentsName = nameof(BackendMetadata.Components);
    private const string NameName = nameof(MetadataComponent.Name);
    private const string DescriptionName = nameof(MetadataComponent.Description);
    private const string RequestsName = nameof(MetadataComponent.Requests);
    private const string RequestPathName = nameof(MetadataRequest.RequestPath);

    /// <summary>Writes them.</summary>
    /// <param name="metadata">The metadata.</param>
    public static JsonObject Write(BackendMetadata metadata) => new()
    {
        [BackendMetadata.FleetTypeName] = metadata.FleetType,
        [BackendMetadata.FleetDescriptionName] = metadata.FleetDescription,
        [ComponentsName] = new JsonArray([.. metadata.Components.Select(Write)]),
    };

    /// <summary>Reads them.</summary>
    /// <param name="details">The details.</param>
    /// <returns>The metadata, with an empty text where there is none; null when the details have no components.</returns>
    public static BackendMetadata? Read(JsonNode? details) => WireJson.Items(details, ComponentsName) is not { } components
        ? null
        : new BackendMetadata(
            WireJson.Text(details, BackendMetadata.FleetTypeName) ?? "",
            WireJson.Text(details, BackendMetadata.FleetDescriptionName) ?? "",
            [.. components.OfType<JsonObject>().Select(ReadComponent)]);

    private static JsonNode Write(MetadataComponent component) => new JsonObject
    {
        [NameName] = component.Name,
        [DescriptionName] = component.Description,
        [RequestsName] = new JsonArray([.. component.Requests.Select(Write)]),
    };

    private static JsonNode Write(MetadataRequest request) => new JsonObject
    {
        [NameName] = request.Name,
        [RequestPathName] = request.RequestPath,
    };

    private static MetadataComponent ReadComponent(JsonObject component) => new(
        WireJson.Text(component, NameName) ?? "",
        WireJson.Text(component, DescriptionName) ?? "",
        [.. (WireJson.Items(component, RequestsName) ?? []).OfType<JsonObject>().Select(request => new MetadataRequest(
            WireJson.Text(request, NameName) ?? "", WireJson.Text(request, RequestPathName) ?? ""))]);
}
