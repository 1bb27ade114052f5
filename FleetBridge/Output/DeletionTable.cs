using System.Text.Json.Nodes;
using FleetBridge.Core.Deployments;
using Spectre.Console;

namespace FleetBridge.Output;

/// <summary>What <c>delete all</c> did and left, for a person or a program.</summary>
internal static class DeletionTable
{
    /// <summary>Prints it.</summary>
    /// <param name="reports">One report a resource.</param>
    /// <param name="json">Whether for a program.</param>
    public static async Task PrintAsync(IReadOnlyList<DeletionReport> reports, bool json)
    {
        if (json)
        {
            await Responses.PrintJsonAsync(new JsonObject(reports.Select(report =>
                KeyValuePair.Create(report.Outcome.Resource.Name, (JsonNode?)report.ToJson())))).ConfigureAwait(false);
            return;
        }

        var table = new Table().AddColumns("Resource", "Result", "Left", "Cost of leaving it");
        foreach (var report in reports)
        {
            table.AddRow(
                report.Outcome.Resource.Name.EscapeMarkup(),
                DeploymentTable.Word(report.Outcome),
                (report.Left.Count == 0 ? "nothing" : string.Join("; ", report.Left)).EscapeMarkup(),
                (report.Cost ?? "").EscapeMarkup());
        }

        Terminal.Out.Write(table);
        foreach (var outcome in reports.Select(report => report.Outcome).Where(outcome => !outcome.Succeeded))
        {
            Terminal.WriteError($"{outcome.Resource.Name}: {outcome.Response.Error}");
        }
    }
}
