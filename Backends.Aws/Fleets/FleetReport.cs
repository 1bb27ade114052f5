using System.Text.Json.Nodes;
using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>What results and log say about a fleet.</summary>
internal static partial class FleetReport
{
    /// <summary>What to do about a fleet in ERROR.</summary>
    public const string ErrorRemedy = "The log shows its newest events. Delete the fleet, fix the cause, and create it again.";

    /// <summary>The result when there is no fleet.</summary>
    public static BackendResult Absent(AwsContext context, string name) =>
        context.Absent("fleet", name, "Upload the build, then create the fleet.");

    /// <summary>The result for a fleet that is not ACTIVE.</summary>
    public static BackendResult NotActive(FleetAttributes fleet) => BackendResult.Failure(
        $"The fleet {fleet.Name} ({fleet.FleetId}) is not ACTIVE: it {FleetStates.Meaning(fleet.Status)} ({fleet.Status!.Value}).",
        fleet.IsProvisioning()
            ? "It becomes ACTIVE 10 to 30 minutes after it was created; check it again, or wait with 'fleetbridge check fleet --wait'."
            : fleet.IsTerminating()
                ? "It will be deleted within minutes; a new one can be created in the meantime."
                : ErrorRemedy,
        Details(fleet));

    /// <summary>A fleet's details.</summary>
    public static JsonObject Details(FleetAttributes fleet) => new()
    {
        [BackendResult.StateDetail] = fleet.Status?.Value,
        ["Fleet Id"] = fleet.FleetId,
        ["Fleet ARN"] = fleet.FleetArn,
        ["Build Id"] = fleet.BuildId,
        ["Instance Type"] = fleet.InstanceType?.Value,
        ["Created"] = fleet.CreationTime.ToIso8601(),
    };

    /// <summary>Logs a fleet's status and what it means.</summary>
    public static void LogStatus(AwsContext context, FleetAttributes fleet) => LogStatus(
        context.Log, fleet.Name, fleet.FleetId, FleetStates.Meaning(fleet.Status), fleet.Status!.Value);

    [LoggerMessage(Level = LogLevel.Information, Message = "The fleet {Name} ({FleetId}) {Meaning} ({Status})")]
    private static partial void LogStatus(ILogger logger, string? name, string? fleetId, string meaning, string status);

    /// <summary>Logs how a fleet differs from the settings.</summary>
    [LoggerMessage(Level = LogLevel.Warning, Message = "The fleet {Name} ({FleetId}) differs from the settings: {Differences}")]
    public static partial void LogDrift(ILogger logger, string? name, string? fleetId, string differences);

    /// <summary>Logs a change of a fleet.</summary>
    [LoggerMessage(Level = LogLevel.Information, Message = "Changed the fleet {Name} ({FleetId}) to the settings: {Change}")]
    public static partial void LogChanged(ILogger logger, string? name, string? fleetId, string change);

    /// <summary>Logs that fleets cannot be compared with the settings.</summary>
    [LoggerMessage(Level = LogLevel.Warning, Message = "Ports or server processes of fleets cannot be compared with the settings: {Reason} "
        + "docs/security.md has the whole policy")]
    public static partial void LogNotCompared(ILogger logger, string reason);
}
