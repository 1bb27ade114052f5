using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Processes;

namespace FleetBridge.Core.Deployments;

/// <summary>What is left of a resource after <c>delete all</c>.</summary>
/// <param name="Outcome">What became of its delete.</param>
/// <param name="Check">The check after it; null when it has none, or it could not be asked.</param>
internal sealed record DeletionReport(ResourceOutcome Outcome, BridgeReply? Check)
{
    private const string StateName = "State";
    private const string LeftName = "Left";

    /// <summary>The resource's own state, in words; null when nothing of it exists.</summary>
    public string? Itself => Check switch
    {
        { State: BackendResult.AbsentState } => null,
        { State: { } state } => state,
        { ExitCode: ExitCode.Success } => "it is there",
        { Error: { } error } => $"not known: {error}",
        _ when Outcome.Succeeded && !Outcome.Resource.Has(Operation.CheckName) => null,
        _ => "not known",
    };

    /// <summary>All that is left, in words.</summary>
    public IReadOnlyList<string> Left => [.. Itself is { } itself ? [itself] : Array.Empty<string>(), .. Outcome.Reply.Left];

    /// <summary>What it costs to forget the resource; null when nothing of it is left. What its delete has left behind elsewhere
    /// says that by itself.</summary>
    public string? Cost => Itself is null ? null : Outcome.Resource.CostOfKeeping ?? "nothing";

    /// <summary>The delete's answer, and beside it what is left.</summary>
    public JsonObject ToJson()
    {
        var json = Outcome.Reply.Json.DeepClone().AsObject();
        json[StateName] = Check?.State;
        json[LeftName] = new JsonArray([.. Left.Select(text => (JsonNode)JsonValue.Create(text))]);
        json[ResourceDetails.CostOfKeepingName] = Cost;
        return json;
    }
}
