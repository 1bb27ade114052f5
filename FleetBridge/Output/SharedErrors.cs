using FleetBridge.Core.Deployments;
using Spectre.Console;

namespace FleetBridge.Output;

/// <summary>
/// The errors that several resources of a table have in common. Each is printed once, below the table, and the resources'
/// rows refer to it by its number.
/// </summary>
internal sealed class SharedErrors
{
    /// <summary>A shorter error stays in its rows, where it is easier to read than a reference.</summary>
    private const int ShortestShared = 60;

    private readonly List<(string Error, string Resources)> _errors;

    public SharedErrors(IEnumerable<ResourceOutcome> outcomes) => _errors =
    [
        .. outcomes
            .Where(outcome => outcome.Response.Error is { Length: >= ShortestShared })
            .GroupBy(outcome => outcome.Response.Error!, outcome => outcome.Resource.Name)
            .Where(group => group.Skip(1).Any())
            .Select(group => (group.Key, string.Join(", ", group))),
    ];

    /// <summary>What a row says: its own error, or a reference to the one that it shares.</summary>
    public string InRow(string? error)
    {
        var index = _errors.FindIndex(shared => shared.Error == error);
        return index < 0 ? error ?? "" : $"see {Number(index)}";
    }

    /// <summary>Prints each shared error with the resources that have it.</summary>
    public void Print(IAnsiConsole console)
    {
        if (_errors.Count == 0)
        {
            return;
        }

        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().PadRight(0));
        foreach (var (index, (error, resources)) in _errors.Index())
        {
            grid.AddRow(new Text(Number(index)), Terminal.Cell($"{resources}: {error}"));
        }

        console.Write(grid);
    }

    private static string Number(int index) => $"({index + 1})";
}
