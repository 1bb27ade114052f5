using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using FleetBridge.Core.Processes;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary>
/// What is wrong with a command line, one line for each mistake, and where to read more. The framework's own report shows control
/// characters as they are, and sets colours that nobody can turn off.
/// </summary>
internal static class UsageErrors
{
    private const int MostShown = 5;

    /// <summary>A longer message quotes a value that nobody could read.</summary>
    private const int Longest = 400;

    /// <summary>How many letters of a word may be mistyped.</summary>
    private const int MostMistyped = 2;

    /// <summary>Whether a command line cannot be run, so that its mistakes have to be reported.</summary>
    public static bool Has(ParseResult parsed) => parsed.Action is ParseErrorAction;

    /// <summary>Reports them.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(ParseResult parsed)
    {
        foreach (var line in LinesOf(parsed))
        {
            Terminal.WriteError(line);
        }

        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result is { Command: not RootCommand }; result = result.Parent as CommandResult)
        {
            names.Push(result.Command.Name);
        }

        Terminal.WriteErrors($"See '{string.Join(' ', names.Prepend("fleetbridge"))} --help'.");
        return (int)ExitCode.Usage;
    }

    /// <summary>The likely word in the place of one that a command does not know.</summary>
    /// <returns>A sentence with a space before it; nothing where no word is likely.</returns>
    public static string Suggestion(Command command, string word) => FindLikely(command, word) is { } likely ? $" Did you mean '{likely}'?" : "";

    /// <summary>What is wrong. Of words that nobody knows the first one is: those behind it may be its values, and it is why a command is
    /// missing.</summary>
    private static IEnumerable<string> Mistakes(ParseResult parsed)
    {
        var unknown = parsed.UnmatchedTokens.Select(word => parsed.Errors.FirstOrDefault(error => error.Message.Contains($"'{word}'", StringComparison.Ordinal)))
            .OfType<ParseError>().Distinct().ToList();
        if (unknown.Count == 0)
        {
            return parsed.Errors.Select(error => error.Message);
        }

        var values = parsed.Errors.Except(unknown).Where(error => error.SymbolResult is not CommandResult).Select(error => error.Message);
        return values.Prepend(unknown[0].Message + Suggestion(parsed.CommandResult.Command, parsed.UnmatchedTokens[0]));
    }

    /// <summary>One line for each mistake. Control characters in it are still to be made visible.</summary>
    internal static IEnumerable<string> LinesOf(ParseResult parsed) => Mistakes(parsed).Distinct().Take(MostShown).Select(Shortened);

    /// <summary>A message with its begin and its end, which says what would be right.</summary>
    internal static string Shortened(string message) =>
        message.Length <= Longest ? message : $"{message[..(Longest / 2)]}…{message[^(Longest / 2)..]}";

    /// <summary>The command or the option that a mistyped word is likely to be.</summary>
    private static string? FindLikely(Command command, string word) => command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name)
        .Concat(command.Options.Where(option => !option.Hidden).Select(option => option.Name))
        .Select(name => (Name: name, Distance: Distance(word, name)))
        .Where(candidate => candidate.Distance <= MostMistyped && candidate.Distance < candidate.Name.Length / 2)
        .OrderBy(candidate => candidate.Distance)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();

    /// <summary>How many letters have to be changed, added, left out or swapped with their neighbour (optimal string alignment).</summary>
    private static int Distance(string from, string to)
    {
        if (Math.Abs(from.Length - to.Length) > MostMistyped)
        {
            return int.MaxValue;
        }

        var costs = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    costs[i, j] = i + j;
                    continue;
                }

                var changed = from[i - 1] == to[j - 1] ? 0 : 1;
                costs[i, j] = Math.Min(Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1, costs[i - 1, j - 1] + changed);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
                }
            }
        }

        return costs[from.Length, to.Length];
    }
}
