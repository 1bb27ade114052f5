using System.Text.Json.Nodes;
using Backends;

namespace FleetBridge.Doctor;

/// <summary>One line of <c>fleetbridge doctor</c>.</summary>
/// <param name="Name">What was examined.</param>
/// <param name="Finding">What was found.</param>
internal sealed record CheckResult(string Name, Finding Finding)
{
    public static CheckResult Ok(string name, string message) => new(name, new Finding(FindingState.Ok, message));

    public static CheckResult Warning(string name, string message, string remedy) =>
        new(name, new Finding(FindingState.Warning, message, remedy));

    public static CheckResult Failed(string name, string message, string? remedy) =>
        new(name, new Finding(FindingState.Failed, message, remedy));

    public static string WordOf(FindingState state) => state switch
    {
        FindingState.Ok => "ok",
        FindingState.Warning => "warning",
        _ => "failed",
    };

    public JsonNode ToJson() => new JsonObject
    {
        ["name"] = Name,
        ["state"] = WordOf(Finding.State),
        ["message"] = Finding.Message,
        ["remedy"] = Finding.Remedy,
    };
}
