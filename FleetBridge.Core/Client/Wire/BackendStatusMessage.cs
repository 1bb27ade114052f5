using System.Text.Json.Nodes;
using FleetBridge.Core.Hosting;

namespace FleetBridge.Core.Client.Wire;

/// <summary>The installed backends, as <c>/healthz</c> and <c>fleetbridge backends --json</c> list them.</summary>
internal static class BackendStatusMessage
{
    private const string NameName = "name";
    private const string VersionName = "version";
    private const string AliasesName = "aliases";
    private const string GenerationName = "generation";
    private const string PathName = "path";
    private const string StateName = "state";
    private const string ProblemName = "problem";

    /// <summary>Writes them.</summary>
    /// <param name="statuses">The backends.</param>
    public static JsonArray Write(IEnumerable<BackendStatus> statuses) => new([.. statuses.Select(Write)]);

    /// <summary>Reads them.</summary>
    /// <param name="statuses">The array.</param>
    /// <returns>The backends; one in an unknown state counts as failed.</returns>
    public static IReadOnlyList<BackendStatus> Read(JsonArray statuses) => [.. statuses.OfType<JsonObject>().Select(Read)];

    private static JsonNode Write(BackendStatus status) => new JsonObject
    {
        [NameName] = status.Name,
        [VersionName] = status.Version,
        [AliasesName] = WireJson.ArrayOf(status.Aliases),
        [GenerationName] = status.Generation,
        [PathName] = status.Path,
        [StateName] = status.State.ToString(),
        [ProblemName] = status.Problem,
    };

    private static BackendStatus Read(JsonObject status) => new(
        WireJson.Text(status, NameName) ?? "",
        WireJson.Text(status, VersionName) ?? "",
        WireJson.Texts(status, AliasesName),
        WireJson.Number(status, GenerationName),
        WireJson.Text(status, PathName) ?? "",
        Enum.TryParse<BackendState>(WireJson.Text(status, StateName), ignoreCase: true, out var state) && Enum.IsDefined(state)
            ? state
            : BackendState.Failed,
        WireJson.Text(status, ProblemName));
}
