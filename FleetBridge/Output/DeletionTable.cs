using System.Text.Json.Nodes;
using FleetBridge.Core.Deployments;
using Spectre.Console;

namespace FleetBridge.Output;

/// <summary>What <c>delete all</c> deleted and what is left, for a person or a program.</summary>
internal static class DeletionTable
{
    /// <summary>Prints a table and below it the errors, or all of it as one JSON object.</summary>
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
                Terminal.Cell(report.Outcome.Resource.Name),
                DeploymentTable.Word(report.Outcome),
                Terminal.Cell(report.Left.Count == 0 ? "nothing" : string.Join("; ", report.Left.Select(left => WithoutError(left, report)))),
                Terminal.Cell(report.Cost));
        }

        Terminal.Out.Write(table);
        foreach (var cause in reports.SelectMany(ErrorsOf).Distinct().GroupBy(cause => cause.Error, cause => cause.Resource))
        {
            Terminal.WriteError($"{string.Join(", ", cause)}: {cause.Key}");
        }
    }

    /// <summary>Why a resource was not deleted, and why it is not known what is left of it: often the same.</summary>
    private static IEnumerable<(string Resource, string Error)> ErrorsOf(DeletionReport report)
    {
        if (!report.Outcome.Succeeded && report.Outcome.Response.Error is { } error)
        {
            yield return (report.Outcome.Resource.Name, error);
        }

        if (report.Check?.Error is { } unknown && report.OwnState?.EndsWith(unknown, StringComparison.Ordinal) == true)
        {
            yield return (report.Outcome.Resource.Name, unknown);
        }
    }

    private static string WithoutError(string left, DeletionReport report) =>
        report.Check?.Error is { Length: > 0 } error && left.EndsWith(error, StringComparison.Ordinal)
            ? left[..^error.Length].TrimEnd(' ', ':')
            : left;
}
