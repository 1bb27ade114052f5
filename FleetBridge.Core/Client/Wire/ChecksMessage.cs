using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Client.Wire;

/// <summary>The response to <c>/doctor</c>: what each of a backend's own checks has found.</summary>
internal static class ChecksMessage
{
    private const string ChecksName = "Checks";
    private const string NameName = "Name";
    private const string StateName = "State";
    private const string MessageName = "Message";
    private const string RemedyName = "Remedy";

    /// <summary>Writes it.</summary>
    /// <param name="results">What the checks have found.</param>
    /// <returns>True when none failed.</returns>
    public static BridgeResponse Write(IReadOnlyList<NamedCheckResult> results)
    {
        var details = new JsonObject { [ChecksName] = new JsonArray([.. results.Select(Write)]) };
        var failed = results.Where(check => check.Result.State == CheckStatus.Failed).Select(check => check.Name).ToList();
        return BridgeResponse.Completed(failed.Count == 0
            ? BackendResult.Success(details)
            : BackendResult.Failure($"Failed: {string.Join(", ", failed)}.", "'fleetbridge doctor' says how to fix it.", details));
    }

    /// <summary>Reads it.</summary>
    /// <param name="response">The response.</param>
    /// <returns>What the checks have found; null when the response does not say.</returns>
    public static IReadOnlyList<NamedCheckResult>? Read(BridgeResponse response) =>
        WireJson.Items(response.Details, ChecksName) is { } checks ? [.. checks.OfType<JsonObject>().Select(Read)] : null;

    private static JsonNode Write(NamedCheckResult check) => new JsonObject
    {
        [NameName] = check.Name,
        [StateName] = check.Result.State.ToString(),
        [MessageName] = check.Result.Message,
        [RemedyName] = check.Result.Remedy,
    };

    private static NamedCheckResult Read(JsonObject check) => new(
        WireJson.Text(check, NameName) ?? "",
        new CheckResult(
            Enum.TryParse<CheckStatus>(WireJson.Text(check, StateName), out var state) && Enum.IsDefined(state) ? state : CheckStatus.Failed,
            WireJson.Text(check, MessageName) ?? "",
            WireJson.Text(check, RemedyName)));
}
