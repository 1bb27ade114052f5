using System.Text.Json.Nodes;
using FleetBridge.Backends;

namespace FleetBridge.Doctor;

/// <summary>One line of <c>fleetbridge doctor</c>.</summary>
/// <param name="Name">What was examined.</param>
/// <param name="Result">What was found.</param>
internal sealed record ReportedCheck(string Name, CheckResult Result)
{
    public static ReportedCheck Ok(string name, string message) => new(name, new CheckResult(CheckStatus.Ok, message));

    public static ReportedCheck Warning(string name, string message, string remedy) =>
        new(name, new CheckResult(CheckStatus.Warning, message, remedy));

    public static ReportedCheck Failed(string name, string message, string? remedy) =>
        new(name, new CheckResult(CheckStatus.Failed, message, remedy));

    public static string WordOf(CheckStatus state) => state switch
    {
        CheckStatus.Ok => "ok",
        CheckStatus.Warning => "warning",
        _ => "failed",
    };

    public JsonNode ToJson() => new JsonObject
    {
        ["name"] = Name,
        ["state"] = WordOf(Result.State),
        ["message"] = Result.Message,
        ["remedy"] = Result.Remedy,
    };
}
