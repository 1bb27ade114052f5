using System.Text.Json.Nodes;
using FleetBridge.Protocol;

namespace FleetBridge.Cli;

/// <summary>What a backend offers, in plain text: nothing of it keeps the backend in memory.</summary>
internal sealed record BackendOutline(IReadOnlyList<SettingOutline> Settings, IReadOnlyList<ResourceOutline> Resources)
{
    /// <summary>Reads it out of what a running bridge tells everybody.</summary>
    /// <param name="config">The backend's <c>/config</c> without parameters: its keys and their defaults.</param>
    /// <param name="metadata">Its <c>/metadata</c>: the components stand in the order in which a deployment is made.</param>
    /// <returns>The outline; the settings are without a description.</returns>
    public static BackendOutline Of(JsonObject config, JsonNode? metadata) => new(
        [.. from member in config
            where member.Key != EditorJson.OverallResultName
            select new SettingOutline(member.Key, "", member.Value?.ToString())],
        [.. from component in metadata?["Components"]?.AsArray() ?? []
            from request in component!["Requests"]!.AsArray()
            select Split(request!["RequestPath"]!.GetValue<string>()) into split
            group split.Operation by split.Resource into resource
            select new ResourceOutline(resource.Key[(resource.Key.LastIndexOf('/') + 1)..], resource.Key, [.. resource])]);

    /// <summary>An operation's name has no underscore, so both spellings of a path come apart in one way.</summary>
    private static (string Resource, string Operation) Split(string path)
    {
        var end = path.LastIndexOfAny(['/', '_']);
        return (path[..end].Trim('/'), path[(end + 1)..]);
    }
}

/// <summary>A setting of a backend.</summary>
internal sealed record SettingOutline(string Key, string Description, string? Default);

/// <summary>A resource of a backend, each after those it depends on.</summary>
internal sealed record ResourceOutline(string Name, string Path, IReadOnlyList<string> Operations);
