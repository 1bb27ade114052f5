using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Deployments;

/// <summary>What is left of a resource after <c>delete all</c>.</summary>
/// <param name="Outcome">The outcome of its delete.</param>
/// <param name="Check">The check after it; null when it has none, or could not be sent.</param>
internal sealed record DeletionReport(ResourceOutcome Outcome, BridgeResponse? Check)
{
    /// <summary>The resource's own state, in words; null when nothing of it exists.</summary>
    public string? OwnState => Check switch
    {
        { State: BackendResult.AbsentState } => null,
        { State: { } state } => state,
        { ExitCode: ExitCode.Success } => "it exists",
        { Error: { } error } => $"not known: {error}",
        _ when Outcome.Succeeded && !Outcome.Resource.Has(Operation.CheckName) => null,
        _ => "not known",
    };

    /// <summary>All that is left, in words.</summary>
    public IReadOnlyList<string> Left => [.. OwnState is { } state ? [state] : Array.Empty<string>(), .. Outcome.Response.Left];

    /// <summary>What it costs to leave the resource behind; null when nothing of it is left. What its delete has left behind elsewhere
    /// says its own cost.</summary>
    public string? Cost => OwnState is null ? null : Outcome.Resource.CostOfKeeping ?? "nothing";

    /// <summary>The delete's response, and beside it what is left.</summary>
    public JsonObject ToJson()
    {
        var json = ResponseMessage.ToJson(Outcome.Response);
        json[BackendResult.StateDetail] = Check?.State;
        json[BackendResult.LeftDetail] = WireJson.ArrayOf(Left);
        json[ResourcesMessage.CostOfKeepingName] = Cost;
        return json;
    }
}
