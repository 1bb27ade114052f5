using System.Text.Json.Nodes;
using Backends;
using Spectre.Console;

namespace FleetBridge.Cli;

/// <summary>What is left of a resource after <c>delete all</c>.</summary>
/// <param name="Outcome">What became of its delete.</param>
/// <param name="Check">The check after it; null when it has none, or it could not be asked.</param>
internal sealed record Remains(ResourceOutcome Outcome, BridgeReply? Check)
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

    /// <summary>Prints what is left of a deployment.</summary>
    /// <param name="all">Its resources.</param>
    /// <param name="json">Whether for a program.</param>
    /// <returns>Completes when it is printed.</returns>
    public static async Task PrintAsync(IReadOnlyList<Remains> all, bool json)
    {
        if (json)
        {
            await Replies.PrintJsonAsync(new JsonObject(all.Select(remains =>
                KeyValuePair.Create(remains.Outcome.Resource.Name, (JsonNode?)remains.ToJson())))).ConfigureAwait(false);
            return;
        }

        var table = new Table().AddColumns("Resource", "Result", "Left", "What it costs to forget it");
        foreach (var remains in all)
        {
            table.AddRow(
                remains.Outcome.Resource.Name.EscapeMarkup(),
                DeploymentTable.Word(remains.Outcome),
                (remains.Left.Count == 0 ? "nothing" : string.Join("; ", remains.Left)).EscapeMarkup(),
                (remains.Cost ?? "").EscapeMarkup());
        }

        Terminal.Out.Write(table);
        foreach (var outcome in all.Select(remains => remains.Outcome).Where(outcome => !outcome.Succeeded))
        {
            Terminal.WriteError($"{outcome.Resource.Name}: {outcome.Reply.Error}");
        }
    }

    /// <summary>The delete's answer, and beside it what is left.</summary>
    private JsonObject ToJson()
    {
        var json = Outcome.Reply.Json.DeepClone().AsObject();
        json[StateName] = Check?.State;
        json[LeftName] = new JsonArray([.. Left.Select(text => (JsonNode)JsonValue.Create(text))]);
        json[Hosting.ResourceDetails.CostOfKeepingName] = Cost;
        return json;
    }
}
