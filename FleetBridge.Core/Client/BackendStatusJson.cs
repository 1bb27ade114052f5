using System.Text.Json.Nodes;
using FleetBridge.Core.Hosting;

namespace FleetBridge.Core.Client;

/// <summary>The installed backends as JSON, for <c>/healthz</c> and for the command line.</summary>
internal static class BackendStatusJson
{
    public static JsonArray Of(IEnumerable<BackendStatus> statuses) => new([.. statuses.Select(Write)]);

    public static BackendStatus Read(JsonNode node) => new(
        Text(node, "name"),
        Text(node, "version"),
        [.. node["aliases"]?.AsArray().Select(alias => alias!.GetValue<string>()) ?? []],
        node["generation"]?.GetValue<int>() ?? 0,
        Text(node, "path"),
        Enum.TryParse<BackendState>(Text(node, "state"), ignoreCase: true, out var state) ? state : BackendState.Failed,
        node["problem"]?.GetValue<string>());

    private static JsonNode Write(BackendStatus status) => new JsonObject
    {
        ["name"] = status.Name,
        ["version"] = status.Version,
        ["aliases"] = new JsonArray([.. status.Aliases.Select(alias => JsonValue.Create(alias))]),
        ["generation"] = status.Generation,
        ["path"] = status.Path,
        ["state"] = status.State.ToString(),
        ["problem"] = status.Problem,
    };

    private static string Text(JsonNode node, string name) => node[name]?.GetValue<string>() ?? "";
}
