using System.Text.Json.Nodes;

namespace FleetBridge.Core.Client;

/// <summary>What a backend offers, in plain text: nothing of it keeps the backend in memory.</summary>
internal sealed record BackendOutline(IReadOnlyList<SettingOutline> Settings, IReadOnlyList<ResourceOutline> Resources)
{
    /// <summary>Reads a backend's <c>/config</c> without parameters: its keys and their defaults.</summary>
    /// <param name="config">The answer.</param>
    /// <returns>The settings, without a description.</returns>
    public static IReadOnlyList<SettingOutline> SettingsOf(JsonObject config) =>
        [.. from member in config
            where member.Key != EditorJson.OverallResultName
            select new SettingOutline(member.Key, "", member.Value?.ToString())];

    /// <summary>Reads the details of a backend's <c>/resources</c>.</summary>
    /// <param name="details">The details.</param>
    /// <returns>The resources, each after those it depends on; null when that is not what the details are.</returns>
    public static IReadOnlyList<ResourceOutline>? ResourcesOf(JsonNode? details) =>
        (details as JsonObject)?[ResourceDetails.ResourcesName] is not JsonArray resources
            ? null
            : [.. from resource in resources
                  select new ResourceOutline(
                      resource![ResourceDetails.NameName]!.GetValue<string>(),
                      resource[ResourceDetails.PathName]!.GetValue<string>(),
                      Texts(resource[ResourceDetails.OperationsName]!),
                      Texts(resource[ResourceDetails.DependsOnName]!),
                      resource[ResourceDetails.CostOfKeepingName]?.GetValue<string>())];

    /// <summary>
    /// Reads a backend's <c>/metadata</c>, which is all that an older bridge tells: the components stand in the order in which
    /// a deployment is made, so each counts as depending on all before it.
    /// </summary>
    /// <param name="metadata">The details of the answer.</param>
    /// <returns>The resources, with the operations that have a button.</returns>
    public static IReadOnlyList<ResourceOutline> ResourcesOfMetadata(JsonNode? metadata)
    {
        var resources = new List<ResourceOutline>();
        var byPath = from component in metadata?["Components"]?.AsArray() ?? []
                     from request in component!["Requests"]!.AsArray()
                     select Split(request!["RequestPath"]!.GetValue<string>()) into split
                     group split.Operation by split.Resource;
        foreach (var resource in byPath)
        {
            resources.Add(new ResourceOutline(
                resource.Key[(resource.Key.LastIndexOf('/') + 1)..],
                resource.Key,
                [.. resource],
                [.. resources.Select(earlier => earlier.Path)],
                CostOfKeeping: null));
        }

        return resources;
    }

    private static List<string> Texts(JsonNode texts) => [.. texts.AsArray().Select(text => text!.GetValue<string>())];

    /// <summary>An operation's name has no underscore, so both spellings of a path come apart in one way.</summary>
    private static (string Resource, string Operation) Split(string path)
    {
        var end = path.LastIndexOfAny(['/', '_']);
        return (path[..end].Trim('/'), path[(end + 1)..]);
    }
}

/// <summary>A setting of a backend.</summary>
internal sealed record SettingOutline(string Key, string Description, string? Default);

/// <summary>A resource of a backend.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its path.</param>
/// <param name="Operations">The names of its operations.</param>
/// <param name="DependsOn">The paths of the resources that it depends on.</param>
/// <param name="CostOfKeeping">What it costs to forget it; null for nothing.</param>
internal sealed record ResourceOutline(
    string Name, string Path, IReadOnlyList<string> Operations, IReadOnlyList<string> DependsOn, string? CostOfKeeping)
{
    public bool Has(string operation) => Operations.Contains(operation);
}
