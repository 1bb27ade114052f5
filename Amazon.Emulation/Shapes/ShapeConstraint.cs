using System.Globalization;
using System.Text.RegularExpressions;

namespace Amazon.Emulation.Shapes;

/// <summary>What a model demands of a value that is no structure, and the check of it in AWS's words.</summary>
/// <param name="Shape">The shape's name in the model.</param>
/// <param name="Type">The kind: string, integer, list and so on.</param>
internal sealed record ShapeConstraint(string Shape, string Type)
{
    // a message has to be readable, and a value may have 262,144 characters
    private const int ShownLength = 256;

    private Regex? _expression;
    private HashSet<string>? _values;

    /// <summary>The smallest number, or the least length or count.</summary>
    public double? Min { get; init; }

    /// <summary>The largest number, or the greatest length or count.</summary>
    public double? Max { get; init; }

    /// <summary>The regular expression, in Java's dialect, that a whole text has to match.</summary>
    public string? Pattern { get; init; }

    /// <summary>The values that a text may have; null for any.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>A list's items; null for structures, which have their own constraints.</summary>
    public ShapeConstraint? Item { get; init; }

    /// <summary>A map's keys.</summary>
    public ShapeConstraint? Key { get; init; }

    /// <summary>A map's values; null for structures, which have their own constraints.</summary>
    public ShapeConstraint? Value { get; init; }

    /// <summary>Whether a text keeps length, values and pattern.</summary>
    /// <param name="text">The text.</param>
    public bool Accepts(string text) => Accepts((double)text.Length) && IsListed(text) && Matches(text);

    /// <summary>Whether a number, a length or a count is within the bounds.</summary>
    /// <param name="number">The number.</param>
    public bool Accepts(double number) => !(number < Min) && !(number > Max);

    /// <summary>What a text breaks, in AWS's words; nothing if it is accepted.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">Where it is.</param>
    public IEnumerable<string> Problems(string text, string path)
    {
        var problems = Bounds(text.Length, "length", text, path);
        if (!IsListed(text))
        {
            problems = problems.Append(Problem(text, path, $"Member must satisfy enum value set: [{string.Join(", ", Values!)}]"));
        }

        return Matches(text)
            ? problems
            : problems.Append(Problem(text, path, $"Member must satisfy regular expression pattern: {Pattern}"));
    }

    /// <summary>What a number, a length or a count breaks, in AWS's words.</summary>
    /// <param name="number">The number.</param>
    /// <param name="what"><c>value</c> or <c>length</c>.</param>
    /// <param name="shown">The value as the message shows it.</param>
    /// <param name="path">Where it is.</param>
    public IEnumerable<string> Bounds(double number, string what, string shown, string path)
    {
        if (number < Min)
        {
            yield return Problem(shown, path, $"Member must have {what} greater than or equal to {Invariant(Min.Value)}");
        }

        if (number > Max)
        {
            yield return Problem(shown, path, $"Member must have {what} less than or equal to {Invariant(Max.Value)}");
        }
    }

    private bool IsListed(string text) => Values is null || (_values ??= [.. Values]).Contains(text);

    private bool Matches(string text)
    {
        if (Pattern is null)
        {
            return true;
        }

        try
        {
            return (_expression ??= ModelPattern.Compile(Pattern)).IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            // nothing that a pattern of a model accepts takes that long
            return false;
        }
    }

    private static string Problem(string value, string path, string constraint) =>
        $"Value '{(value.Length > ShownLength ? value[..ShownLength] + "…" : value)}' at '{path}' failed to satisfy constraint: {constraint}";

    private static string Invariant(double number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a model demands of a structure's member.</summary>
/// <param name="Name">Its name on the wire.</param>
/// <param name="IsRequired">Whether it has to be there.</param>
/// <param name="Constraint">What its value has to be; null for a structure.</param>
internal sealed record MemberConstraint(string Name, bool IsRequired, ShapeConstraint? Constraint);
