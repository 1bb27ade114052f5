using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Deployments;
using FleetBridge.Core.Text;
using Spectre.Console;

namespace FleetBridge.Output;

/// <summary>The outcome of an operation on some resources, for a person or a program.</summary>
internal static class DeploymentTable
{
    /// <summary>Prints one resource in words, several as a table, or all of them as one JSON object.</summary>
    /// <param name="outcomes">At least one.</param>
    public static async Task PrintAsync(IReadOnlyList<ResourceOutcome> outcomes, bool json)
    {
        if (json)
        {
            await Responses.PrintJsonAsync(new JsonObject(outcomes.Select(outcome =>
                KeyValuePair.Create(outcome.Resource.Name, (JsonNode?)ResponseMessage.ToJson(outcome.Response))))).ConfigureAwait(false);
        }
        else if (outcomes is [var only])
        {
            await Responses.PrintAsync(only.Response, json: false).ConfigureAwait(false);
        }
        else
        {
            Print(outcomes, Terminal.Out);
        }
    }

    /// <summary>Prints a table, and below it the errors that several resources share.</summary>
    public static void Print(IReadOnlyList<ResourceOutcome> outcomes, IAnsiConsole console)
    {
        var shared = new SharedErrors(outcomes);
        var table = new Table().AddColumns("Resource", "Result", "Error");
        foreach (var outcome in outcomes)
        {
            table.AddRow(Terminal.Cell(outcome.Resource.Name), Word(outcome), Terminal.Cell(Remark(outcome, shared)));
        }

        console.Write(table);
        shared.Print(console);
    }

    private static string Remark(ResourceOutcome outcome, SharedErrors shared)
    {
        var error = shared.InRow(outcome.Response.Error);
        return error.Length == 0 && outcome.Response.Drift is { Count: > 0 } drift ? VisibleText.Of($"drift: {string.Join("; ", drift)}") : error;
    }

    /// <summary>An outcome's word in its colour, for a cell.</summary>
    public static Text Word(ResourceOutcome outcome) => new(outcome.Word, new Style(outcome switch
    {
        { Succeeded: true } => Color.Green,
        { Word: ResourceOutcome.SkippedWord } => Color.Grey,
        _ => Color.Red,
    }));
}
