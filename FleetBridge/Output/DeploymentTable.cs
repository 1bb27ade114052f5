using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Deployments;
using Spectre.Console;

namespace FleetBridge.Output;

/// <summary>What became of the chosen resources, for a person or a program.</summary>
internal static class DeploymentTable
{
    /// <summary>Prints it: one resource in words, several as a table, or all as one JSON object.</summary>
    /// <param name="outcomes">The outcomes, one at least.</param>
    /// <param name="json">Whether for a program.</param>
    /// <returns>Completes when it is printed.</returns>
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
            var table = new Table().AddColumns("Resource", "Result", "");
            foreach (var outcome in outcomes)
            {
                table.AddRow(outcome.Resource.Name.EscapeMarkup(), Word(outcome), (outcome.Response.Error ?? "").EscapeMarkup());
            }

            Terminal.Out.Write(table);
        }
    }

    /// <summary>An outcome's word in its colour.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>Markup for a cell.</returns>
    public static string Word(ResourceOutcome outcome)
    {
        var colour = outcome switch
        {
            { Succeeded: true } => "green",
            { Word: ResourceOutcome.SkippedWord } => "grey",
            _ => "red",
        };
        return $"[{colour}]{outcome.Word.EscapeMarkup()}[/]";
    }
}
