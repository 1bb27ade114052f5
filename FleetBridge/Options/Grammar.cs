using System.CommandLine;
using System.CommandLine.Parsing;
using FleetBridge.Core.Processes;

namespace FleetBridge.Options;

/// <summary>What holds for the words of every command line.</summary>
internal static class Grammar
{
    /// <summary>A word that begins with <c>@</c> is a value like any other: folders, profiles and players have such names.</summary>
    public static ParserConfiguration Rules { get; } = new() { ResponseFileTokenReplacer = null };

    /// <summary>Refuses a character that no path, name or address can have, before anything reads the words.</summary>
    /// <exception cref="UserException">A word has it.</exception>
    public static void Check(IEnumerable<string> words)
    {
        if (words.FirstOrDefault(word => word.Contains('\0', StringComparison.Ordinal)) is { } bad)
        {
            throw new UserException(ExitCode.Usage, $"'{bad}' has a NUL character, which no value can have: remove it.");
        }
    }

    /// <summary>A value that has to be one of some words.</summary>
    /// <param name="result">The option's or the argument's value.</param>
    /// <param name="what">What the value is, such as <c>a shell</c>.</param>
    /// <param name="words">The words.</param>
    public static string? OneOf(ArgumentResult result, string what, IReadOnlyList<string> words)
    {
        var text = result.Tokens[0].Value;
        if (words.Contains(text))
        {
            return text;
        }

        result.AddError($"'{text}' is not {what}: use {string.Join(", ", words.SkipLast(1))} or {words[^1]}.");
        return null;
    }

    /// <summary>A value that names something: an empty one is a variable of a shell that is not set.</summary>
    /// <param name="result">The option's or the argument's value.</param>
    /// <param name="what">What the value names, such as <c>a file</c>.</param>
    public static string? Named(ArgumentResult result, string what)
    {
        var text = result.Tokens[0].Value;
        if (string.IsNullOrWhiteSpace(text))
        {
            result.AddError($"{NameOf(result)} must not be empty: it names {what}.");
        }

        return text;
    }

    private static string NameOf(ArgumentResult result) =>
        result.Parent is OptionResult { Option.Name: var name } ? name : $"<{result.Argument.Name}>";
}
