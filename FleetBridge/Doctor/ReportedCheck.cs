using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Processes;

namespace FleetBridge.Doctor;

/// <summary>One line of <c>fleetbridge doctor</c>: a check's name and its result.</summary>
/// <param name="Name">What was checked, such as <c>log port</c>.</param>
internal sealed record ReportedCheck(string Name, CheckResult Result)
{
    /// <summary>The exit code that it alone gives the command.</summary>
    public ExitCode Code { get; init; } = Result.State == CheckStatus.Failed ? ExitCode.ResultFalse : ExitCode.Success;

    public static ReportedCheck Ok(string name, string message) => new(name, new CheckResult(CheckStatus.Ok, message));

    public static ReportedCheck Warning(string name, string message, string remedy) =>
        new(name, new CheckResult(CheckStatus.Warning, message, remedy));

    public static ReportedCheck Failed(string name, string message, string? remedy) =>
        new(name, new CheckResult(CheckStatus.Failed, message, remedy));

    public static string WordOf(CheckStatus status) => status switch
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
